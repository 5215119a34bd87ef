#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/pomdp/pomdp.h"

namespace rgm {

/// The expected free energy of a control by its terms, nats; the total is minimised.
///
/// Source: Friston et al., arXiv 2407.20292, expected free energy. Where the reference adds
/// ln(number of outcomes) a modality, a constant, nothing is added here.
struct ExpectedFreeEnergy {
  double risk = 0;       ///< Σ_g KL[q(o_g) || exp C_g]: outcomes that are not preferred
  double ambiguity = 0;  ///< Σ_g E_q(s') H[A_g[·, s']]: states that tell little
  /// Σ_g E_q(s') of the expected information gain about A_g's counts of s'.
  double novelty_likelihood = 0;
  /// E_q(s) of the expected information gain about B's counts of s and the control.
  double novelty_transition = 0;
  double final_states = 0;  ///< KL[q(s') || H], at the end of a plan only

  double total() const {
    return risk + ambiguity - novelty_likelihood - novelty_transition + final_states;
  }
};

// Terms over predicted beliefs and outcomes, whatever the model that predicts them.

/// C − ln Σ exp C of preferences C in nats; those of `outcomes` equally preferred outcomes if C is
/// empty.
std::vector<double> normalised_preferences(std::span<const double> preferences,
                                           std::size_t outcomes);
/// KL[q || exp C], nats, for normalised preferences C. `Error` unless the sizes match.
double preference_risk(std::span<const double> predicted,
                       std::span<const double> normalised_preferences);
/// Σ_s belief(s) · weights(s): expectations of ambiguity or novelty, weights the entropies or
/// information gains of the states' distributions. `Error` unless the sizes match.
double expectation(std::span<const double> belief, std::span<const double> weights);

/// A `Pomdp` ready for inference and planning: probabilities, and what each column is worth.
/// Immutable.
struct PomdpTables {
  struct Modality {
    Matrix<double> likelihood;        ///< A, [outcome, state]
    std::vector<double> preferences;  ///< normalised, [outcome]
    std::vector<double> ambiguity;    ///< H[A[·, s]], [state]
    /// Expected information gain about the column, [state]; 0 if not learnt.
    std::vector<double> novelty;
  };
  std::vector<Modality> modalities;
  std::vector<Matrix<double>> transition;               ///< B, [control] → [next_state, state]
  std::vector<std::vector<double>> transition_novelty;  ///< [control][state]; 0 if not learnt
  std::vector<double> initial_state;                    ///< D, [state], sums to one
  std::vector<double> final_preferences;                ///< H, normalised, [state]; empty: none

  explicit PomdpTables(const Pomdp& pomdp);

  std::size_t num_states() const { return initial_state.size(); }
  std::size_t num_controls() const { return transition.size(); }
};

/// The belief over the next state, Σ_s B[·, s, control] belief(s). `Error` on indices and shapes
/// out of range.
std::vector<double> predict_state(const PomdpTables& tables, std::span<const double> belief,
                                  std::size_t control);
/// The outcomes of a modality under a belief, Σ_s A_g[·, s] belief(s).
std::vector<double> predict_outcome(const PomdpTables& tables, std::span<const double> belief,
                                    std::size_t modality);
/// belief(s) ← belief(s) Π_g A_g[o_g, s] / P(o); returns ln P(o), nats. `outcomes`: one a modality,
/// `kMissingOutcome` where nothing was observed. `BadInput` if one is out of range,
/// `ImpossibleEvidence` if all of them are together.
double update_belief(const PomdpTables& tables, std::span<const std::size_t> outcomes,
                     std::vector<double>& belief);

/// The terms of one step: `control` in a state of which `belief` is known, and what `predicted` =
/// `predict_state(tables, belief, control)` is expected to show. `last`: whether a plan ends there.
/// Cost O(states · outcomes).
ExpectedFreeEnergy expected_free_energy(const PomdpTables& tables, std::span<const double> belief,
                                        std::size_t control, std::span<const double> predicted,
                                        bool last = true);

}  // namespace rgm
