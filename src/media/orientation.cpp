#include "orientation.h"

#include <algorithm>
#include <cstdlib>

namespace rgm {

Orientation orientation_of(std::span<const std::int32_t, 9> matrix) {
  const std::int64_t a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];
  const std::int64_t along = std::abs(a) + std::abs(d), across = std::abs(b) + std::abs(c);
  Orientation result;
  result.transpose = across > along;
  const std::int64_t columns = result.transpose ? c : a, rows = result.transpose ? b : d;
  if (columns == 0 || rows == 0) return {};
  result.reverse_columns = columns < 0;
  result.reverse_rows = rows < 0;
  // A degree is 1/57 of the larger part.
  result.between_quarters = 57 * std::min(along, across) > std::max(along, across);
  return result;
}

}  // namespace rgm
