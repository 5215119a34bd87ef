#pragma once

#include <string>
#include <utility>
#include <vector>

#include "figures/targets.h"
#include "rgm/experiments/game_results.h"
#include "terminal/json.h"

namespace rgm::app {

/// The goals of the project as to this game, and what was measured.
std::vector<Target> game_targets(const GameDemonstration& demonstration);

/// Every figure of a demonstration, by flat names, and its learning curve; only what is named
/// "seconds…" or "…microseconds" differs from run to run, at any depth.
Json game_figures(const GameResults& results);

/// What was learnt and how long it took, for the terminal.
std::string game_text(const GameDemonstration& demonstration);

/// What learning spent its time on, by name, seconds; the sum is that of learning and play.
std::vector<std::pair<std::string, double>> game_stages(const GameDemonstration& demonstration);

}  // namespace rgm::app
