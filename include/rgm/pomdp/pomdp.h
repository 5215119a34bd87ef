#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "rgm/base/matrix.h"

namespace rgm {

/// An outcome that was not observed: it says nothing.
inline constexpr std::size_t kMissingOutcome = std::numeric_limits<std::size_t>::max();

/// What one modality of a `Pomdp` shows, and what is wanted of it.
struct PomdpModality {
  /// [outcome, state], Dirichlet counts with their prior; 0: impossible.
  Matrix<double> likelihood_counts;
  /// C, [outcome]: log prior over outcomes, nats, up to a constant; empty: flat.
  std::vector<double> preferences;
  bool learnt = false;  ///< whether its counts will be learnt: then what informs about them is
                        ///< worth something
};

/// A partially observed Markov decision process of one level and one controllable factor: a state
/// that nobody sees, controls that move it, outcomes in several modalities that tell of it. Data
/// only.
///
///     s_0 ~ D     s_{t+1} ~ B[·, s_t, u_t]     o_{g,t} ~ A_g[·, s_t]
///
/// A and B are the normalised counts. What others call several factors are folded into one, the
/// state being their tuple.
struct Pomdp {
  std::vector<PomdpModality> modalities;
  /// [control] → [next_state, state], Dirichlet counts with their prior.
  std::vector<Matrix<double>> transition_counts;
  std::vector<double> initial_state;  ///< D, [state], in proportion
  /// H, [state]: log prior over the last state, nats; empty: none.
  std::vector<double> final_state_preferences{};
  bool learnt_transition = false;  ///< as `PomdpModality::learnt`

  std::size_t num_states() const { return initial_state.size(); }
  std::size_t num_controls() const { return transition_counts.size(); }

  /// Throws `Error` unless shapes agree, counts and D are finite, at least 0 and every column has
  /// one above 0, and preferences are finite.
  void validate() const;
};

}  // namespace rgm
