#pragma once

#include <string>
#include <vector>

#include "rgm/experiments/game_results.h"
#include "terminal/json.h"
#include "terminal/table.h"

namespace rgm::app {

/// Players of disturbed games.
inline constexpr const char *kDisturbedAgent = "this agent",
                            *kDisturbedFlat = "values on pairs of frames (flat)",
                            *kDisturbedCurious = "this agent, curious again";

/// "as it was learnt", or the disturbance and its strength.
std::string disturbance_title(const DisturbedGame& game);

/// A row a disturbance: the mean reward of each player and its interval.
Table brittleness_table(const std::vector<BrittlenessResult>& results);
/// The table for the terminal.
std::string brittleness_text(const std::vector<BrittlenessResult>& results);
void add_brittleness_figures(Json& figures, const std::vector<BrittlenessResult>& results);

}  // namespace rgm::app
