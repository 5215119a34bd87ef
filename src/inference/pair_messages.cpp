#include "rgm/inference/pair_messages.h"

#include <algorithm>
#include <numeric>

namespace rgm {

SumsOfOthers::SumsOfOthers(std::span<const double> values, std::vector<double>& tree)
    : tree_(tree) {
  tree_.resize(2 * values.size());
  std::ranges::copy(values, tree_.begin() + static_cast<std::ptrdiff_t>(values.size()));
  for (std::size_t i = values.size(); i-- > 1;) tree_[i] = tree_[2 * i] + tree_[2 * i + 1];
}

double SumsOfOthers::between(std::size_t begin, std::size_t end) const {
  double sum = 0;
  const std::size_t leaves = tree_.size() / 2;
  for (begin += leaves, end += leaves; begin < end; begin /= 2, end /= 2) {
    if (begin % 2 == 1) sum += tree_[begin++];
    if (end % 2 == 1) sum += tree_[--end];
  }
  return sum;
}

double sum_of_other_paths(const MovingPairs& pairs, const SumsOfOthers& by_path,
                          std::size_t state) {
  return by_path.without(pairs.of_state(state),
                         [](const MovingPairs::Pair& pair) { return pair.path; });
}

double sum_of_other_states(const MovingPairs& pairs, const SumsOfOthers& by_state,
                           std::size_t path) {
  return by_state.without(pairs.of_path(path),
                          [&](std::uint32_t k) { return pairs.pairs()[k].state; });
}

double sum_up(const MovingPairs& pairs, std::span<const double> message,
              std::vector<double>& by_state, std::vector<double>& by_path,
              std::vector<double>& scratch) {
  const std::size_t states = pairs.num_states();
  const SumsOfOthers staying(message.first(states), scratch);
  by_path.resize(pairs.num_paths());
  for (std::size_t u = 0; u < by_path.size(); ++u)
    by_path[u] = sum_of_other_states(pairs, staying, u);
  by_state.resize(states);
  for (std::size_t s = 0; s < states; ++s)
    by_state[s] = static_cast<double>(pairs.other_paths(s)) * message[s];
  for (std::size_t k = 0; k < pairs.pairs().size(); ++k) {
    by_state[pairs.pairs()[k].state] += message[states + k];
    by_path[pairs.pairs()[k].path] += message[states + k];
  }
  return std::accumulate(by_path.begin(), by_path.end(), 0.0);
}

void multiply_by_state(const MovingPairs& pairs, std::span<const double> by_state,
                       std::vector<double>& message) {
  const std::size_t states = pairs.num_states();
  for (std::size_t s = 0; s < states; ++s) message[s] *= by_state[s];
  for (std::size_t k = 0; k < pairs.pairs().size(); ++k)
    message[states + k] *= by_state[pairs.pairs()[k].state];
}

void expect_next(const MovingPairs& pairs, std::span<const double> from, std::vector<double>& to) {
  const std::size_t states = pairs.num_states();
  to.assign(from.begin(), from.end());
  for (std::size_t k = 0; k < pairs.pairs().size(); ++k)
    if (!pairs.stays(k)) to[states + k] = 0;
  for (const auto& move : pairs.moves())
    to[states + move.from] += move.probability * from[states + move.to];
}

void move_on(const MovingPairs& pairs, std::span<const double> from, std::vector<double>& to) {
  to.assign(from.begin(), from.end());
  for (std::size_t k = 0; k < to.size(); ++k)
    if (!pairs.stays(k)) to[k] = 0;
  for (const auto& move : pairs.moves()) to[move.to] += move.probability * from[move.from];
}

}  // namespace rgm
