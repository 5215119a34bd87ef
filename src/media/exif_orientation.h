#pragma once

#include <cstdint>
#include <span>

#include "orientation.h"

namespace rgm {

/// How a picture is turned to be upright by the tag 0x0112 (orientation, of eight values) of a TIFF
/// structure: a TIFF file, or the EXIF data of another format, with or without the mark "Exif"
/// before it. Whatever is damaged or unknown leaves it as it is stored.
Orientation exif_orientation(std::span<const std::uint8_t> tiff);

}  // namespace rgm
