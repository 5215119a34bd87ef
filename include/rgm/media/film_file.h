#pragma once

#include <functional>
#include <string>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/media/video_file.h"

namespace rgm {

/// A film is damaged, or ends before its last frame; with `VideoOptions::allow_truncated` what can
/// be decoded of it is taken.
class DamagedFilm : public FileError {
 public:
  using FileError::FileError;
};

/// What follows a film while it is read: called after each frame, and once at the end of a reading,
/// where `ended` is true, on the thread that reads.
using FilmObserver = std::function<void(const VideoReader& reader, bool ended)>;

/// The film of a file or a folder of pictures (see `VideoReader`), in the size of `options`, at
/// its mean rate if that varies (which takes a reading of the file, without decoding). Every
/// reading throws `DamagedFilm` where the file is damaged, unless the options allow that.
Film film_of(const std::string& path, const VideoOptions& options,
             const FilmObserver& observer = {});

}  // namespace rgm
