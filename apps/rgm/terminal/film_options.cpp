#include "terminal/film_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/media/clips.h"
#include "rgm/media/film_file.h"
#include "terminal/data_kind.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr double kMostWritten = 1e5;  // frames a second of a film

/// Adds the option that helps to what is said of a film's damage.
Film with_hint(Film film) {
  film.open = [open = film.open]() -> Film::Next {
    return [next = open()](std::span<std::uint8_t> frame) {
      try {
        return next(frame);
      } catch (const DamagedFilm& error) {
        fail<DamagedFilm>(error.what(), " (--allow-truncated)");
      }
    };
  };
  return film;
}

/// Whether two quantities differ by more than that factor.
bool differ(double a, double b, double factor) {
  return a > 0 && b > 0 && (a > b * factor || b > a * factor);
}

}  // namespace

std::string counted_units(std::size_t n, std::string plural) {
  if (n == 1) {
    const std::size_t end = std::min(plural.find(" of "), plural.size());
    if (end > 0 && plural[end - 1] == 's') plural.erase(end - 1, 1);
  }
  return grouped(n) + ' ' + plural;
}

void add_film_options(Verb verb, FilmOptions& options) {
  options.can_be_chosen = true;
  verb.add_option("--first", options.first, "First frame that is read").shows_default();
  verb.add_option("--frames", options.frames, "Read at most that many frames; 0: all")
      .shows_default();
  verb.add_option("--stride", options.stride, "Read every so manieth frame")
      .in_range(std::size_t{1}, std::size_t{1000000})
      .shows_default();
  verb.add_option(
          "--fps", options.frames_per_second,
          "Take frames by their times, so many a second, repeated or left out; 0: one by one")
      .in_range(0.0, kMaxSamplingRate)
      .shows_default();
  verb.add_option("--ground", options.ground,
                  "What lies under transparent pixels: white, black or #rrggbb");
  verb.add_flag("--allow-truncated", options.allow_truncated,
                "Take all that can be decoded of a damaged film");
}

void add_model_and_film(Verb verb, std::string& model, std::string& film) {
  verb.add_option("model", model, "Model file of a sequence (.rgm)").reads_model().required();
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

void add_rate_option(Verb verb, double& frames_per_second) {
  verb.add_option("--fps", frames_per_second,
                  "Frames a second of a film that is written; 0: as those that were learnt")
      .in_range(0.0, kMostWritten)
      .shows_default();
}

std::vector<std::string> film_notes(const VideoNotes& notes) {
  std::vector<std::string> lines;
  const auto add = [&](bool there, std::string line) {
    if (there) lines.push_back(std::move(line));
  };
  add(notes.damaged_packets > 0 || notes.damaged_frames > 0,
      counted_units(notes.damaged_packets, "damaged packets") + ", " +
          counted_units(notes.damaged_frames, "damaged frames") +
          ": concealed as far as that was possible");
  add(notes.breaks_off, "the file breaks off before its end");
  add(notes.missing_seconds > 0,
      fmt::format("ends {:.2f} s before the time that it claims: its last frame is held, or there "
                  "are fewer than it says",
                  notes.missing_seconds));
  add(notes.variable_rate,
      "a variable rate: its frames were taken one by one, at their mean rate; --fps N samples them by "
      "time");
  add(notes.size_changes > 0, "changes the size of its frames " +
                                  counted_units(notes.size_changes, "times") +
                                  ": all were brought to one");
  add(notes.between_quarters,
      "to be turned by an angle between quarters: it was turned by the nearest quarter");
  for (const Note& note : notes.files) lines.push_back(text(note));
  return lines;
}

Film open_film(const std::string& name, std::size_t height, std::size_t width,
               const FilmOptions& options, const CommonOptions& common,
               std::vector<double>* times) {
  expect_film(name);
  VideoOptions video;
  video.height = height;
  video.width = width;
  video.first = options.first;
  video.frames = options.frames;
  video.stride = options.stride;
  video.frames_per_second = options.frames_per_second;
  video.allow_truncated = options.allow_truncated;
  std::string path = name;
  if (is_clip_name(name)) {
    path = fetch_clip(name, {common.cache, false, progress_bar()}).string();
    video.ground = clip_ground(name);
  }
  if (!options.ground.empty()) {
    const auto ground = parse_colour(options.ground);
    require(ground.has_value(), "--ground: expected white, black or #rrggbb, got ", options.ground);
    video.ground = *ground;
  }
  struct Progress {
    bool begins = true, told = false;
  };
  const bool sampled = video.frames_per_second > 0;
  const auto progress = std::make_shared<Progress>(Progress{true, !options.has_notes});
  const auto observe = [name, sampled, times, progress](const VideoReader& reader, bool ended) {
    if (times != nullptr) {
      if (std::exchange(progress->begins, ended)) times->clear();
      if (!ended) times->push_back(reader.seconds());
    }
    if (!ended || std::exchange(progress->told, true)) return;
    auto notes = reader.notes();
    if (sampled) notes.variable_rate = false;  // it is no more
    for (const auto& line : film_notes(notes)) print_note(fmt::format("{}: {}", name, line));
  };
  Film film = film_of(path, video, observe);
  film.name = name;
  return options.can_be_chosen && !options.allow_truncated ? with_hint(std::move(film)) : film;
}

FilmShape shape_of(const Film& film, const CommonOptions& common) {
  // Of its own size; and sampled, so that nobody reads all of it to know its mean rate.
  const auto natural =
      open_film(film.name, 0, 0, {.frames_per_second = 1, .has_notes = false}, common);
  std::error_code ignored;
  return {static_cast<double>(natural.width) / static_cast<double>(natural.height),
          std::filesystem::is_directory(film.name, ignored) ? 0 : film.frames_per_second};
}

FilmShape shape_of(const FilmCodec& codec) {
  const auto& size = codec.voxels.options().preparation;
  return {static_cast<double>(size.width) / static_cast<double>(size.height),
          codec.frames_per_second};
}

void note_differences(const std::string& film, const FilmShape& its, const FilmShape& other,
                      const std::string& whose) {
  constexpr double kAspect = 1.1;  // less comes of rounding small frames
  constexpr double kRate = 1.05;   // 24 and 25 frames a second are as good as the same
  if (differ(its.aspect, other.aspect, kAspect))
    print_note(fmt::format("{}: of another aspect than {}, {:.2f} and not {:.2f}: stretched", film,
                           whose, its.aspect, other.aspect));
  if (differ(its.frames_per_second, other.frames_per_second, kRate))
    print_note(fmt::format(
        "{}: {:.4g} frames a second, not {:.4g} as {}: its steps are not as long; --fps {:.4g}",
        film, its.frames_per_second, other.frames_per_second, whose, other.frames_per_second));
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
