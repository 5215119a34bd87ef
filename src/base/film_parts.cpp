#include "rgm/base/film_parts.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "rgm/base/error.h"

namespace rgm {
namespace {

std::vector<std::uint8_t> empty_frame(const Film& film) {
  return std::vector<std::uint8_t>(film.height * film.width * film.channels);
}

/// A reading of a film, and the frame that comes next.
struct Reading {
  Film::Next next;
  std::size_t at = 0;
};

/// What a part leaves to whoever reads on, since a film has no way but from its beginning.
using Leftover = std::shared_ptr<std::optional<Reading>>;

class PartReader {
 public:
  PartReader(const Film& film, std::size_t first, std::size_t end, Leftover leftover)
      : end_(end), leftover_(std::move(leftover)) {
    if (*leftover_ && (*leftover_)->at <= first) {
      reading_ = std::move(**leftover_);
      leftover_->reset();
    } else {
      reading_ = {film.open(), 0};
    }
    auto frame = empty_frame(film);
    while (reading_.at < first && reading_.next(frame)) ++reading_.at;
  }

  bool operator()(std::span<std::uint8_t> frame) {
    if (!reading_.next) return false;
    if (reading_.at < end_ && reading_.next(frame)) {
      ++reading_.at;
      return true;
    }
    *leftover_ = std::exchange(reading_, {});
    return false;
  }

 private:
  std::size_t end_;
  Leftover leftover_;
  Reading reading_;
};

Film part_of(const Film& film, std::size_t first, std::size_t end, const Leftover& leftover) {
  Film part = film;
  part.frame_count = end - first;
  part.open = [film, first, end, leftover]() -> Film::Next {
    return PartReader(film, first, end, leftover);
  };
  return part;
}

}  // namespace

FilmParts parts_without(const Film& film, std::span<const std::size_t> frames,
                        std::size_t multiple) {
  require(multiple > 0, "parts_without: multiple: expected at least 1, got 0");
  std::size_t count = 0;
  {
    auto next = film.open();
    auto frame = empty_frame(film);
    while (next(frame)) ++count;
  }
  std::vector<std::uint8_t> named(count), gone((count + multiple - 1) / multiple);
  for (const std::size_t frame : frames) {
    require(frame < count, film.name, ": missing frame: expected below ", count, ", got ", frame);
    named[frame] = gone[frame / multiple] = 1;
  }
  FilmParts parts;
  const auto leftover = std::make_shared<std::optional<Reading>>();
  for (std::size_t i = 0; i < gone.size();) {
    const auto from = gone.begin() + static_cast<std::ptrdiff_t>(i);
    const auto end = static_cast<std::size_t>(std::find(from, gone.end(), 1) - gone.begin());
    if (end > i)
      parts.films.push_back(part_of(film, i * multiple, std::min(count, end * multiple), leftover));
    i = end + 1;
  }
  for (std::size_t f = 0; f < count; ++f)
    parts.beside += gone[f / multiple] != 0 && named[f] == 0 ? 1 : 0;
  if (parts.films.empty() && parts.beside == 0)
    fail(film.name, ": missing frames: expected that some of ", count, " frames are left, got all");
  require(!parts.films.empty(), film.name, ": missing frames: expected that ", multiple,
          " frames that make a step are left, got no step of ", count,
          " frames of which none is missing");
  return parts;
}

}  // namespace rgm
