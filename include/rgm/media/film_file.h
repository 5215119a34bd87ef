#pragma once

#include <string>

#include "rgm/base/film.h"
#include "rgm/media/video_file.h"

namespace rgm {

/// The film of a file or a folder of pictures (see `VideoReader`), in the size of `options`.
Film film_of(const std::string& path, const VideoOptions& options);

}  // namespace rgm
