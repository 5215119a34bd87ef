#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "rgm/base/progress.h"
#include "rgm/inference/sample.h"
#include "rgm/trained/sequence_model.h"

// What a model of sequences does with outcomes, whatever they were made of. `film_tasks.h` shows
// the same as pictures, `symbol_tasks.h` as symbols.

namespace rgm {

struct SequenceGenerationOptions {
  /// Also what was never seen, by the prior counts; otherwise only what was.
  bool background = false;
  int root_state = -1;  ///< first state of the top level; −1: drawn
};

/// The most outcomes that are drawn in one call: steps times modalities. They are drawn from the
/// top down, the whole length of a level at a time, and so are in memory together.
inline constexpr std::size_t kMaxGeneratedOutcomes = std::size_t{1} << 27;

/// Draws `steps` steps from a model. `Error` if that is 0, or more than `kMaxGeneratedOutcomes`
/// have room for.
Outcomes generate_outcomes(const SequenceModel& model, std::size_t steps, std::uint64_t seed,
                           const SequenceGenerationOptions& options = {});

/// Takes distributions of the outcomes of one step, [modality][outcome].
using TakeDistributions = std::function<void(std::size_t step, const OutcomeDistributions&)>;

/// What comes after a sequence: filters its outcomes, then gives the exact predictive distribution
/// of each of the next `steps` steps, nothing of them observed. Memory does not grow with the
/// length.
void predict_outcomes(const SequenceModel& model, const Outcomes& past, std::size_t steps,
                      const TakeDistributions& take, const Progress& progress = {});

/// Fills in what is missing: smoothing over the whole sequence, so that past and future count.
/// `take` gets every step's posterior predictive distributions of the missing outcomes, and, if
/// `reconstruct`, the model's own of those that were observed; otherwise these are empty. Returns
/// the log evidence of what was observed, nats.
double complete_outcomes(const SequenceModel& model, const Outcomes& outcomes, bool reconstruct,
                         const TakeDistributions& take, const Progress& progress = {});

/// Surprise of a step, in nats: −ln P(outcomes of the step | all before), and of each modality
/// −ln P(outcome | all before) by itself (0 if it is missing).
struct OutcomeSurprise {
  double step = 0;
  std::vector<double> modalities;  ///< [outcome of the front end]
  /// P(the cell is cut from its remembered state | all so far), [cell]; none without kinds.
  std::vector<double> cut;
};

/// Surprise of every step of a sequence; `take` is called step by step. Memory does not grow with
/// the length. If `learn_on`, kinds of change go on counting: each step after it was predicted; the
/// model stays as it is.
void outcome_surprise(const SequenceModel& model, const Outcomes& outcomes,
                      const std::function<void(std::size_t step, const OutcomeSurprise&)>& take,
                      const Progress& progress = {}, bool learn_on = false);

}  // namespace rgm
