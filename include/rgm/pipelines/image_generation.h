#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/matrix.h"
#include "rgm/base/progress.h"
#include "rgm/codec/image_codec.h"
#include "rgm/trained/image_model.h"

namespace rgm {

struct GenerationOptions {
  /// The outcomes of level 0 given the states drawn for it: false, their expectation, which looks
  /// best, since independent draws for every mode of every tile are noise that the pictures did not
  /// have; true, drawn as well (ancestral samples of the whole model).
  bool sample_outcomes = false;
  /// Outcomes that are drawn are bins; true: values that are spread evenly over each and have the
  /// mean and the variance of what lies behind the bins of the states.
  bool between_bins = false;
};

/// Pictures drawn from a model: all states from the top down, outcomes from the states, pixels from
/// the outcomes. They are prepared pictures (of the codec's height × width, smoothed and
/// equalised), for that is what a model knows.
///
/// `of_class` is an index into `class_names`, or −1: the class of each picture is drawn from the
/// class prior. Picture i depends on `seed` and i only. Throws `Error` if the class is out of
/// range. Cost O(parameters of the likelihoods' columns that are visited + codec modes · tile size)
/// a picture.
Images generate(const ImageModel& model, int of_class, std::size_t count, std::uint64_t seed,
                const GenerationOptions& options = {}, const Progress& progress = {});

/// The same pictures before their values are rounded to bytes, [picture, prepared value].
Matrix<float> generate_values(const ImageModel& model, int of_class, std::size_t count,
                              std::uint64_t seed, const GenerationOptions& options = {},
                              const Progress& progress = {});

/// Prepared pictures, or variances of their values, brought back to the size of the pictures that
/// the codec was fitted to, by bicubic resampling; smoothing is not undone. [picture, value], the
/// values clamped to 0–255 (variances to at least 0). `Error` if rows are no prepared pictures.
Matrix<float> of_input_size(const ImageCodec& codec, const Matrix<float>& prepared,
                            bool variances = false);

/// What a state looks like.
struct StatePicture {
  Images picture;  ///< one prepared picture: the expected outcomes, decoded; black where the factor
                   ///< has no say
  std::vector<float> variance;  ///< of every value of the picture, modalities taken as independent,
                                ///< grey levels squared
};

/// The picture of state `state` of factor `factor` of level `level` of tree `tree`: the expected
/// outcomes of the modalities below it; all others are at the codec's zero, the middle bin.
///
/// Throws `Error` if an index is out of range. Cost O(parameters below the factor + codec modes ·
/// tile size).
StatePicture state_picture(const ImageModel& model, std::size_t tree, std::size_t level,
                           std::size_t factor, std::size_t state);

/// The pictures of a source as the model's codec prepares them, to lie beside generated ones.
/// `Error` if their size is not the codec's.
Images prepared_pictures(const ImageModel& model, const PictureSource& source);

}  // namespace rgm
