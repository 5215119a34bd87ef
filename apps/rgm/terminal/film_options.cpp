#include "terminal/film_options.h"

#include <charconv>
#include <filesystem>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/media/clips.h"
#include "rgm/media/film_file.h"
#include "terminal/output.h"
#include "terminal/progress_bar.h"

namespace rgm::app {

void add_film_options(Verb verb, FilmOptions& options) {
  verb.add_option("--first", options.first, "First frame that is read").shows_default();
  verb.add_option("--frames", options.frames, "Read at most that many frames; 0: all")
      .shows_default();
  verb.add_option("--stride", options.stride, "Read every so manieth frame")
      .in_range(std::size_t{1}, std::size_t{1000000})
      .shows_default();
  verb.add_flag("--allow-truncated", options.allow_truncated,
                "Take what can be read of a damaged film");
}

void add_model_and_film(Verb verb, std::string& model, std::string& film) {
  verb.add_option("model", model, "Model file of a sequence (.rgm)").reads_file().required();
  verb.add_option(
          "film", film,
          "A video file, a folder of pictures or a named clip; of a model of symbols a table (.npy, .csv)")
      .reads_file()
      .required();
}

void add_magnify_option(Verb verb, std::size_t& magnify) {
  verb.add_option("--magnify", magnify, "Pixels of the film for each pixel of the model")
      .in_range(std::size_t{1}, std::size_t{16})
      .shows_default();
}

Film open_film(const std::string& name, std::size_t height, std::size_t width,
               const FilmOptions& options, const CommonOptions& common) {
  VideoOptions video;
  video.height = height;
  video.width = width;
  video.first = options.first;
  video.frames = options.frames;
  video.stride = options.stride;
  video.allow_truncated = options.allow_truncated;
  std::string path = name;
  if (is_clip_name(name)) path = fetch_clip(name, {common.cache, false, progress_bar()}).string();
  Film film = film_of(path, video);
  film.name = name;
  return film;
}

void check_film_output(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  if (path.empty()) return;
  std::error_code ignored;
  const bool exists = fs::exists(path, ignored);
  if (path.has_filename() && !fs::is_directory(path, ignored)) {
    const auto ending = path.extension();
    require(
        ending == ".mp4" || ending == ".webm" || ending == ".avi", path.string(),
        ": expected the name of a video, .mp4, .webm or .avi, or a folder, with a slash at its end");
    check_output(path);
  } else if (exists) {
    require(fs::is_empty(path, ignored), path.string(),
            ": expected a new or an empty folder for the frames");
  } else {
    check_output(path.parent_path());  // the folder itself, without the slash
  }
}

std::vector<std::size_t> parse_indices(const std::string& text, const std::string& option) {
  std::vector<std::size_t> result;
  const char *at = text.data(), *end = at + text.size();
  const auto number = [&] {
    std::size_t value = 0;
    const auto parsed = std::from_chars(at, end, value);
    require(parsed.ec == std::errc{}, option, ": expected numbers as in 3,4,7 or 0:8, got ", text);
    at = parsed.ptr;
    return value;
  };
  while (at != end) {
    const std::size_t first = number();
    std::size_t last = first + 1;
    if (at != end && *at == ':') {
      ++at;
      last = number();
      require(last > first, option, ": expected a range with its end above its beginning, got ",
              text);
    }
    constexpr std::size_t kMost = 10'000'000;
    require(last - first <= kMost - result.size(), option, ": expected at most ", kMost,
            " frames in all, got more");
    for (std::size_t i = first; i < last; ++i) result.push_back(i);
    require(at == end || *at == ',', option, ": expected numbers as in 3,4,7 or 0:8, got ", text);
    if (at != end) ++at;
  }
  return result;
}

}  // namespace rgm::app
