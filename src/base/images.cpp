#include "rgm/base/images.h"

#include <algorithm>

#include "rgm/base/error.h"

namespace rgm {

void append(const Images& pictures, Images& to) {
  if (to.pixels.empty()) {
    to.height = pictures.height;
    to.width = pictures.width;
    to.channels = pictures.channels;
  }
  require(pictures.height == to.height && pictures.width == to.width &&
              pictures.channels == to.channels,
          "append: pictures: expected ", to.height, "×", to.width, "×", to.channels, ", got ",
          pictures.height, "×", pictures.width, "×", pictures.channels);
  to.pixels.insert(to.pixels.end(), pictures.pixels.begin(), pictures.pixels.end());
}

Images cut(const Images& pictures, std::size_t first, std::size_t count) {
  Images result{pictures.height, pictures.width, pictures.channels, {}};
  const std::size_t begin = std::min(first, pictures.count()),
                    kept = std::min(count, pictures.count() - begin);
  const auto from =
      std::span(pictures.pixels)
          .subspan(begin * pictures.pixels_per_image(), kept * pictures.pixels_per_image());
  result.pixels.assign(from.begin(), from.end());
  return result;
}

bool is_grey(const Images& pictures) {
  if (pictures.channels == 1) return true;
  const auto& pixels = pictures.pixels;
  for (std::size_t i = 0; i + 2 < pixels.size(); i += 3)
    if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2]) return false;
  return true;
}

Images one_channel(const Images& pictures) {
  Images result{pictures.height, pictures.width, 1, {}};
  result.pixels.reserve(pictures.pixels.size() / pictures.channels);
  for (std::size_t i = 0; i < pictures.pixels.size(); i += pictures.channels)
    result.pixels.push_back(pictures.pixels[i]);
  return result;
}

}  // namespace rgm
