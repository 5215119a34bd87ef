#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"

namespace rgm {

/// How a picture is prepared before it is cut into tiles.
struct PreparationOptions {
  std::size_t height = 32, width = 32;  ///< size after bicubic resampling, pixels
  /// Full width at half maximum of the Gaussian smoothing, prepared pixels; 0: none.
  double smoothing = 2;
  /// S of the histogram equalisation by rank (the reference: 24); 0: none. It is made for white ink
  /// on black: of other pictures it takes away more than it helps.
  double histogram_width = 0;

  friend bool operator==(const PreparationOptions&, const PreparationOptions&) = default;
};

/// Prepares pictures of one size: bicubic resampling (a = −1/2, mirrored edges, anti-aliased when
/// shrinking), Gaussian smoothing (mirrored edges), then histogram equalisation by rank: the pixel
/// of rank r of n (1…n ascending, ties in column order) becomes 255 · exp(−(r − n)²/(S n)). All
/// channels of a colour picture are ranked together.
///
/// The resampling and smoothing are linear and separable, so they are two small matrices, R X Cᵀ; a
/// picture of the prepared size that is not smoothed is copied. Thread-safe. Cost O(pixels ·
/// (height + width)) and a radix sort. Source: method of arXiv 2407.20292, image demo; checked
/// against the reference's prepared pictures in tests/codec/prepare_test.cpp.
class Preparation {
 public:
  Preparation() = default;
  /// For pictures of `height` × `width` × `channels`. `Error` if a size is 0 or an option is
  /// negative or not finite.
  Preparation(std::size_t height, std::size_t width, std::size_t channels,
              const PreparationOptions& options);

  const PreparationOptions& options() const { return options_; }
  std::size_t input_height() const { return input_height_; }
  std::size_t input_width() const { return input_width_; }
  std::size_t channels() const { return channels_; }
  /// Values of a prepared picture: height · width · channels of the options.
  std::size_t prepared_size() const { return options_.height * options_.width * channels_; }

  /// `picture` as in `Images` (values 0–255, [row, column, channel]); `prepared` has
  /// `prepared_size()` values.
  void operator()(std::span<const float> picture, std::span<float> prepared) const;

 private:
  PreparationOptions options_;
  std::size_t input_height_ = 0, input_width_ = 0, channels_ = 1;
  Matrix<float> rows_, columns_;  // [output, input]; empty if it is the identity
  bool identity_ = false;         // neither resampled nor smoothed
  std::vector<float> by_rank_;    // values of the equalised picture, lowest rank first
};

/// A small change of a picture's geometry, drawn at random: rotation, scale, shear, shift.
struct AffineJitter {
  double rotation = 8;  ///< standard deviation, degrees
  double scale = 0.08;  ///< standard deviation of the log-scale
  double shear = 0.1;   ///< standard deviation
  double shift = 0.7;   ///< standard deviation, pixels

  friend bool operator==(const AffineJitter&, const AffineJitter&) = default;
};

class Random;

/// An affine copy of a picture about its centre, bilinear; what comes from outside repeats the
/// edge. `from` and `to` are [row, column, channel].
void affine_copy(std::span<const float> from, std::size_t height, std::size_t width,
                 std::size_t channels, const AffineJitter& jitter, Random& random,
                 std::span<float> to);

}  // namespace rgm
