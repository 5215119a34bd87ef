#include "rgm/recipes/prepared_size.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"

namespace rgm {
namespace {

constexpr std::size_t kLeastSide = 4, kStep = 4;

/// `side` times `numerator` / `denominator`, rounded to whole steps.
std::size_t in_proportion(std::size_t side, std::size_t numerator, std::size_t denominator,
                          std::size_t step) {
  const double exact =
      static_cast<double>(side) * static_cast<double>(numerator) / static_cast<double>(denominator);
  const auto steps = static_cast<std::size_t>(std::llround(exact / static_cast<double>(step)));
  return std::max(kLeastSide, steps * step);
}

}  // namespace

PictureShape prepared_size(PictureShape wanted, PictureShape natural, std::size_t most_pixels) {
  require(natural.height > 0 && natural.width > 0,
          "size: expected pictures of at least 1×1 pixels, got ", natural.height, "×",
          natural.width);
  PictureShape result{wanted.height, wanted.width, natural.channels};
  if (wanted.height > 0 && wanted.width > 0) return result;
  if (wanted.height > 0) {
    result.width = in_proportion(wanted.height, natural.width, natural.height, 1);
  } else if (wanted.width > 0) {
    result.height = in_proportion(wanted.width, natural.height, natural.width, 1);
  } else if (natural.height * natural.width <= most_pixels) {
    result.height = std::max(kLeastSide, natural.height);
    result.width = std::max(kLeastSide, natural.width);
  } else {
    const double share = std::sqrt(static_cast<double>(most_pixels) /
                                   static_cast<double>(natural.height * natural.width));
    const auto rows = static_cast<std::size_t>(static_cast<double>(natural.height) * share);
    result.height = std::max(kLeastSide, rows / kStep * kStep);
    result.width = in_proportion(result.height, natural.width, natural.height, kStep);
    const std::size_t widest = most_pixels / result.height / kStep * kStep;
    result.width = std::max(kLeastSide, std::min(result.width, widest));
  }
  return result;
}

}  // namespace rgm
