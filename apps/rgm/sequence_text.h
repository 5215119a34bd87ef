#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "rgm/recipes/sequence_training.h"

namespace rgm::app {

/// The table of levels of a model in time.
std::string levels_text(const SequenceModel& model);
/// A line on how training went.
std::string training_text(const SequenceTrainingResult& result);
/// The same as figures for --json.
nlohmann::json training_figures(const SequenceTrainingResult& result);
/// Levels, states and paths of a model.
nlohmann::json levels_figures(const SequenceModel& model);

}  // namespace rgm::app
