#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "rgm/base/film.h"
#include "rgm/base/progress.h"
#include "rgm/codec/film_codec.h"
#include "rgm/pipelines/film_tasks.h"
#include "rgm/trained/sequence_model.h"

namespace rgm {

// Pictures of what comes next that carry on what the outcomes do not say. The next frames are the
// last true frame, plus a share of the change that the model expects of the codec's picture, less
// a share of the last frame's residual, which is what the codec leaves of it. What would have been
// best of both in the steps of this film so far is taken, by least squares for each tile: all of
// the change where the model knows the film, none where it guesses, and that within few steps. Each
// step counts a fifth less than the next, and as much as others however much changed in it; each
// tile as much as all of them on average; and the last frame as it is by a third of a step.

/// As `predict_film` of outcomes alone, with the residual of the last frame of `past` carried on.
/// With every step ahead the same share of it goes again; so does the share of the change that is
/// not believed, if more than half was of all tiles together. Of what came true the last 32 steps
/// are seen. `outcomes` are what `past` was encoded to. Memory does not grow with the length.
/// `Error` if they have other steps than the film.
void predict_film(const SequenceModel& model, const Film& past, const Outcomes& outcomes,
                  std::size_t frames, const TakeStep& take, int threads = 0,
                  const Progress& progress = {});

/// Every step of a film as it is predicted from all steps before (`predict_film` by one step, again
/// and again); of the first one the codec's picture alone. `outcomes` are what the film was encoded
/// to. Memory does not grow with the length.
void predict_next_steps(const SequenceModel& model, const Film& film, const Outcomes& outcomes,
                        const TakeStep& take, int threads = 0, const Progress& progress = {});

}  // namespace rgm
