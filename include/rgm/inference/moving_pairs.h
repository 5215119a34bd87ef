#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rgm {

/// The pairs (state, path) of a factor that its arcs leave or reach.
///
/// Under every other path a state stays and nothing comes to it, whichever path it is. So a message
/// about states and paths is one number a state, for all its other paths, and one number a pair: it
/// is laid out as [state], then [pair], and costs O(states + arcs) instead of O(states · paths).
class MovingPairs {
 public:
  struct Pair {
    std::uint32_t state = 0, path = 0;
  };
  /// An arc P(next | state, path).
  struct Arc {
    std::uint32_t state = 0, path = 0, next = 0;
    double probability = 0;
  };
  /// The same by the pairs that it leaves and reaches.
  struct Move {
    std::uint32_t from = 0, to = 0;
    double probability = 0;
  };

  /// Nothing moves.
  explicit MovingPairs(std::size_t num_states = 0, std::size_t num_paths = 1)
      : MovingPairs(num_states, num_paths, {}) {}
  /// Indices are in range. Cost O(states + paths + arcs · log arcs).
  MovingPairs(std::size_t num_states, std::size_t num_paths, std::span<const Arc> arcs);

  std::size_t num_states() const { return begin_.size() - 1; }
  std::size_t num_paths() const { return path_begin_.size() - 1; }
  /// Ascending by state, then by path.
  std::span<const Pair> pairs() const { return pairs_; }
  /// The message that says nothing: 1, but 0 where it would stand for no path at all.
  const std::vector<double>& nothing() const { return nothing_; }
  /// Where the pairs of a state begin; those of the next follow them.
  std::size_t begin(std::size_t state) const { return begin_[state]; }
  std::span<const Pair> of_state(std::size_t state) const {
    return pairs().subspan(begin_[state], begin_[state + 1] - begin_[state]);
  }
  /// The pairs of a path, ascending by state.
  std::span<const std::uint32_t> of_path(std::size_t path) const {
    return std::span(by_path_).subspan(path_begin_[path],
                                       path_begin_[path + 1] - path_begin_[path]);
  }
  /// Number of paths under which a state is in no pair.
  std::size_t other_paths(std::size_t state) const {
    return num_paths() - (begin_[state + 1] - begin_[state]);
  }
  /// Where a message says something about a state under a path.
  std::size_t place(std::size_t state, std::size_t path) const;
  /// Whether no arc of positive probability leaves a pair.
  bool stays(std::size_t pair) const { return stays_[pair] != 0; }
  /// In the order of the arcs.
  std::span<const Move> moves() const { return moves_; }

 private:
  std::vector<Pair> pairs_;
  std::vector<std::size_t> begin_{0}, path_begin_{0};
  std::vector<std::uint32_t> by_path_;
  std::vector<char> stays_;
  std::vector<Move> moves_;
  std::vector<double> nothing_;
};

}  // namespace rgm
