#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "picture_formats.h"

// What is around the pixels in files of WebP, GIF and TIFF, of which their decoders tell nothing.
// Damage is left to the decoders: here it only ends the search.

namespace rgm {

/// Where a picture lies in a larger, otherwise transparent one.
struct Canvas {
  std::size_t height = 0, width = 0, top = 0, left = 0;
};

struct PictureContainer {
  Orientation orientation{};
  bool several = false;    ///< pictures: an animation, pages
  bool truncated = false;  ///< it says that it is longer
  bool unread = false;     ///< pixels of a kind that the decoder does not know, or misreads
  /// Of an animated WebP file, which its decoder does not read: its first picture as a file of its
  /// own, and where that belongs.
  std::vector<std::uint8_t> first;
  Canvas canvas{};
};

PictureContainer look_into_webp(FileBytes bytes);
PictureContainer look_into_gif(FileBytes bytes);
PictureContainer look_into_tiff(FileBytes bytes);

/// Leaves out what a TIFF file tells besides its pixels: FFmpeg's decoder, when it is to be strict
/// about these, is strict about all that it does not know.
void drop_other_tags(std::span<std::uint8_t> tiff);

}  // namespace rgm
