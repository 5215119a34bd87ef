#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/inference/episode.h"
#include "rgm/inference/sample.h"
#include "rgm/inference/sequence_tables.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// Exact inference of the generalised state that a few frames belong to, and of what it shows: for frames that were never
/// seen before just so, or of which parts are missing or disturbed.
class Recogniser {
 public:
  /// Copies what it needs. Cost: that of `SequenceTables`.
  explicit Recogniser(const Hierarchy& hierarchy);
  Recogniser(const Recogniser&) = delete;
  Recogniser& operator=(const Recogniser&) = delete;

  std::size_t num_states() const { return tables_.root().num_states; }
  /// P(state | frames) ∝ prior(state) P(frames | state), [state], of an episode of frames; empty if they are impossible.
  /// Where no frame says anything, the prior. Cost: of exact messages in the tree of one episode.
  std::vector<double> posterior(const Outcomes& frames, std::span<const double> prior);
  /// P(outcome of the last frame | belief over states), [modality][outcome]. Cost likewise.
  OutcomeDistributions last_frame(std::span<const double> belief);

 private:
  SequenceTables tables_;
  Episode episode_;
};

}  // namespace rgm
