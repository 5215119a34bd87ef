#pragma once

#include <cstddef>

#include "media_input.h"

namespace rgm {

/// How many pages of video in an Ogg file are damaged, by their checksums: FFmpeg leaves them out
/// without a word. 0 for other files. Cost: one reading of the file.
std::size_t damaged_pages(MediaInput& input);

}  // namespace rgm
