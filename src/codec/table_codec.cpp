#include "rgm/codec/table_codec.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <variant>

#include "rgm/base/error.h"

namespace rgm {
namespace {

constexpr std::size_t kMostWidth = 500;  // so that one tile covers it all
constexpr float kMiddle = 127.5F;

/// Values of the upper half of a picture.
std::size_t half(std::size_t columns) {
  const auto shape = table_shape(columns);
  return shape.height / 2 * shape.width;
}

void check_row(std::size_t values, std::size_t columns) {
  require(values == 2 * half(columns), "table: expected a row of ", columns, " columns, got ",
          values, " values");
}

}  // namespace

PictureShape table_shape(std::size_t columns) {
  require(columns > 0 && columns <= kMaxTableColumns, "table: expected 1 to ", kMaxTableColumns,
          " columns, got ", columns);
  const std::size_t rows = (columns + kMostWidth - 1) / kMostWidth;
  return {2 * rows, (columns + rows - 1) / rows, 1};
}

PictureSource table_source(const NumberArray& numbers, std::size_t rows,
                           std::vector<ValueRange> ranges) {
  const auto shape = table_shape(ranges.size());
  for (const auto& range : ranges) check_range(range);
  const std::size_t below = half(ranges.size());
  return {rows, shape.height, shape.width, 1,
          [numbers, below, of = std::move(ranges)](std::size_t i, std::span<float> picture) {
            std::ranges::fill(picture, kMiddle);
            std::visit(
                [&](const auto* all) {
                  const auto* from = all + i * of.size();
                  for (std::size_t c = 0; c < of.size(); ++c) {
                    picture[c] = value_in(of[c], static_cast<double>(from[c]));
                    picture[below + c] = 255 - picture[c];
                  }
                },
                numbers);
          }};
}

ImageCodec table_codec(std::size_t columns, CodecOptions options) {
  const auto shape = table_shape(columns);
  options.preparation.height = shape.height;
  options.preparation.width = shape.width;
  require(options.preparation.smoothing == 0 && options.preparation.histogram_width == 0 &&
              options.tile_spacing > static_cast<double>(kMostWidth) &&
              options.max_modes >= columns,
          "table: expected a recipe for tables: codec.smoothing and codec.histogram_width 0, "
          "codec.tile_spacing above ",
          kMostWidth, ", codec.max_modes ", columns, " or more");
  const std::size_t below = half(columns);
  TileBasis basis;
  basis.modes = Matrix<float>(columns, shape.height * shape.width);
  const auto component = static_cast<float>(1 / std::numbers::sqrt2);
  for (std::size_t c = 0; c < columns; ++c) {
    basis.modes(c, c) = component;
    basis.modes(c, below + c) = -component;
  }
  return ImageCodec::from_parts(shape.height, shape.width, 1, options, {std::move(basis)},
                                std::vector<float>(columns, 255 * component));
}

std::vector<float> table_row(std::span<const float> picture, std::size_t columns) {
  check_row(picture.size(), columns);
  const std::size_t below = half(columns);
  std::vector<float> row(columns);
  for (std::size_t c = 0; c < columns; ++c)
    row[c] = std::clamp(kMiddle + (picture[c] - picture[below + c]), 0.0F, 255.0F);
  return row;
}

std::vector<float> table_row_variance(std::span<const float> variance, std::size_t columns) {
  check_row(variance.size(), columns);
  return {variance.begin(), variance.begin() + static_cast<std::ptrdiff_t>(columns)};
}

std::vector<std::uint8_t> table_mask(std::span<const std::uint8_t> missing, std::size_t columns) {
  const std::size_t below = half(columns), rows = missing.size() / columns;
  require(missing.size() == rows * columns, "table: missing: expected rows of ", columns,
          " values, got ", missing.size());
  std::vector<std::uint8_t> mask(rows * 2 * below);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t c = 0; c < columns; ++c)
      mask[i * 2 * below + c] = mask[i * 2 * below + below + c] = missing[i * columns + c];
  return mask;
}

}  // namespace rgm
