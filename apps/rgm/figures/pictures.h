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

/// Films side by side, with a margin; all of one height and number of frames (the shorter ones stop
/// at their last).
Images side_by_side(const std::vector<const Images*>& films, std::size_t margin = 4);

}  // namespace rgm::app
