#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rgm/experiments/video_ablations.h"
#include "rgm/experiments/video_continuation.h"
#include "rgm/experiments/video_experiments.h"
#include "rgm/experiments/video_rates.h"
#include "rgm/experiments/video_scaling.h"

namespace rgm {

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

}  // namespace rgm
