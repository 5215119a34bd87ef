#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/progress.h"
#include "rgm/model/outcomes.h"

namespace rgm {

struct ContextMixingOptions {
  /// Learning rates of the mixing that are tried on the training half.
  std::vector<double> rates = {0.002, 0.005, 0.01, 0.02, 0.04};
  Progress progress = {};
};

struct ContextMixingResult {
  double nats_per_step = 0;  ///< of the sequence that was held out
  double frozen = 0;         ///< the same of the coder as training left it
  double rate = 0;           ///< the learning rate that it was coded with
};

/// What a sequence costs under a general coder of the kind of PAQ, the strongest that learns as it
/// goes (Mahoney 2005, "Adaptive weighing of context models for lossless data compression").
///
/// An outcome is coded as yes or no decisions: is it the modality's last one again, does it lie
/// above, how far away. Twelve contexts predict each decision by how it went there before: the
/// modality's last outcomes, alone and for all modalities of the same rank or of all ranks; the
/// modalities of the same cell (`cells`, [modality]: those of one place) that came earlier in this
/// step, how much they changed, and how much the cell changed a step ago. Their logits are mixed by
/// weights that learn by gradient, apart for the kind of decision and for how often a context was
/// seen.
///
/// The learning rate is the one with the least cost of the second half of `training`, having begun
/// with the first. Then the coder learns all of `training`, and goes on learning in `test`: unlike
/// models whose counts are kept, it may use what it was told a step ago. `frozen` says what that is
/// worth. Outcomes are hard, missing
/// ones cost nothing. Throws `Error` as `surprise_by_last` does, or if there are no rates. Cost
/// O(steps · modalities · log(outcomes) · rates).
ContextMixingResult surprise_by_context_mixing(const Outcomes& training, const Outcomes& test,
                                               std::span<const std::size_t> num_outcomes,
                                               std::span<const std::size_t> cells,
                                               const ContextMixingOptions& options = {});

}  // namespace rgm
