#include "path_index.h"

#include <algorithm>

namespace rgm {
namespace {

std::uint64_t pair_key(std::size_t state, std::size_t other) {
  return std::uint64_t{state} << 32U | other;
}

/// The different successors of a state in an episode, ascending.
std::vector<std::size_t> successors_in(std::span<const std::uint32_t> episode, std::size_t state) {
  std::vector<std::size_t> result;
  for (std::size_t k = 0; k + 1 < episode.size(); ++k)
    if (episode[k] == state) result.push_back(episode[k + 1]);
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

enum class Fit { kNot, kCould, kDoes };

/// Whether under a path every state of the episode has exactly the episode's successors, or else
/// these or none.
Fit fit(const Transition& transition, std::span<const std::uint32_t> episode, std::size_t path) {
  Fit result = Fit::kDoes;
  for (std::size_t k = 0; k + 1 < episode.size(); ++k) {
    std::vector<std::size_t> known;
    for (const auto& successor : transition.successors(episode[k], path))
      known.push_back(successor.first);
    std::ranges::sort(known);
    if (known.empty())
      result = Fit::kCould;
    else if (known != successors_in(episode, episode[k]))
      return Fit::kNot;
  }
  return result;
}

}  // namespace

PathIndex::PathIndex(const Transition& transition) {
  for (std::size_t s = 0; s < transition.num_states(); ++s)
    for (const auto& arc : transition.arcs(s)) note(s, arc.next, arc.path);
}

std::size_t PathIndex::find(std::size_t state, std::size_t next) const {
  const auto at = path_.find(pair_key(state, next));
  return at == path_.end() ? kNone : at->second;
}

std::size_t PathIndex::path_of_pair(std::size_t state, std::size_t next) const {
  const std::size_t known = find(state, next);
  if (known != kNone) return known;
  return state < free_.size() ? free_[state] : 0;
}

std::size_t PathIndex::path_of_many(const Transition& transition,
                                    std::span<const std::uint32_t> episode) const {
  std::size_t known = kNone;
  bool known_begun = false;
  for (const auto& arc : transition.arcs(episode[0])) {
    const bool begun = begun_.contains(pair_key(episode[0], arc.path));
    const bool better = begun == known_begun ? arc.path < known : begun;
    if (arc.next != episode[1] || !better || fit(transition, episode, arc.path) != Fit::kDoes)
      continue;
    known = arc.path;
    known_begun = begun;
  }
  if (known != kNone) return known;
  std::size_t path = 0;
  while (path < transition.num_paths() && fit(transition, episode, path) == Fit::kNot) ++path;
  return path;
}

std::size_t PathIndex::path_of(const Transition& transition,
                               std::span<const std::uint32_t> episode) const {
  return episode.size() == 2 ? path_of_pair(episode[0], episode[1])
                             : path_of_many(transition, episode);
}

std::size_t PathIndex::add(Transition& transition, std::span<const std::uint32_t> episode,
                           double count, bool one_path) {
  if (episode.size() < 2) return 0;
  const std::size_t path = one_path ? 0 : path_of(transition, episode);
  if (path >= transition.num_paths()) transition.grow(transition.num_states(), path + 1);
  for (std::size_t k = 0; k + 1 < episode.size(); ++k) {
    transition.add(episode[k + 1], episode[k], path, count);
    note(episode[k], episode[k + 1], path);
  }
  return path;
}

void PathIndex::begin(std::size_t state, std::size_t path) { begun_.insert(pair_key(state, path)); }

void PathIndex::note(std::size_t state, std::size_t next, std::size_t path) {
  const auto [at, fresh] =
      path_.try_emplace(pair_key(state, next), static_cast<std::uint32_t>(path));
  if (!fresh) at->second = std::min(at->second, static_cast<std::uint32_t>(path));
  next_.try_emplace(pair_key(state, path), static_cast<std::uint32_t>(next));
  if (state >= free_.size()) free_.resize(state + 1);
  while (next_.contains(pair_key(state, free_[state]))) ++free_[state];
}

}  // namespace rgm
