#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/pomdp/expected_free_energy.h"

namespace rgm {

struct SearchOptions {
  std::size_t horizon = 1;  ///< steps ahead, at least 1
  double precision = 1;  ///< of the choice among controls, here and ahead: softmax(−precision · G)
  /// A control whose probability by its first step alone is below so much of the best one's is not
  /// looked into further nor chosen; 0: all are looked into.
  double pruning = 1.0 / 16;
  /// The most probable joint outcomes that are followed, renormalised; 0: all.
  std::size_t max_outcomes = 0;
  /// The most probable states that a belief ahead keeps, renormalised; 0: all.
  std::size_t max_states = 0;
  std::size_t max_nodes = 0;  ///< controls evaluated at most, over all depths; 0: no limit
  double max_seconds = 0;     ///< wall-clock time at most; 0: no limit
};

/// A control, and the outcome that it most probably brings.
struct PlannedStep {
  std::size_t control = 0;
  std::vector<std::size_t> outcomes;  ///< [modality]; empty at the last step of a plan, after which
                                      ///< nothing was looked into
};

struct SearchResult {
  std::vector<double> expected_free_energy;  ///< G, [control], nats, over all steps ahead; less the
                                             ///< bonus of the control
  std::vector<ExpectedFreeEnergy> terms;     ///< of the first step, [control]
  std::vector<double> posterior;             ///< P(control), [control]; 0 where pruned
  /// Best controls along the most probable outcomes, first step first.
  std::vector<PlannedStep> plan;
  std::size_t depth = 0;      ///< steps ahead that were searched to the end
  std::size_t nodes = 0;      ///< controls evaluated
  bool budget_ended = false;  ///< depth < horizon, since nodes or time ran out
};

/// Sophisticated inference: what to do under a belief over states, [state], by search over controls
/// and outcomes,
///
///     G(u | b) = terms(u, b) + Σ_o P(o | u, b) Σ_u' P(u' | b') G(u' | b'),
///     P(u | b) = softmax(−precision · G(· | b)),
///
/// b' the belief after u and o, to the horizon, where G is that of one step with the preferences
/// for final states. `bonus`, [control], nats: in favour of controls at the first step, such as the
/// bonus of inductive inference or a log prior; empty: none. With a budget the search deepens step
/// by step, and the result is that of the last depth that was finished; the first one always is.
/// `Error` on bad shapes and options, and if the belief does not sum to one (to 1e-6). Cost
/// O((controls · joint outcomes)^horizon · states), pruning and limits apart. Source: Friston et
/// al., Sophisticated inference, Neural Computation 33(3), 2021.
SearchResult search(const PomdpTables& tables, std::span<const double> belief,
                    const SearchOptions& options = {}, std::span<const double> bonus = {});

/// Whether what was observed is not what a step of a plan expected, or the plan ends there: then
/// search anew, else go on with its next step. Missing outcomes surprise nobody. `Error` unless
/// there is one a modality.
bool is_surprised(const PlannedStep& expected, std::span<const std::size_t> outcomes);

/// The most probable control, the first one if several are. `Error` if there is none.
std::size_t best_control(std::span<const double> posterior);
/// A control drawn in proportion to posterior^precision (0: uniform among those possible). `Error`
/// on values below 0 or not finite, or none above 0.
std::size_t sample_control(std::span<const double> posterior, double precision, Random& random);

}  // namespace rgm
