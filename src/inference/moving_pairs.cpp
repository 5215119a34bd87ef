#include "rgm/inference/moving_pairs.h"

#include <algorithm>
#include <tuple>

namespace rgm {

MovingPairs::MovingPairs(std::size_t num_states, std::size_t num_paths, std::span<const Arc> arcs) {
  for (const auto& arc : arcs)
    pairs_.insert(pairs_.end(), {{arc.state, arc.path}, {arc.next, arc.path}});
  const auto as_tuple = [](const Pair& pair) { return std::tuple(pair.state, pair.path); };
  std::ranges::sort(pairs_, {}, as_tuple);
  const auto equal = [&](const Pair& a, const Pair& b) { return as_tuple(a) == as_tuple(b); };
  pairs_.erase(std::unique(pairs_.begin(), pairs_.end(), equal), pairs_.end());

  begin_.assign(num_states + 1, 0);
  path_begin_.assign(num_paths + 1, 0);
  for (const auto& pair : pairs_) {
    ++begin_[pair.state + 1];
    ++path_begin_[pair.path + 1];
  }
  for (std::size_t s = 0; s < num_states; ++s) begin_[s + 1] += begin_[s];
  for (std::size_t u = 0; u < num_paths; ++u) path_begin_[u + 1] += path_begin_[u];
  by_path_.resize(pairs_.size());
  auto at = path_begin_;
  for (std::size_t k = 0; k < pairs_.size(); ++k)
    by_path_[at[pairs_[k].path]++] = static_cast<std::uint32_t>(k);

  nothing_.assign(num_states + pairs_.size(), 1.0);
  for (std::size_t s = 0; s < num_states; ++s)
    if (other_paths(s) == 0) nothing_[s] = 0;
  stays_.assign(pairs_.size(), 1);
  for (const auto& arc : arcs) {
    const std::size_t from = place(arc.state, arc.path), to = place(arc.next, arc.path);
    moves_.push_back({static_cast<std::uint32_t>(from - num_states),
                      static_cast<std::uint32_t>(to - num_states), arc.probability});
    if (arc.probability > 0) stays_[from - num_states] = 0;
  }
}

std::size_t MovingPairs::place(std::size_t state, std::size_t path) const {
  const auto first = pairs_.begin() + static_cast<std::ptrdiff_t>(begin_[state]),
             last = pairs_.begin() + static_cast<std::ptrdiff_t>(begin_[state + 1]);
  const auto found = std::ranges::lower_bound(first, last, path, {}, &Pair::path);
  return found != last && found->path == path
             ? num_states() + static_cast<std::size_t>(found - pairs_.begin())
             : state;
}

}  // namespace rgm
