#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/progress.h"
#include "rgm/inference/tree_counts.h"

namespace rgm {

/// The items that a hierarchy learns from or is asked about, with what is known of their root.
struct ItemSet {
  const Outcomes* outcomes = nullptr;
  std::vector<std::size_t> items;  ///< indices into `outcomes`
  std::vector<int> root_states;    ///< empty, or one an item; −1: not observed
  std::vector<double> weights;     ///< empty (all 1), or one an item; may be negative

  /// All items of `outcomes`, nothing known of the root.
  static ItemSet all(const Outcomes& outcomes);
};

/// How messages are computed over many items.
struct InferenceOptions {
  SoftReading reading = SoftReading::kCount;
  int threads = 0;  ///< 0: all cores; results do not depend on it
};

/// Expected counts of a set of items and their exact log evidence, one E-step. Bit-identical for
/// any number of threads: the items are cut into shards by their number alone, and the shards are
/// added in order. Items that leave the range of single precision (`upward`) are computed again in
/// double.
template <class Real>
ExpectedCounts<Real> expected_counts(const TreeTables<Real>& tables, const ItemSet& set,
                                     const InferenceOptions& options,
                                     std::vector<double>* log_evidence = nullptr);

/// ln P(evidence, root state), [item, root state], of a set of items (weights unused).
/// Bit-identical for any number of threads. Items that leave the range of single precision are
/// computed again in double.
template <class Real>
Matrix<double> root_log_joint(const TreeTables<Real>& tables, const ItemSet& set,
                              const InferenceOptions& options);

struct EmOptions {
  std::size_t passes = 5;  ///< most passes over the items
  double tolerance = 0;    ///< stop when the mean log evidence gains less, nats an item; 0: never
  InferenceOptions inference = {};
};

/// How an EM run went. `objective[i]` is what pass i could not lower: log evidence plus the log
/// prior of the parameters up to a constant, Σ ln P(items) + Σ α ln A, *before* the counts of that
/// pass were set.
struct EmResult {
  std::vector<double> log_evidence;  ///< mean over items, nats, before each pass
  std::vector<double> objective;     ///< nats, before each pass
  bool converged = false;
};

/// Batch learning by counting: expectation over all items, then every count is set to its expected
/// sum; repeat. The root's counts get one prior count spread over its states. Without a prior
/// concentration, a column of which nothing is expected keeps its counts, so that zeros stay zeros.
///
/// Updates `hierarchy` in place after each whole pass, so that an `Interrupted` thrown by
/// `after_pass` (called with passes done and the result so far) leaves a whole model. `Real` is the
/// precision of the messages; sums are kept in double. Source: Dempster, Laird and Rubin 1977, with
/// Dirichlet priors (maximum a posteriori for concentration α + 1).
template <class Real>
EmResult expectation_maximisation(
    Hierarchy& hierarchy, const ItemSet& set, const EmOptions& options,
    const std::function<void(std::size_t, const EmResult&)>& after_pass = {});

/// Σ α ln A over all parameters (+ prior of the root, + κ ln P(restart) of each of its states),
/// nats: what Dirichlet priors add to the log evidence.
double log_prior(const Hierarchy& hierarchy);

}  // namespace rgm
