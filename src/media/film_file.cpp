#include "rgm/media/film_file.h"

#include <memory>

#include "rgm/base/error.h"
#include "rgm/base/film.h"

namespace rgm {

Film film_of(const std::string& path, const VideoOptions& options) {
  const VideoReader probe(path, options);
  Film film{path, probe.height(), probe.width(), 3, probe.frames_per_second(), probe.frame_count(),
            {}};
  film.open = [path, options]() -> Film::Next {
    auto reader = std::make_shared<VideoReader>(path, options);
    return [reader, path, options](std::span<std::uint8_t> frame) {
      if (reader->next(frame)) return true;
      require<FileError>(
          !reader->truncated() || options.allow_truncated, path,
          ": the file is damaged or ends before its last frame; expected a whole film (or the option to take what there "
          "is)");
      return false;
    };
  };
  return film;
}

}  // namespace rgm
