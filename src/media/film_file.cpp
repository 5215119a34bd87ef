#include "rgm/media/film_file.h"

#include <memory>

#include "rgm/base/error.h"
#include "rgm/base/film.h"

namespace rgm {

Film film_of(const std::string& path, const VideoOptions& options, const FilmObserver& observer) {
  const VideoReader probe(path, options);
  Film film{path, probe.height(), probe.width(), 3, probe.frames_per_second(), probe.frame_count(),
            {}};
  // As many frames at the mean rate last as long as the film.
  if (const double mean = options.frames_per_second == 0 ? mean_of_variable_rate(path) : 0;
      mean > 0)
    film.frames_per_second = mean / static_cast<double>(options.stride);
  film.open = [path, options, observer]() -> Film::Next {
    auto reader = std::make_shared<VideoReader>(path, options);
    auto told = std::make_shared<bool>(false);
    return [reader, told, path, options, observer](std::span<std::uint8_t> frame) {
      const bool more = reader->next(frame);
      require<DamagedFilm>(
          more || options.allow_truncated || !reader->notes().damaged(), path,
          ": the file is damaged or ends before its last frame; expected a whole film");
      if (observer && !*told) observer(*reader, !more);
      *told |= !more;
      return more;
    };
  };
  return film;
}

}  // namespace rgm
