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

/// Exact inference of the generalised state that a few frames belong to, and of what it shows: for
/// frames that were never seen before just so, or of which parts are missing or disturbed.
class Recogniser {
 public:
  /// Copies what it needs. Cost: that of `SequenceTables`.
  explicit Recogniser(const Hierarchy& hierarchy);
  Recogniser(const Recogniser&) = delete;
  Recogniser& operator=(const Recogniser&) = delete;

  std::size_t num_states() const { return tables_.root().num_states; }
  /// The belief over states after a new frame, [state], empty if what was seen is impossible:
  ///
  ///     b(s) ∝ P(o_t | s, o_<t) [ predicted(s)
  ///                               + jump · D(s) P(o_<t | s) / Σ_s' D(s') P(o_<t | s') ],
  ///
  /// `frames` the episode that ends now, o_t its last frame and o_<t those before, which the states
  /// before have explained already. `predicted`: where the last action may have led from the states
  /// believed in; `jump`: the probability of having come anywhere, to a state drawn from `anywhere`
  /// (D) that fits the frames before. They sum to one. Cost: twice that of exact messages in the
  /// tree of one episode.
  std::vector<double> belief(const Outcomes& frames, std::span<const double> predicted, double jump,
                             std::span<const double> anywhere);
  /// P(outcome of the last frame | belief over states), [modality][outcome]. Cost likewise.
  OutcomeDistributions last_frame(std::span<const double> belief);

 private:
  bool observe(const Outcomes& frames, std::size_t first, std::size_t last,
               std::vector<double>& likelihood);

  SequenceTables tables_;
  Episode episode_;
  std::vector<double> before_, all_;  // P(o_<t | s), P(o_<t, o_t | s), each up to a factor
};

}  // namespace rgm
