#pragma once

#include "ffmpeg.h"
#include "rgm/base/picture_shape.h"

namespace rgm {

/// Lays the transparent pixels of a film's frames on a ground.
class FilmGround {
 public:
  explicit FilmGround(const Rgb& colour) : colour_(colour) {}

  /// `frame` itself if no pixel of it is transparent, else an RGB frame of its size, blended in the
  /// values of the file, valid until the next call.
  const AVFrame& under(const AVFrame& frame);

 private:
  Rgb colour_;
  ffmpeg::Converter converter_;
  ffmpeg::Frame with_alpha_, blended_;
};

}  // namespace rgm
