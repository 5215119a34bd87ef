#include "rgm/pipelines/image_shape.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "rgm/recipes/prepared_size.h"

namespace rgm {
namespace {

constexpr double kMostAspect = 4;  // of a longer side to a shorter one
constexpr double kLeastSide = 4;

std::size_t side(double length) {
  return static_cast<std::size_t>(
      std::lround(std::clamp(length, kLeastSide, static_cast<double>(kMaxPreparedSide))));
}

std::size_t times(std::size_t length, double factor) {
  return std::max<std::size_t>(
      1, static_cast<std::size_t>(std::lround(static_cast<double>(length) * factor)));
}

double quotient(std::size_t a, std::size_t b) {
  return static_cast<double>(a) / static_cast<double>(b);
}

}  // namespace

void leave_to_data(const PictureShape& natural, ImageSettings& settings) {
  auto& size = settings.codec.preparation;
  if (size.height > 0 && size.width > 0) return;
  require(natural.height > 0 && natural.width > 0,
          "size: expected pictures of at least 1×1 pixels, got ", natural.height, "×",
          natural.width);
  const double aspect =
      std::clamp(quotient(natural.width, natural.height), 1 / kMostAspect, kMostAspect);
  if (size.height == 0 && size.width == 0)
    size.height = side(std::sqrt(static_cast<double>(settings.pixels) / aspect));
  if (size.height == 0) size.height = side(static_cast<double>(size.width) / aspect);
  if (size.width == 0) size.width = side(static_cast<double>(size.height) * aspect);
}

PictureShape loading_shape(const PictureSurvey& survey, const ImageSettings& settings) {
  auto by_data = settings, prepared = settings;
  by_data.codec.preparation.height = by_data.codec.preparation.width = 0;
  leave_to_data(survey.median, by_data);
  leave_to_data(survey.median, prepared);
  const auto& least = prepared.codec.preparation;
  const auto& largest = survey.largest;
  // Twice the size that is left to the data, or what is asked for, whichever is larger.
  const auto& usual = by_data.codec.preparation;
  const bool asked = least.height > 2 * usual.height || least.width > 2 * usual.width;
  const PictureShape most{asked ? least.height : 2 * usual.height,
                          asked ? least.width : 2 * usual.width, largest.channels};
  if (survey.one_size() && largest.height <= most.height && largest.width <= most.width)
    return largest;
  const double share = std::min(
      1.0, std::max(quotient(largest.height, most.height), quotient(largest.width, most.width)));
  return {times(most.height, share), times(most.width, share), largest.channels};
}

}  // namespace rgm
