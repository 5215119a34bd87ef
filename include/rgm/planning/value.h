#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/model/transition.h"

namespace rgm {

// Value on a learned graph: dynamic programming over the states and controls that were seen. A path
// of the transition is a control u, and P(s' | s, u) = count / Σ counts.

/// How the value of a control is made of those of the states that it leads to.
enum class ValueBackup {
  kExpected,    ///< Q(s, u) = bonus(s, u) + Σ_s' P(s' | s, u) [reward(s') + discount · V(s')]
  kOptimistic,  ///< Q(s, u) = bonus(s, u) + max_s' [reward(s') + discount · V(s')], over the
                ///< successors that were seen
};

/// The graph and what is wanted of it. Everything must outlive the calls that it is given to.
struct ValueProblem {
  const Transition& transition;
  std::span<const double> reward;  ///< [state]: gained on entering it, costs taken off; finite
  /// [state], 0 for states to leave out (a basin); empty: all are allowed.
  std::span<const std::uint8_t> allowed{};
  /// [state, control], see `ValueOptions::unknown_value`; null: none.
  const Matrix<double>* bonus = nullptr;
};

struct ValueOptions {
  double discount = 0.97;  ///< of the next step's value, in [0, 1)
  ValueBackup backup = ValueBackup::kExpected;
  /// Value of a state from which nothing is known to lead on. Where there is a bonus, its columns
  /// are all the controls there are, and one that was never tried is worth bonus + discount ·
  /// unknown_value (a bonus of −∞: never); without one, only those that were tried count.
  double unknown_value = 0;
  /// Value of a state that is not allowed. Absent: as if the arcs to it did not exist, P that of
  /// the successors that remain.
  std::optional<double> outside_value = std::nullopt;
  double tolerance = 1e-9;  ///< largest change in a sweep, in units of reward
  std::size_t max_sweeps = 1000;
};

struct ValueResult {
  std::vector<double> values;  ///< V, [state]: max_u Q(s, u)
  double residual = 0;     ///< largest change in the last sweep; values err by at most residual ·
                           ///< discount / (1 − discount)
  std::size_t sweeps = 0;  ///< over all controls of all states
  bool converged = false;  ///< residual ≤ tolerance
};

/// V(s) = max_u Q(s, u), by policy iteration: sweeps that choose the best control of every state
/// (in place, successors first where states are numbered in order of appearance), and between them
/// the value of what was chosen, exact where the choice has one successor. `start`: values to start
/// from, those of a smaller graph perhaps (missing ones: unknown_value); the solution does not
/// depend on it, but close ones save sweeps. `Error` on bad shapes, values that are not finite and
/// options out of range. Cost O(states + arcs) a sweep; some 10 of them. Source: Puterman, Markov
/// Decision Processes, 1994, chapter 6.
ValueResult state_values(const ValueProblem& problem, const ValueOptions& options = {},
                         std::span<const double> start = {});

/// Q(state, ·), [control], for values V of all states; −∞ for controls that do not count. Cost
/// O(arcs of the state).
std::vector<double> control_values(const ValueProblem& problem, const ValueOptions& options,
                                   std::span<const double> values, std::size_t state);

}  // namespace rgm
