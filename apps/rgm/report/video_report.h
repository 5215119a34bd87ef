#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rgm/experiments/video_results.h"

namespace rgm::app {

/// Sections of the report.
std::string loops_section(const std::vector<LoopResult>& loops);
std::string films_section(const std::vector<ContinuationResult>& films);
std::string anomalies_section(const VideoResults& results);
std::string rates_section(const std::vector<FilmRates>& rates);
std::string scaling_section(const std::vector<ScalingPoint>& points);
std::string ablations_section(const std::vector<AblationResult>& ablations);

/// The report as one HTML page that needs nothing else: style, charts and films are inside, there
/// are no scripts.
std::string video_report_html(const VideoResults& results);

/// Writes `video_report_html` to a file, atomically. `Error` if it cannot be written.
void write_video_report(const std::filesystem::path& path, const VideoResults& results);

}  // namespace rgm::app
