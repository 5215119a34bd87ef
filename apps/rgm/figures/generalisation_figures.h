#pragma once

#include <string>
#include <vector>

#include "rgm/experiments/generalisation.h"
#include "terminal/json.h"

namespace rgm::app {

/// All that was measured on one sequence, by name. Decibels of frames that are exact are null.
Json generalisation_figures(const GeneralisationResult& result);

/// Tables for the terminal: of one sequence, and of many side by side.
std::string generalisation_text(const GeneralisationResult& result);
std::string generalisation_table(const std::vector<GeneralisationResult>& results);

/// What others need to measure themselves by the same outcomes, beside those: how many each
/// modality has, and its cell.
Json tokens_figures(const GeneralisationResult& result);

}  // namespace rgm::app
