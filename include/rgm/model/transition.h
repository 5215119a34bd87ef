#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace rgm {

/// The transitions of one factor, B[next_state, state, path], as sparse counts.
///
/// What structure learning yields is nearly deterministic, so only pairs that were seen are kept; what was never seen has
/// probability zero and stays so (a structural zero). A pair (state, path) without successors is absorbing: the state
/// stays. A factor of still images has one path and no transitions.
class Transition {
 public:
  using Successor = std::pair<std::size_t, double>;  ///< next state, count

  Transition() = default;
  Transition(std::size_t states, std::size_t paths);

  std::size_t num_states() const { return states_; }
  std::size_t num_paths() const { return paths_; }
  bool empty() const { return states_ == 0; }

  /// Adds `count` > 0 to the count of `state` → `next` under `path`. `Error` if an index is out of range.
  void add(std::size_t next, std::size_t state, std::size_t path, double count);
  /// The successors of `state` under `path` with their counts, in order of first appearance.
  const std::vector<Successor>& successors(std::size_t state, std::size_t path) const;
  /// P(next | state, path) = count / Σ counts.
  double probability(std::size_t next, std::size_t state, std::size_t path) const;

  friend bool operator==(const Transition&, const Transition&) = default;

 private:
  std::size_t states_ = 0, paths_ = 0;
  std::vector<std::vector<Successor>> successors_;  // [state · paths + path]
};

}  // namespace rgm
