#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "figures/targets.h"
#include "rgm/experiments/game_results.h"

namespace rgm::app {

/// The goals of the project as to this game, and what was measured.
std::vector<Target> game_targets(const GameDemonstration& demonstration);

/// Every figure of a demonstration, by flat names, and its learning curve; only what is named
/// "seconds…" or "…microseconds" differs from run to run, at any depth.
nlohmann::json game_figures(const GameResults& results);

/// What was learnt and how long it took, for the terminal.
std::string game_text(const GameDemonstration& demonstration);

/// What learning spent its time on, by name, seconds; the sum is that of learning and play.
std::vector<std::pair<std::string, double>> game_stages(const GameDemonstration& demonstration);

/// A difference of two players in what each seed gained, in words, from its interval.
std::string difference_text(const std::string& what, const PlayerRuns& a,
                            const std::vector<double>& of_a, const PlayerRuns& b,
                            const std::vector<double>& of_b);
/// Where the hierarchy beats the players on pairs of frames, and where it does not: sentences.
std::vector<std::string> comparison_findings(const GameComparison& comparison);
/// How much longer it takes than they: sentences, other ones in each run.
std::vector<std::string> comparison_times(const GameComparison& comparison);
/// The runs that scripts/dqn_baseline.py has written: while it learnt, and its policy without
/// exploring. `Error` if it is no such file, or one of another game or of another number of frames
/// than the setup's.
std::vector<PlayerRuns> read_dqn(const std::filesystem::path& path, const GameSetup& setup);

/// Tables for the terminal, and figures for JSON, of the long experiments.
std::string comparison_text(const GameComparison& comparison);
std::string brittleness_text(const std::vector<BrittlenessResult>& results);
void add_comparison_figures(nlohmann::json& figures, const GameComparison& comparison);
void add_brittleness_figures(nlohmann::json& figures,
                             const std::vector<BrittlenessResult>& results);

}  // namespace rgm::app
