#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/base/film.h"
#include "rgm/base/images.h"
#include "rgm/base/matrix.h"
#include "rgm/codec/image_codec.h"

namespace rgm {

// Films may have another size than that to which a codec prepares them. Its pictures and masks are
// of prepared pixels; here they become those of the film, and the other way round.

/// Which prepared pixels depend on hidden ones of a film, exactly: all that resampling and
/// smoothing mix them into. With equalisation, which ranks all pixels, that is all of them, if any
/// is hidden.
class PreparedMasks {
 public:
  /// Of pictures prepared so. Cost O(height² + width²) of the film.
  explicit PreparedMasks(const Preparation& preparation);

  /// The prepared pixels, 1 where one depends on a pixel that is not 0 in `mask`, [row, column] of
  /// the film. `Error` if the mask has another size.
  Matrix<std::uint8_t> operator()(std::span<const std::uint8_t> mask) const;

 private:
  std::size_t height_, width_;                  // of the film
  PreparationOptions options_;                  // of prepared pictures
  std::vector<std::vector<std::size_t>> rows_,  // prepared rows that depend on a row of the film
      columns_;                                 // likewise
};

/// A film as a codec prepares it, a frame at a time, rounded to bytes: for who shows its frames
/// beside the codec's pictures. The film is copied; what it borrows must outlive this one.
Film prepared_film(const ImageCodec& codec, const Film& film);

/// Brings a codec's pictures to the size of its films: bicubic, and nothing if that is theirs.
class FilmSize {
 public:
  explicit FilmSize(const ImageCodec& codec);

  std::size_t height() const { return height_; }
  std::size_t width() const { return width_; }
  /// The frames at the size of the film.
  Images frames(const Images& prepared) const;
  /// The variances of as many frames: those of standard deviations that are resampled as pictures.
  std::vector<float> variance(std::span<const float> prepared) const;

 private:
  std::size_t height_, width_, channels_, prepared_values_;
  bool same_;
  Preparation enlarge_;  // of one frame
};

}  // namespace rgm
