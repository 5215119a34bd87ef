#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/codec/array_source.h"
#include "rgm/codec/image_codec.h"

namespace rgm {

// Tables of numbers behind the codec of pictures. A row of a table becomes a picture that has each
// column's value v, 0–255, as a pixel of its upper half, and its opposite, 255 − v, as the pixel at
// the same place of the lower half. The codec has a single tile, whose modes are the columns: a
// pixel less its opposite. So a modality is a column, its bins lie evenly over the column's range,
// and a column that is missing is a modality that is missing, exactly.

/// Columns that a table may have.
inline constexpr std::size_t kMaxTableColumns = 1000;

/// The shape of the pictures that the rows of a table are. `Error` unless it has 1 to
/// `kMaxTableColumns` columns.
PictureShape table_shape(std::size_t columns);

/// The rows of a table [row, column] as such pictures, each column in a range of its own, `ranges`
/// [column]. `Error` as of `table_shape`, or if a range is empty or not finite. The array must
/// outlive the source.
PictureSource table_source(const NumberArray& numbers, std::size_t rows,
                           std::vector<ValueRange> ranges);

/// The codec of such pictures: of `options` bins and their softness, with the shape of the table as
/// the size of prepared pictures. `Error` unless the options leave pictures as they are (no
/// smoothing, no equalisation) and make a single tile of them with room for all modes.
ImageCodec table_codec(std::size_t columns, CodecOptions options);

/// The values of a row, 0–255, [column], from a picture that this codec decoded, and their
/// variances likewise.
std::vector<float> table_row(std::span<const float> picture, std::size_t columns);
std::vector<float> table_row_variance(std::span<const float> variance, std::size_t columns);

/// Which pixels are missing, [row, pixel], where columns of rows are, [row, column].
std::vector<std::uint8_t> table_mask(std::span<const std::uint8_t> missing, std::size_t columns);

}  // namespace rgm
