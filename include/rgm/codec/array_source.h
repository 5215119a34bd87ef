#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>

#include "rgm/base/picture_shape.h"
#include "rgm/codec/image_codec.h"

namespace rgm {

/// Numbers that lie in memory one after the other, borrowed: whoever reads them needs no copy.
using NumberArray = std::variant<const std::uint8_t*, const float*, const double*>;

/// The numbers that become the values 0 and 255 of a picture, `high` above `low`. What lies beyond
/// becomes 0 or 255.
struct ValueRange {
  double low = 0, high = 255;

  friend bool operator==(const ValueRange&, const ValueRange&) = default;
};

/// The numbers [picture, row, column, channel] as pictures of values 0–255. Bytes in the range 0 to
/// 255 are values as they are. `Error` if the range is empty or not finite. The array must outlive
/// the source.
PictureSource array_source(const NumberArray& numbers, std::size_t count, const PictureShape& shape,
                           const ValueRange& range = {});

/// `Error` unless the range is two finite numbers, the second above the first; where in it a number
/// lies, 0–255.
void check_range(const ValueRange& range);
float value_in(const ValueRange& range, double number);

}  // namespace rgm
