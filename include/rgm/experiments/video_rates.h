#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/recipes/sequence_settings.h"

namespace rgm {

/// What a film costs and what is left of it.
struct RatePoint {
  /// "model, exact", "model, bitstream", "growing, bitstream", "x264", "VP9", "FFV1".
  std::string coder;
  std::string setting;  ///< "17 bins, 16 modes, price 32" or "crf 30"
  double bits_per_pixel = 0;
  double psnr = 0, ssim = 0;  ///< dB (infinite without loss), at most 1
  /// Of the model file, which the receiver must have and which is not in the rate; 0: none.
  std::size_t model_bytes = 0;
  double seconds = 0;  ///< of encoding; of a model also of filtering, but not of learning
};

struct RateOptions {
  std::vector<std::size_t> bins = {5, 9, 17, 33}, modes = {8, 16, 32};
  std::vector<double> prices = {8, 32, 128};
  /// Constant rate factors.
  std::vector<int> x264 = {18, 26, 34, 42, 50}, vp9 = {16, 28, 40, 52, 63};
  std::vector<SequenceSettings> growing = {};  ///< of streams without a model
  int threads = 0;
  std::function<void(const RatePoint&)> take = {};  ///< called with every point as it is measured
};

/// Rate and distortion of `test`, of a model under every combination of bins, modes and price:
///
/// - *model, exact*: −log₂ P(outcomes), by filtering with a model that has learnt `training`, whose
///   bytes are not counted;
/// - *model, bitstream*: the bytes that `encode_film_stream` writes with that model;
/// - *growing, bitstream*: without a model (`RateOptions::growing`), everything counted;
///
/// and by ordinary video coders of the same frames, with full colour, everything counted, container
/// and all. All streams are decoded again; distortion is that of the decoded frames. Throws `Error`
/// if sizes differ or there are no frames.
std::vector<RatePoint> rate_experiment(const Images& training, const Images& test,
                                       double frames_per_second, const SequenceSettings& settings,
                                       const RateOptions& options = {});

/// Of the points of one coder, in order of rate, those that no other point of it betters in rate
/// and PSNR both.
std::vector<RatePoint> best_points(const std::vector<RatePoint>& points, const std::string& coder);

}  // namespace rgm
