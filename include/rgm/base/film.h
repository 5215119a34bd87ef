#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "rgm/base/images.h"

namespace rgm {

/// A film that can be read from its beginning as often as one wants, never whole in memory.
struct Film {
  /// The next frame, [row, column, channel], 0–255, three channels; false after the last.
  using Next = std::function<bool(std::span<std::uint8_t> frame)>;

  std::string name;
  std::size_t height = 0, width = 0, channels = 3;
  double frames_per_second = 0;  ///< 0: not known
  std::size_t frame_count = 0;   ///< as far as is known; 0: not known
  std::function<Next()> open;    ///< a fresh reading from the first frame
};

/// The film of pictures in memory. It borrows them: `frames` must outlive the film and whatever it
/// has opened.
Film film_of(const Images& frames, double frames_per_second = 25, std::string name = "frames");
Film film_of(const Images&& frames, double frames_per_second = 25,
             std::string name = "frames") = delete;

}  // namespace rgm
