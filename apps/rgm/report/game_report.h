#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rgm/experiments/game_results.h"

namespace rgm::app {

/// Sections of the report.
std::string play_section(const GameResults& results);
std::string learning_section(const GameDemonstration& demonstration);
std::string map_section(const GameDemonstration& demonstration);
std::string paths_section(const GameResults& results);
std::string decisions_section(const GameResults& results);
std::string reduction_section(const GameDemonstration& demonstration);
std::string comparison_section(const GameComparison& comparison);
std::string brittleness_section(const std::vector<BrittlenessResult>& results);

/// The report as one HTML page that needs nothing else: style, charts and films are inside, there
/// are no scripts.
std::string game_report_html(const GameResults& results);

/// Writes `game_report_html` to a file, atomically. `Error` if it cannot be written.
void write_game_report(const std::filesystem::path& path, const GameResults& results);

}  // namespace rgm::app
