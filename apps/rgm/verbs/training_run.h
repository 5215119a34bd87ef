#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "rgm/base/images.h"
#include "rgm/pipelines/image_training.h"
#include "verbs/verbs.h"

namespace rgm::app {

/// Runs `train`, which writes a model to `output` and may keep checkpoints of it in `partial`, that
/// is `output` with `.partial` before its extension. This is removed when all is done, and told of
/// when training fails or is interrupted. Both are empty if no file is kept.
void with_checkpoints(const std::filesystem::path& output,
                      const std::function<void(const std::filesystem::path& partial)>& train);

/// Trains with a progress bar and a checkpoint after each pass, from the beginning or from the
/// codec and trees of `like`. An empty `output` keeps no file.
TrainingResult run_training(const LabelledImages& data, const std::string& data_name,
                            const ImageSettings& settings, const CommonOptions& common,
                            const std::string& output, const Images* codec_images = nullptr,
                            const ImageModel* like = nullptr);

/// A line on how training went.
std::string training_text(const TrainingResult& result);

}  // namespace rgm::app
