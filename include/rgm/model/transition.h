#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rgm {

/// The transitions of one factor, B[next_state, state, path], as sparse counts.
///
/// What structure learning yields is nearly deterministic, so only triples that were seen are kept;
/// what was never seen has probability zero and stays so (a structural zero). A pair (state, path)
/// without successors is absorbing: the state stays. A factor of still images has one path and no
/// transitions.
class Transition {
 public:
  /// One observed transition out of a state.
  struct Arc {
    std::size_t next = 0, path = 0;
    double count = 0;

    friend bool operator==(const Arc&, const Arc&) = default;
  };
  using Successor = std::pair<std::size_t, double>;  ///< next state, count

  Transition() = default;
  Transition(std::size_t states, std::size_t paths);

  std::size_t num_states() const { return arcs_.size(); }
  std::size_t num_paths() const { return paths_; }
  bool empty() const { return arcs_.empty(); }

  /// More states and paths, none of them with a transition yet. `Error` if there would be fewer.
  void grow(std::size_t states, std::size_t paths);
  /// Adds `count` > 0 to the count of `state` → `next` under `path`. `Error` if an index is out of
  /// range. Cost O(1).
  void add(std::size_t next, std::size_t state, std::size_t path, double count);
  /// Replaces the counts of a state's arcs, in the order of `arcs(state)`; each finite and at least
  /// 0. `Error` otherwise.
  void set_counts(std::size_t state, const std::vector<double>& counts);

  /// All transitions out of `state`, in order of first appearance.
  const std::vector<Arc>& arcs(std::size_t state) const;
  /// The successors of `state` under `path` with their counts, in order of first appearance. Cost
  /// O(arcs of the state).
  std::vector<Successor> successors(std::size_t state, std::size_t path) const;
  /// P(next | state, path) = count / Σ counts.
  double probability(std::size_t next, std::size_t state, std::size_t path) const;

  friend bool operator==(const Transition& a, const Transition& b) {
    return a.paths_ == b.paths_ && a.arcs_ == b.arcs_;
  }

 private:
  struct Key {
    std::size_t next, state, path;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  std::size_t paths_ = 0;
  std::vector<std::vector<Arc>> arcs_;                      // [state]
  std::unordered_map<Key, std::uint32_t, KeyHash> arc_of_;  // where in arcs_[state]
};

}  // namespace rgm
