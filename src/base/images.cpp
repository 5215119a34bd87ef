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

}  // namespace rgm
