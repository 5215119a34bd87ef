#pragma once

#include <string>

#include "rgm/pipelines/sequence_training.h"
#include "terminal/json.h"

namespace rgm::app {

/// The table of levels of a model of films.
std::string levels_text(const SequenceModel& model);
/// A line on how training went.
std::string training_text(const SequenceTrainingResult& result);
/// The same as figures for --json.
Json training_figures(const SequenceTrainingResult& result);

}  // namespace rgm::app
