#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rgm/recipes/game_experiments.h"
#include "targets.h"

namespace rgm::app {

/// All that was measured on a game.
struct GameResults {
  GameDemonstration demonstration;
  std::vector<WatchedFrame> learning;  ///< some frames of learning
  std::vector<WatchedFrame> closing;   ///< a game after it
  std::size_t peak_memory_bytes = 0;
  double seconds = 0;        ///< that all of it took
  std::string command = {};  ///< that measures all of this again
  std::string program_version = {};
};

/// The goals of the project as to this game, and what was measured.
std::vector<Target> game_targets(const GameDemonstration& demonstration);

/// Every figure of a demonstration, by flat names, and its learning curve; only "seconds…" and "…microseconds" differ from
/// run to run.
nlohmann::json game_figures(const GameResults& results);

/// What was learnt and how long it took, for the terminal.
std::string game_text(const GameDemonstration& demonstration);

/// What learning spent its time on, by name, seconds; the sum is that of learning and play.
std::vector<std::pair<std::string, double>> game_stages(const GameDemonstration& demonstration);

/// Sections of the report.
std::string play_section(const GameResults& results);
std::string learning_section(const GameDemonstration& demonstration);
std::string map_section(const GameDemonstration& demonstration);
std::string paths_section(const GameResults& results);
std::string decisions_section(const GameResults& results);
std::string reduction_section(const GameDemonstration& demonstration);

/// The report as one HTML page that needs nothing else: style, charts and films are inside, there are no scripts.
std::string game_report_html(const GameResults& results);

/// Writes `game_report_html` to a file, atomically. `Error` if it cannot be written.
void write_game_report(const std::filesystem::path& path, const GameResults& results);

}  // namespace rgm::app
