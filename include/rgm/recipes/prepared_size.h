#pragma once

#include <cstddef>

#include "rgm/base/picture_shape.h"

namespace rgm {

/// The longest side of a prepared picture, pixels.
inline constexpr std::size_t kMaxPreparedSide = 4096;

/// The height and width to which pictures of the shape `natural`, upright and with square pixels,
/// are brought: a side of `wanted` that is not 0 as it is, both of them by the pictures if both are
/// 0, and one that is 0 in proportion to the other.
///
/// By the pictures: as they are, if they have at most `most_pixels`; otherwise their aspect, within
/// that number, and sides of whole fours, which shrink and colour well. Sides are at least 4.
PictureShape prepared_size(PictureShape wanted, PictureShape natural, std::size_t most_pixels);

}  // namespace rgm
