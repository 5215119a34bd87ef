#pragma once

#include <cstddef>

#include "rgm/base/matrix.h"
#include "rgm/base/progress.h"
#include "rgm/codec/image_codec.h"
#include "rgm/trained/image_model.h"

namespace rgm {

// Pictures as beliefs over the states at the top of a model: what it knows of a picture in a few
// numbers, as other methods take them. The top states are those of the roots of all trees, tree by
// tree; of a shared tree that has the classes at its root they are the states of the factor below.

/// How many top states a model has.
std::size_t num_top_states(const ImageModel& model);

/// P(top state | picture), exact under the model, [picture, top state]; rows sum to 1. `Error` if
/// the size of the pictures is not the model's. Bit-identical for any number of threads.
Matrix<double> top_posteriors(const ImageModel& model, const PictureSource& source, int threads = 0,
                              const Progress& progress = {});

/// The pictures that are expected under distributions over top states, [picture, top state], at
/// least 0 and not all 0 (they need not sum to 1): prepared pictures, [picture, prepared value].
/// `Error` if their number or a weight is not so. Cost: some O(parameters) once, and O(top states ·
/// modalities) a picture.
Matrix<float> expected_pictures(const ImageModel& model, const Matrix<double>& weights,
                                int threads = 0);

}  // namespace rgm
