#pragma once

#include <string_view>

#include "media_input.h"

namespace rgm {

/// Whether a container, by FFmpeg's name of its format, is a mere stream without a beginning and an
/// end of its own: a recording may start and stop anywhere in it.
bool is_open_ended(std::string_view format);

/// Whether a container says of itself that it is longer than the bytes that there are, so that the
/// file was cut: the chunk of AVI, the segment of Matroska and WebM, the boxes of MP4 and MOV, the
/// last tag of FLV, the last page of Ogg. False for others, and where the container leaves its
/// length open.
bool is_cut(MediaInput& input);

}  // namespace rgm
