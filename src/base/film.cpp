#include "rgm/base/film.h"

#include <algorithm>
#include <utility>

namespace rgm {

Film film_of(const Images& frames, double frames_per_second, std::string name) {
  Film film{std::move(name),
            frames.height,
            frames.width,
            frames.channels,
            frames_per_second,
            frames.count(),
            {}};
  film.open = [&frames]() -> Film::Next {
    return [&frames, at = std::size_t{0}](std::span<std::uint8_t> frame) mutable {
      if (at == frames.count()) return false;
      std::ranges::copy(frames.image(at++), frame.begin());
      return true;
    };
  };
  return film;
}

}  // namespace rgm
