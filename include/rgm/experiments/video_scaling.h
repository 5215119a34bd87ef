#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rgm/base/film.h"
#include "rgm/recipes/sequence_settings.h"

namespace rgm {

/// A film of any length, drawn frame by frame: discs that wander over a slope of colours, on ways
/// whose periods have no common multiple, so that it never quite repeats. With `period` above 0,
/// what is at frame t is what was at t − period.
Film wandering_film(std::size_t side, std::size_t frames, std::size_t period = 0);

/// What a film of one length and size costs.
struct ScalingPoint {
  std::string content;  ///< "never repeats" or "recurs"
  std::size_t frames = 0, side = 0;
  double learning_seconds = 0, structure_seconds = 0;  ///< of the latter: growing the levels alone
  double filtering_seconds = 0;  ///< of the same film under the model that has learnt all of it
  /// Under the model that has learnt the shortest film; 0: not measured.
  double fixed_filtering_seconds = 0;
  std::size_t model_bytes = 0;  ///< of the model file
  std::size_t most_states = 0;  ///< of a group
};

struct ScalingOptions {
  std::vector<std::size_t> lengths = {250, 500, 1000, 2500, 5000, 10000};
  std::size_t side = 64;                            ///< of films of different lengths, pixels
  std::vector<std::size_t> sides = {64, 128, 256};  ///< of films of one length
  std::size_t frames = 250, period = 150;  ///< of films of different sizes; of those that recur
  int threads = 0;
  /// Called with every point as it is measured.
  std::function<void(const ScalingPoint&)> take = {};
};

/// Time and size of learning and filtering against length, of a film that never repeats and of one
/// that recurs, and, at the end, against size, of one that never repeats. Tiles keep their
/// distance, so that their number grows with the picture.
std::vector<ScalingPoint> scaling_experiment(const SequenceSettings& settings,
                                             const ScalingOptions& options = {});

/// How something grows: as a power of what it is set against.
struct ScalingLaw {
  /// "learning", "structure", "filtering", "filtering by a fixed model" or "model file".
  std::string of;
  std::string content;  ///< as of the points
  std::string against;  ///< "frames" or "pixels"
  double exponent = 0;
};

/// Laws fitted to points of one content and size, against their lengths, and of one content and
/// length, against pixels of a frame; none where there are not two of them.
std::vector<ScalingLaw> scaling_laws(const std::vector<ScalingPoint>& points);

}  // namespace rgm
