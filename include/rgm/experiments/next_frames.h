#pragma once

#include <cstddef>

#include "rgm/base/images.h"
#include "rgm/model/outcomes.h"
#include "rgm/trained/sequence_model.h"

namespace rgm {

// The frames of a film, each step predicted from all that came before it: by a model, and by what
// everybody would try first. `past` are the frames before `film`, at least one of the same size;
// `per_step` frames are predicted at a time, or `Error` if there are none.

/// Under the model (`predict_next_steps`), which hears the last step of `past` and all since; steps
/// are voxels of its codec.
Images next_steps(const SequenceModel& model, const Images& past, const Images& film,
                  int threads = 0);

/// The last frame stays.
Images last_frames(const Images& past, const Images& film, std::size_t per_step);

/// Every value goes on as it changed between the last two frames, within 0 … 255.
Images extrapolated_frames(const Images& past, const Images& film, std::size_t per_step);

/// Blocks of `block` × `block` pixels go on as they moved between the last two frames: by the
/// displacement of at most `kMaxDisplacement` pixels an axis whose sum of absolute differences is
/// least, the shortest of them. What comes from beyond the edge is the edge's. Cost at most
/// O(values · (2 · kMaxDisplacement + 1)²) a step.
Images block_matched_frames(const Images& past, const Images& film, std::size_t per_step,
                            std::size_t block, int threads = 0);
inline constexpr int kMaxDisplacement = 7;

}  // namespace rgm
