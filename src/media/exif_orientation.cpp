#include "exif_orientation.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "picture_formats.h"
#include "tiff_tags.h"

namespace rgm {
namespace {

/// How values 1 to 8 of the tag, which say on which sides the first stored row and column belong,
/// are made upright.
constexpr std::array<Orientation, 8> kOrientations{{
    {},                                                                  // top, left
    {.reverse_columns = true},                                           // top, right
    {.reverse_rows = true, .reverse_columns = true},                     // bottom, right
    {.reverse_rows = true},                                              // bottom, left
    {.transpose = true},                                                 // left, top
    {.transpose = true, .reverse_columns = true},                        // right, top
    {.transpose = true, .reverse_rows = true, .reverse_columns = true},  // right, bottom
    {.transpose = true, .reverse_rows = true},                           // left, bottom
}};

}  // namespace

Orientation exif_orientation(std::span<const std::uint8_t> tiff) {
  constexpr std::size_t kMark = 6;  // "Exif" and two more bytes, usually 0
  if (holds(tiff, "Exif")) tiff = tiff.subspan(std::min(kMark, tiff.size()));
  constexpr std::uint32_t kTag = 0x0112, kAsStored = 1;
  const std::uint32_t value = TiffTags(tiff).number(kTag, kAsStored);
  return value >= 1 && value <= kOrientations.size() ? kOrientations[value - 1] : Orientation{};
}

}  // namespace rgm
