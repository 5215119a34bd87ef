#pragma once

#include <cstddef>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/inference/root_chain.h"
#include "rgm/inference/sequence_counts.h"

namespace rgm::detail {

/// Expected counts of what happens between the steps of the root: the joint posterior of two steps
/// that follow each other,
///
///     P(s, s' | all) = past(s) P(s' | s) ahead(s') / total,
///
/// past(s) the belief up to the first, ahead(s') what the second and all after it say. Arc by arc;
/// what restarts counts as an initial state.
///
/// Of a dense chain Σ past ⊗ ahead / total grows in blocks of steps, a product of matrices each,
/// and meets the probabilities once, at the end.
class RootCounts {
 public:
  /// Borrows both.
  RootCounts(const SequenceTables& tables, SequenceCounts& counts);

  /// One pair of steps; `log_total` = ln of the total. `past` has its logarithms.
  void add(RootProduct& past, RootProduct& ahead, double log_total);
  /// Adds what waits; to be called last.
  void finish();

 private:
  void add_in_logs(RootProduct& past, RootProduct& ahead, double log_total);
  void add_block();

  const SequenceTables& tables_;
  SequenceCounts& counts_;
  std::vector<double>& arcs_;
  std::vector<double> ahead_;
  Matrix<double> pasts_, aheads_;  // [step of the block, state]
  Matrix<double> sum_;       // Σ past ⊗ ahead / total, [state, next]; if the chain is dense
  std::size_t waiting_ = 0;  // steps in the block
};

}  // namespace rgm::detail
