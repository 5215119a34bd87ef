#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rgm/base/images.h"

namespace rgm::app {

/// Standard deviation as brightness, eight times as bright as its grey levels so that it shows; the
/// shape of `like`.
Images deviation_picture(std::span<const float> variance, const Images& like);

/// A heat map over a picture: grey where `heat` is 0, through red to yellow where it is `full` or
/// more. One frame.
Images heat_picture(const Images& frames, std::size_t frame, std::span<const float> heat,
                    double full);

/// Puts picture `i` of `from`, each pixel `scale` × `scale` pixels large, into picture `j` of `to`,
/// with its corner at row `top` and column `left`. Grey goes to all channels.
void paste(const Images& from, std::size_t i, Images& to, std::size_t j, std::size_t top,
           std::size_t left, std::size_t scale = 1);

/// The pixels of a sheet of `count` pictures as `tile` makes it.
double sheet_pixels(std::size_t count, std::size_t height, std::size_t width, std::size_t columns,
                    std::size_t scale);
/// One sheet of all pictures, enlarged, in rows of `columns`, with margins.
Images tile(const Images& pictures, std::size_t columns, std::size_t scale);

/// Films side by side, with a margin; all of one height and number of frames (the shorter ones stop
/// at their last).
Images side_by_side(const std::vector<const Images*>& films);

}  // namespace rgm::app
