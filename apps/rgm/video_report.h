#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rgm/recipes/video_continuation.h"
#include "rgm/recipes/video_experiments.h"

namespace rgm::app {

/// A goal and how it was met.
struct VideoTarget {
  std::string name, goal, measured;
  bool met = false;
};

/// All that was measured on videos.
struct VideoResults {
  std::vector<LoopResult> loops;
  std::vector<AnomalyResult> loop_anomalies;  ///< in the first loop's film
  std::vector<ContinuationResult> films;
  std::uint64_t seed = 0;
  std::size_t peak_memory_bytes = 0;
  double seconds = 0;        ///< that all of it took
  std::string command = {};  ///< that measures all of this again
  std::string program_version = {};
};

/// "bird_video": a loop's film and recipe, the beginning of the names of its figures.
std::string loop_name(const LoopResult& loop);

/// "opencv:vtest, recipe video, states by evidence": the film, its recipe and variant.
std::string film_title(const ContinuationResult& film);
/// "opencv_vtest_video": the same of a film that was continued, with its variant.
std::string film_name(const ContinuationResult& film);
/// "foreign frames", …
std::string anomaly_name(AnomalyKind kind);

/// The goals of the project as to video, and what was measured.
std::vector<VideoTarget> video_targets(const VideoResults& results);

/// Every figure, by flat names.
nlohmann::json video_figures(const VideoResults& results);

/// Tables for the terminal.
std::string loop_text(const LoopResult& loop);
std::string film_text(const ContinuationResult& film);
std::string anomalies_text(const std::vector<AnomalyResult>& anomalies);
std::string targets_text(const std::vector<VideoTarget>& targets);

/// Sections of the report.
std::string loops_section(const std::vector<LoopResult>& loops);
std::string films_section(const std::vector<ContinuationResult>& films);
std::string anomalies_section(const VideoResults& results);

/// The report as one HTML page that needs nothing else: style, charts and films are inside, there are no scripts.
std::string video_report_html(const VideoResults& results);

/// Writes `video_report_html` to a file, atomically. `Error` if it cannot be written.
void write_video_report(const std::filesystem::path& path, const VideoResults& results);

}  // namespace rgm::app
