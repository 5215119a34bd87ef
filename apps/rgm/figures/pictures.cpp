#include "figures/pictures.h"

#include <algorithm>
#include <cmath>

namespace rgm::app {

Images deviation_picture(std::span<const float> variance, const Images& like) {
  constexpr float kBrightness = 8;
  Images result{like.height, like.width, like.channels, {}};
  result.pixels.reserve(variance.size());
  for (float v : variance)
    result.pixels.push_back(
        static_cast<std::uint8_t>(std::min(255.0F, kBrightness * std::sqrt(std::max(v, 0.0F)))));
  return result;
}

Images heat_picture(const Images& frames, std::size_t frame, std::span<const float> heat,
                    double full) {
  Images result{frames.height, frames.width, 3, {}};
  const auto from = frames.image(frame);
  for (std::size_t p = 0; p < heat.size(); ++p) {
    double grey = 0;
    for (std::size_t c = 0; c < frames.channels; ++c) grey += from[p * frames.channels + c];
    grey *= 0.6 / static_cast<double>(frames.channels);
    const double h = full > 0 ? std::clamp(static_cast<double>(heat[p]) / full, 0.0, 1.0) : 0;
    const double colour[3] = {std::min(1.0, 2 * h), std::max(0.0, 2 * h - 1), 0};
    for (double c : colour)
      result.pixels.push_back(static_cast<std::uint8_t>((1 - h) * grey + h * (80 + 175 * c)));
  }
  return result;
}

Images side_by_side(const std::vector<const Images*>& films, std::size_t margin) {
  std::size_t height = 0, width = margin, count = 0;
  for (const auto* film : films) {
    height = std::max(height, film->height);
    width += film->width + margin;
    count = std::max(count, film->count());
  }
  Images result{height, width, 3, {}};
  result.pixels.assign(count * height * width * 3, 32);
  std::size_t left = margin;
  for (const auto* film : films) {
    for (std::size_t i = 0; i < count && film->count() > 0; ++i) {
      const auto from = film->image(std::min(i, film->count() - 1));
      for (std::size_t y = 0; y < film->height; ++y)
        for (std::size_t x = 0; x < film->width; ++x)
          for (std::size_t c = 0; c < 3; ++c)
            result.pixels[((i * height + y) * width + left + x) * 3 + c] =
                from[(y * film->width + x) * film->channels + std::min(c, film->channels - 1)];
    }
    left += film->width + margin;
  }
  return result;
}

}  // namespace rgm::app
