#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "rgm/model/transition.h"

namespace rgm {

/// Which path an episode of a factor's states takes (method 3.5): the first path under which each
/// of its states has exactly the successors that it has in the episode, of those on which an
/// episode has begun in its first state, else of all; else the first path under which each state
/// has these successors or none; else a new one.
///
/// For episodes of two steps this is: the path that leads from the one to the other; else the first
/// path without a successor of the first state. So under one path a state has at most one
/// successor, and there are as many paths as the state with most successors has. (In longer
/// episodes a state may recur and go on differently; only the path of such an episode has several
/// successors of a state.)
class PathIndex {
 public:
  PathIndex() = default;
  /// Of the transitions that are there already.
  explicit PathIndex(const Transition& transition);

  /// Finds the path of an episode, adds `count` to each of its transitions and returns it; 0 for an
  /// episode of one step. Expected cost O(1) for two steps; more: O(steps · paths). With `one_path`
  /// everything is path 0.
  std::size_t add(Transition& transition, std::span<const std::uint32_t> episode, double count = 1,
                  bool one_path = false);
  /// Remembers that an episode of more than two steps has begun in a state on a path: it will be
  /// found again, even if other episodes make an earlier path lead the same way.
  void begin(std::size_t state, std::size_t path);
  /// The path that leads from a state to the next (the first if there are several); `kNone` if none
  /// does.
  std::size_t find(std::size_t state, std::size_t next) const;

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

 private:
  std::size_t path_of(const Transition& transition, std::span<const std::uint32_t> episode) const;
  std::size_t path_of_pair(std::size_t state, std::size_t next) const;
  std::size_t path_of_many(const Transition& transition,
                           std::span<const std::uint32_t> episode) const;
  void note(std::size_t state, std::size_t next, std::size_t path);

  std::unordered_map<std::uint64_t, std::uint32_t>
      path_;  // (state, next) → the first path that leads there
  std::unordered_map<std::uint64_t, std::uint32_t> next_;  // (state, path) → its first successor
  std::unordered_set<std::uint64_t> begun_;  // (state, path), episodes of more than two steps
  std::vector<std::uint32_t> free_;          // [state]: the first path without a successor
};

}  // namespace rgm
