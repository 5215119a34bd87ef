#include "rgm/codec/array_source.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "rgm/base/error.h"

namespace rgm {

void check_range(const ValueRange& range) {
  require(std::isfinite(range.low) && std::isfinite(range.high) && range.low < range.high &&
              std::isfinite(range.high - range.low) &&
              std::isfinite(255 / (range.high - range.low)),
          "values: range: expected two finite numbers, the second well above the first, got ",
          range.low, " and ", range.high);
}

float value_in(const ValueRange& range, double number) {
  return static_cast<float>(
      std::clamp((number - range.low) * (255 / (range.high - range.low)), 0.0, 255.0));
}

PictureSource array_source(const NumberArray& numbers, std::size_t count, const PictureShape& shape,
                           const ValueRange& range) {
  check_range(range);
  const bool as_they_are = range == ValueRange{};
  const std::size_t size = shape.height * shape.width * shape.channels;
  return {count, shape.height, shape.width, shape.channels,
          [numbers, size, range, as_they_are](std::size_t i, std::span<float> picture) {
            std::visit(
                [&](const auto* all) {
                  const auto* from = all + i * size;
                  if (std::is_same_v<decltype(all), const std::uint8_t*> && as_they_are) {
                    std::copy(from, from + size, picture.begin());
                    return;
                  }
                  for (std::size_t v = 0; v < size; ++v)
                    picture[v] = value_in(range, static_cast<double>(from[v]));
                },
                numbers);
          }};
}

}  // namespace rgm
