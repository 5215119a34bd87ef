#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rgm/recipes/video_ablations.h"
#include "rgm/recipes/video_continuation.h"
#include "rgm/recipes/video_experiments.h"
#include "rgm/recipes/video_rates.h"
#include "rgm/recipes/video_scaling.h"
#include "targets.h"

namespace rgm::app {

/// Rate and distortion of a film.
struct FilmRates {
  std::string film, learnt_from;  ///< what was coded, what the models had learnt
  std::vector<RatePoint> points;
};

/// All that was measured on videos; of the long experiments there may be nothing.
struct VideoResults {
  std::vector<LoopResult> loops;
  std::vector<AnomalyResult> loop_anomalies;  ///< in the first loop's film
  std::vector<ContinuationResult> films;
  std::vector<FilmRates> rates;
  std::vector<ScalingPoint> scaling;
  std::vector<AblationResult> ablations;
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
std::vector<Target> video_targets(const VideoResults& results);

/// Every figure, by flat names; those of the long experiments are lists of flat rows.
nlohmann::json video_figures(const VideoResults& results);
void add_long_figures(nlohmann::json& figures, const VideoResults& results);

/// Tables for the terminal.
std::string loop_text(const LoopResult& loop);
std::string film_text(const ContinuationResult& film);
std::string anomalies_text(const std::vector<AnomalyResult>& anomalies);
std::string rates_text(const FilmRates& rates);
std::string scaling_text(const std::vector<ScalingPoint>& points);
std::string ablations_text(const std::vector<AblationResult>& ablations);

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
