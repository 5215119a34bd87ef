#include "figures/play_pictures.h"

#include <span>

#include "figures/pictures.h"

namespace rgm::app {

Images draw(const WatchedFrame& frame, const GridRules& rules) {
  constexpr std::size_t kScale = 16;
  const auto half = [&](const std::vector<Symbol>& symbols) {
    return draw_grid(std::span(symbols).first(rules.rows() * rules.columns()), rules.columns(),
                     rules.glyphs(), kScale);
  };
  const auto left = half(frame.shown), right = half(frame.expected);
  Images result{left.height, left.width + kScale + right.width, 3, {}};
  result.pixels.assign(result.pixels_per_image(), 255);
  paste(left, 0, result, 0, 0, 0);
  paste(right, 0, result, 0, 0, left.width + kScale);
  return result;
}

}  // namespace rgm::app
