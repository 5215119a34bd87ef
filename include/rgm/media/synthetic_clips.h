#pragma once

#include <cstddef>

#include "rgm/base/images.h"

namespace rgm {

/// The size of a made-up video. Frames t and t + period are the same, byte for byte.
struct SyntheticClipOptions {
  std::size_t height = 64, width = 64;  ///< pixels
  std::size_t frames = 64;              ///< how many
  std::size_t period = 32;              ///< frames until all comes again
};

/// What else there is to say of `flapping_bird`.
struct BirdOptions {
  std::size_t wing_beats = 1;  ///< in a period
  /// Flies from left to right, once a period, instead of hovering in the middle.
  bool crosses = false;
};

/// RGB frames of a ball in a room: from wall to wall and back in a period, and on its way four
/// times up from the floor.
///
/// Like all of these, it is drawn with smooth edges in any size, and depends on nothing but its
/// options. Throws `Error` if a number is 0, or the frames would take more than 4 GiB.
Images bouncing_ball(const SyntheticClipOptions& options = {});

/// RGB frames of a kingfisher that beats its wings before clouds and hills.
Images flapping_bird(const SyntheticClipOptions& options = {}, const BirdOptions& bird = {});

}  // namespace rgm
