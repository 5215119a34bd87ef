#include "figures/pictures.h"

#include <algorithm>
#include <cmath>

namespace rgm::app {
namespace {

constexpr std::size_t kMargin = 4;
constexpr std::uint8_t kBetween = 32;  // grey level of margins

}  // namespace

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

void paste(const Images& from, std::size_t i, Images& to, std::size_t j, std::size_t top,
           std::size_t left, std::size_t scale) {
  const auto source = from.image(i);
  const auto target = to.image(j);
  for (std::size_t y = 0; y < from.height * scale; ++y)
    for (std::size_t x = 0; x < from.width * scale; ++x)
      for (std::size_t c = 0; c < to.channels; ++c)
        target[((top + y) * to.width + left + x) * to.channels + c] =
            source[(y / scale * from.width + x / scale) * from.channels +
                   std::min(c, from.channels - 1)];
}

double sheet_pixels(std::size_t count, std::size_t height, std::size_t width, std::size_t columns,
                    std::size_t scale) {
  const double rows = std::ceil(static_cast<double>(count) / static_cast<double>(columns));
  return (rows * static_cast<double>(height * scale + kMargin) + kMargin) *
         (static_cast<double>(columns) * static_cast<double>(width * scale + kMargin) + kMargin);
}

Images tile(const Images& pictures, std::size_t columns, std::size_t scale) {
  const std::size_t rows = (pictures.count() + columns - 1) / columns,
                    down = pictures.height * scale + kMargin,
                    across = pictures.width * scale + kMargin;
  Images sheet{rows * down + kMargin, columns * across + kMargin, pictures.channels, {}};
  sheet.pixels.assign(sheet.pixels_per_image(), kBetween);
  for (std::size_t i = 0; i < pictures.count(); ++i)
    paste(pictures, i, sheet, 0, kMargin + i / columns * down, kMargin + i % columns * across,
          scale);
  return sheet;
}

Images side_by_side(const std::vector<const Images*>& films) {
  std::size_t height = 0, width = kMargin, count = 0;
  for (const auto* film : films) {
    height = std::max(height, film->height);
    width += film->width + kMargin;
    count = std::max(count, film->count());
  }
  Images result{height, width, 3, {}};
  result.pixels.assign(count * height * width * 3, kBetween);
  std::size_t left = kMargin;
  for (const auto* film : films) {
    for (std::size_t i = 0; i < count && film->count() > 0; ++i)
      paste(*film, std::min(i, film->count() - 1), result, i, 0, left);
    left += film->width + kMargin;
  }
  return result;
}

}  // namespace rgm::app
