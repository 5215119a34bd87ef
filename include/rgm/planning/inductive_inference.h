#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "rgm/model/transition.h"

namespace rgm {

// Inductive inference: which states lead to an intended one. The controlled chain is thresholded to
// a graph: an arc wherever some path has P(s' | s, path) above a threshold. Costly states are never
// passed.

/// No intended state can be reached.
inline constexpr std::size_t kUnreachable = std::numeric_limits<std::size_t>::max();

struct InductiveOptions {
  /// Probabilities above it make an arc, and a state that is believed in.
  double threshold = 1.0 / 32;
  std::size_t max_steps = kUnreachable;  ///< farther intended states are left alone
  double bonus = 32;                     ///< nats for what leads to the allowed next states
};

/// What is to be done next.
struct InductivePlan {
  bool reachable = false;            ///< otherwise there is no constraint, and the rest is empty
  std::size_t steps = kUnreachable;  ///< to the nearest intended state, at least 1: the present
                                     ///< state does not count
  /// That state; the one met first by index if several are as near.
  std::size_t intended = kUnreachable;
  std::vector<std::size_t> next_states;  ///< allowed: the successors of believed states that are
                                         ///< steps − 1 away; ascending
  std::vector<double> control_bonus;     ///< [control]: bonus · P(next state is allowed | believed
                                         ///< state, control), nats
};

/// The number of steps from every state to the nearest intended one, kept up to date while the
/// graph grows.
///
/// Source: Friston et al., arXiv 2407.20292, inductive inference; backward sets by breadth first.
/// Where several intended states are equally near, the ways to all of them are allowed.
class InductiveMap {
 public:
  explicit InductiveMap(const InductiveOptions& options = {});

  const InductiveOptions& options() const { return options_; }
  std::size_t num_states() const { return distance_.size(); }

  /// Follows the transition, which must not have fewer states than before: reads the arcs of the
  /// states `changed` anew, and those of states that are new. New arcs only shorten ways: cost
  /// O(arcs read + what comes nearer). If an arc fell below the threshold, everything is computed
  /// again, O(states + arcs).
  void update(const Transition& transition, std::span<const std::size_t> changed);
  /// The same, all states being read anew.
  void update(const Transition& transition);
  /// More intended states. Cost O(what comes nearer). `Error` if there is no such state.
  void add_intended(std::span<const std::size_t> states);
  /// More costly states, which are no longer passed, nor intended if they were. Everything is
  /// computed again, O(states + arcs). `Error` if there is no such state.
  void add_costly(std::span<const std::size_t> states);

  bool is_intended(std::size_t state) const { return intended_[state] != 0; }
  bool is_costly(std::size_t state) const { return costly_[state] != 0; }
  /// The successors of a state in the graph, costly ones too; ascending.
  const std::vector<std::size_t>& successors(std::size_t state) const { return successors_[state]; }
  /// Steps from a state to the nearest intended one, itself included (0); `kUnreachable` if there
  /// is none, or if the state is costly. [state]
  const std::vector<std::size_t>& distances() const { return distance_; }
  /// Steps to the nearest intended state after the present: 1 + the least distance of a successor.
  std::size_t steps_from(std::size_t state) const;

  /// The allowed next states for a belief over states, [state], and what leads to them. Cost
  /// O(states + arcs of the states believed in + steps). `Error` unless `transition` is the one
  /// that was followed and the belief finite.
  InductivePlan plan(const Transition& transition, std::span<const double> belief) const;

 private:
  void check_states(const char* what, std::span<const std::size_t> states) const;
  void shorten(std::size_t state, std::size_t distance);
  void propagate();
  void recompute();

  InductiveOptions options_;
  std::vector<std::vector<std::size_t>> successors_, predecessors_;  // [state], ascending
  std::vector<std::uint8_t> intended_, costly_;                      // [state]
  std::vector<std::size_t> distance_;                                // [state]
  std::vector<std::size_t> queue_;                                   // states that came nearer
};

/// The basin of attraction of the intended states: those from which one is reached within so many
/// steps, and those that follow one within so many, without passing a costly state; costly states
/// never belong to it. [state], 1 or 0. `Error` if there is no such state. Cost O(states + arcs).
std::vector<std::uint8_t> basin_of_attraction(const Transition& transition,
                                              std::span<const std::size_t> intended,
                                              std::span<const std::size_t> costly,
                                              std::size_t steps = 32, double threshold = 1.0 / 32);

/// Whether play can go on for ever from one intended state to the next.
struct Orbits {
  bool closed = false;  ///< there are intended states, and each leads to one again
  std::vector<std::size_t> without_return;  ///< intended states that lead to none; ascending
};

/// Which intended states lie in the basin of attraction of an intended state (perhaps themselves),
/// at most so many steps away.
Orbits find_orbits(const InductiveMap& map, std::size_t steps = kUnreachable);

/// The states that are worth keeping under the steady state of the allowed flow: P(s' | s) in
/// proportion to all counts of s → s' among allowed states ([state]; empty: all are), dead ends
/// left out one after the other, for all flow would end in them. `visits`: its principal
/// eigenvector.
struct SteadyState {
  std::vector<double> visits;      ///< [state], sums to one (to zero if nothing allowed goes on)
  std::vector<std::uint8_t> kept;  ///< [state]: allowed, no dead end and not pruned
};

/// Prunes the least visited states, those with the same number of visits together, as long as no
/// state that is kept and led to another is left without a successor but itself. `Error` on bad
/// shapes. Cost O(arcs) a step of the power iteration, of which there are at most `iterations`, and
/// O(states · (states + arcs)) at worst for pruning.
SteadyState steady_state_pruning(const Transition& transition,
                                 std::span<const std::uint8_t> allowed = {},
                                 std::size_t iterations = 10000);

}  // namespace rgm
