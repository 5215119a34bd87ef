#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/inference/kinds_filter.h"
#include "rgm/model/kinds.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// Online learning of kinds: each step is predicted, then counted with the belief about its kind.
class KindsLearner {
 public:
  /// Borrows `kinds`, which must outlive the learner, and adds to its counts. A sequence begins.
  explicit KindsLearner(Kinds& kinds) : kinds_(&kinds), filter_(kinds) {}

  /// The filter: between `begin_step` and `finish_step` of the learner it may be asked and told.
  KindsFilter& filter() { return filter_; }
  void begin_step() { filter_.begin_step(); }
  /// Counts what the filter was told at this step: row `item`, the missing left out, soft outcomes
  /// by their weights.
  void finish_step(const Outcomes& outcomes, std::size_t item);
  /// The three in one: returns ln P(step | steps before), nats.
  double add(const Outcomes& outcomes, std::size_t item);

 private:
  Kinds* kinds_;
  KindsFilter filter_;
  Matrix<double> pair_;
};

/// Learns kinds from sequences in one pass, one after the other, each step from what was learnt
/// before it; adds to what `kinds` know. Returns ln P(sequences) as they were met, nats. Cost
/// O(steps · (modalities · kinds + cells · kinds²)).
double learn_kinds(Kinds& kinds, std::span<const Outcomes> sequences);

/// Batch learning: what `kinds` say now gives the expected counts of all sequences, exact forwards
/// and backwards along each cell's chain, where outcomes are known; the counts are then set to
/// these, and so `passes` times. Returns ln P(sequences) before each pass by the
/// kinds without memory, which would hold the very outcomes that are to be explained, nats. The
/// counts of a context are at once what its prediction is refined to from that of less of the past,
/// whose counts change as well: so a pass mostly raises ln P, but need not.
std::vector<double> relearn_kinds(Kinds& kinds, std::span<const Outcomes> sequences,
                                  std::size_t passes);

}  // namespace rgm
