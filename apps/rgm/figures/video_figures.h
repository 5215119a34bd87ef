#pragma once

#include <string>
#include <vector>

#include "figures/targets.h"
#include "rgm/experiments/video_results.h"
#include "terminal/json.h"

namespace rgm::app {

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
Json video_figures(const VideoResults& results);
void add_long_figures(Json& figures, const VideoResults& results);

/// Tables for the terminal.
std::string loop_text(const LoopResult& loop);
std::string film_text(const ContinuationResult& film);
std::string anomalies_text(const std::vector<AnomalyResult>& anomalies);
std::string rates_text(const FilmRates& rates);
std::string scaling_text(const std::vector<ScalingPoint>& points);
std::string ablations_text(const std::vector<AblationResult>& ablations);

}  // namespace rgm::app
