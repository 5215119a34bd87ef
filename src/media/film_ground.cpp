#include "film_ground.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <cstddef>
#include <cstdint>

namespace rgm {
namespace {

std::uint8_t blended(unsigned value, unsigned ground, unsigned alpha) {
  return static_cast<std::uint8_t>((alpha * value + (255 - alpha) * ground + 127) / 255);
}

bool has_alpha(const AVFrame& frame) {
  const auto* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  return format != nullptr && (format->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
}

bool is_opaque(const AVFrame& rgba) {
  for (int y = 0; y < rgba.height; ++y) {
    const std::uint8_t* row = rgba.data[0] + std::ptrdiff_t{y} * rgba.linesize[0];
    for (int x = 0; x < rgba.width; ++x)
      if (row[4 * x + 3] != 255) return false;
  }
  return true;
}

}  // namespace

const AVFrame& FilmGround::under(const AVFrame& frame) {
  if (!has_alpha(frame)) return frame;
  if (!with_alpha_ || with_alpha_->height != frame.height || with_alpha_->width != frame.width) {
    const auto height = static_cast<std::size_t>(frame.height),
               width = static_cast<std::size_t>(frame.width);
    with_alpha_ = ffmpeg::make_frame(AV_PIX_FMT_RGBA, height, width);
    blended_ = ffmpeg::make_frame(AV_PIX_FMT_RGB24, height, width);
  }
  converter_.convert(frame, *with_alpha_);
  if (is_opaque(*with_alpha_)) return frame;
  for (int y = 0; y < frame.height; ++y) {
    const std::uint8_t* from = with_alpha_->data[0] + std::ptrdiff_t{y} * with_alpha_->linesize[0];
    std::uint8_t* to = blended_->data[0] + std::ptrdiff_t{y} * blended_->linesize[0];
    for (int x = 0; x < frame.width; ++x, from += 4, to += 3)
      for (std::size_t c = 0; c < 3; ++c) to[c] = blended(from[c], colour_[c], from[3]);
  }
  return *blended_;
}

}  // namespace rgm
