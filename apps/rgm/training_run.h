#pragma once

#include <string>

#include "rgm/base/images.h"
#include "rgm/recipes/image_training.h"
#include "verbs.h"

namespace rgm::app {

/// Trains with a progress bar and checkpoints. After each pass the model so far is written whole to `output` with `.partial`
/// before its extension; when all is done `output` itself is written and the partial file removed. An empty `output` keeps
/// no file.
TrainingResult run_training(const LabelledImages& data, const std::string& data_name, const ImageSettings& settings,
                            const CommonOptions& common, const std::string& output, const Images* codec_images = nullptr);

/// A line on how training went.
std::string training_text(const TrainingResult& result);

}  // namespace rgm::app
