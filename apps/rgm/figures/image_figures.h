#pragma once

#include <string>

#include "rgm/pipelines/image_evaluation.h"
#include "rgm/pipelines/image_training.h"
#include "rgm/pipelines/settings_search.h"
#include "terminal/json.h"

namespace rgm::app {

/// The figures of an evaluation, as --json files hold them; accuracies are fractions. Training
/// figures are taken from `training` if there is one, otherwise only those that the model file
/// knows are given.
Json evaluation_figures(const ImageModel& model, const Evaluation& evaluation,
                        const std::string& protocol, const TrainingResult* training);

/// The table that `evaluate` and `demo` print.
std::string evaluation_text(const ImageModel& model, const Evaluation& evaluation,
                            const std::string& protocol);

/// What a search for settings tried, as --json files hold it and as `train` prints it.
Json search_figures(const SettingsSearch& search);
std::string search_text(const SettingsSearch& search);

}  // namespace rgm::app
