#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "rgm/pipelines/sequence_training.h"

namespace rgm::app {

/// The table of levels of a model in time, of films or of games.
std::string levels_text(const SequenceModel& model);
std::string levels_text(const Hierarchy& tree, std::size_t frames_a_step = 1);
/// A line on how training went.
std::string training_text(const SequenceTrainingResult& result);
/// The same as figures for --json.
nlohmann::json training_figures(const SequenceTrainingResult& result);
/// Levels, states and paths of a model.
nlohmann::json levels_figures(const Hierarchy& tree);

}  // namespace rgm::app
