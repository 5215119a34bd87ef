#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/matrix.h"
#include "rgm/base/progress.h"
#include "rgm/pipelines/sequence_tasks.h"
#include "rgm/trained/sequence_model.h"

namespace rgm {

/// Takes the frames of one step as they are made: `frames` R of them, [row, column, channel];
/// `variance` of each of their values, [frame · values + value], or empty.
using TakeStep =
    std::function<void(std::size_t step, const Images& frames, std::span<const float> variance)>;

// The tasks of `sequence_tasks.h` for models of films, shown as pictures. `Error` if a model is of
// something else.

/// The pictures of outcomes, steps counted from `first`; nothing if `take` is empty.
void decode_outcomes(const ImageCodec& codec, const Outcomes& outcomes, std::size_t first,
                     const TakeStep& take);

/// Draws a film from a model, long or short (its states and outcomes are drawn first, some
/// kilobytes a step; the pictures are made step by step); returns the outcomes drawn. `Error` if
/// `frames` is 0 or too large, as of `generate_outcomes`.
Outcomes generate_film(const SequenceModel& model, std::size_t frames, std::uint64_t seed,
                       const SequenceGenerationOptions& options, const TakeStep& take,
                       const Progress& progress = {});

/// What comes after a film: filters its outcomes, then gives the exact predictive distribution of
/// each of the next steps, nothing of them observed: its mean picture, and the variance. Memory
/// does not grow with the length.
void predict_film(const SequenceModel& model, const Outcomes& past, std::size_t frames,
                  const TakeStep& take, const Progress& progress = {});

/// What of a film is missing.
struct MissingParts {
  std::vector<std::size_t> frames;  ///< these frames; the whole voxel that holds one is missing
  /// Prepared pixels that are hidden in all frames, 1 where hidden; empty: none.
  Matrix<std::uint8_t> mask;
  /// A modality is missing if more than this share of it lies under the mask; 0: what is hidden has
  /// no say at all.
  double mask_share = 0.05;
  /// Masks that change: prepared pixels that are hidden in any frame of a step beside those of
  /// `mask`, [step]; an empty one hides nothing. None: no step has one.
  std::vector<Matrix<std::uint8_t>> step_masks{};
};

/// The outcomes with the parts that are missing marked so. `Error` if a frame is out of range, a
/// mask of another size, or there are masks of steps, but not of each. Equal masks of steps that
/// follow each other cost one.
Outcomes without(const ImageCodec& codec, const Outcomes& outcomes, const MissingParts& missing);

/// Fills in what is missing: smoothing over the whole film, so that past and future count; gives
/// the mean picture of every step and its variance. Observed outcomes stay as they are (their
/// variance is 0), or are the model's own reconstruction if `reconstruct`. Returns the log evidence
/// of what was observed, nats.
double complete_film(const SequenceModel& model, const Outcomes& outcomes, bool reconstruct,
                     const TakeStep& take, const Progress& progress = {});

/// Surprise of a step, in nats: −ln P(outcomes of the step | all before), and for each tile the sum
/// over its modalities of −ln P(outcome | all before), each by itself.
struct Surprise {
  double step = 0;
  std::vector<double> tiles;
  /// P(the tile is cut from its remembered state | all so far), [tile]: what is foreign in a film
  /// that is known. None if the model has no kinds of change.
  std::vector<double> cut{};
};

/// Surprise of every step of a film; `take` is called step by step. Memory does not grow with the
/// length. `learn_on` as of `outcome_surprise`.
void film_surprise(const SequenceModel& model, const Outcomes& outcomes,
                   const std::function<void(std::size_t step, const Surprise&)>& take,
                   const Progress& progress = {}, bool learn_on = false);

/// A picture of the surprise of tiles: at every prepared pixel the sum of the tiles' surprise by
/// their weights there.
std::vector<float> surprise_map(const ImageCodec& codec, std::span<const double> tiles);

}  // namespace rgm
