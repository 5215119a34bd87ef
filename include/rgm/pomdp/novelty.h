#pragma once

#include <cstddef>
#include <span>

#include "rgm/base/matrix.h"
#include "rgm/model/transition.h"

namespace rgm {

/// What one more observation is expected to tell about a categorical distribution with Dirichlet
/// counts a, nats:
///
///     Σ_o (a_o / a_0) KL[Dir(a + e_o) || Dir(a)] = Σ_o (a_o / a_0) φ(a_o) − φ(a_0),
///     φ(x) = ψ(x + 1) − ln x,
///
/// a_0 = Σ_o a_o, e_o one count for outcome o. φ is positive and is summed without cancellation, so
/// tiny and huge counts are no trouble ((outcomes − 1) / (2 a_0) for large ones). Outcomes of count
/// 0 are impossible and tell nothing. `Error` unless the counts are finite and at least 0, one of
/// them above 0.
double expected_information_gain(std::span<const double> counts);

/// The expected information gain about where `control` leads from `state`, under a Dirichlet prior
/// of `concentration` for each of `possible_states` next states (0: all there are). Pairs that were
/// never tried, of controls beyond the transition's paths too, have that of the prior. `Error`
/// unless concentration > 0 and the possible states are no fewer than those seen to follow. Cost
/// O(arcs of the state).
double transition_novelty(const Transition& transition, std::size_t state, std::size_t control,
                          double concentration, std::size_t possible_states = 0);

/// The same of all states and controls, [state, control]; a bonus for `state_values`, once scaled.
/// Cost O(states · controls + arcs).
Matrix<double> transition_novelties(const Transition& transition, std::size_t controls,
                                    double concentration, std::size_t possible_states = 0);

}  // namespace rgm
