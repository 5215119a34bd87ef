#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "rgm/pipelines/image_evaluation.h"
#include "terminal/json.h"

namespace rgm::app {

/// What a model said of pictures, and how they are told apart.
struct PredictedPictures {
  const ImageModel& model;
  std::span<const std::string> names;  ///< a file each; empty: they are told apart by numbers
  std::span<const Prediction> predictions;
  std::size_t top = 1;  ///< classes of each that are told, the most probable first
};

/// A table for people, of at most `most` rows and, by shortened names, of `width` characters if
/// that can be (0: as many as there are), with a line on what was left out and on pictures that are
/// unlike others.
std::string predictions_text(const PredictedPictures& pictures, std::size_t most,
                             std::size_t width);

/// All of it as values between commas, with a heading.
std::string predictions_csv(const PredictedPictures& pictures);

/// All of it, a picture an entry.
Json predictions_figures(const PredictedPictures& pictures);

}  // namespace rgm::app
