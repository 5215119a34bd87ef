#include "figures/play_pictures.h"

#include <span>

namespace rgm::app {

Images draw(const WatchedFrame& frame, const GridRules& rules) {
  constexpr std::size_t kScale = 16;
  const auto half = [&](const std::vector<Symbol>& symbols) {
    return draw_grid(std::span(symbols).first(rules.rows() * rules.columns()), rules.columns(),
                     rules.glyphs(), kScale);
  };
  const auto left = half(frame.shown), right = half(frame.expected);
  Images result{left.height, left.width + kScale + right.width, 3, {}};
  for (std::size_t row = 0; row < left.height; ++row) {
    const auto add = [&](const Images& part) {
      const auto from = part.pixels.begin() + static_cast<std::ptrdiff_t>(row * part.width * 3);
      result.pixels.insert(result.pixels.end(), from,
                           from + static_cast<std::ptrdiff_t>(part.width * 3));
    };
    add(left);
    result.pixels.resize(result.pixels.size() + kScale * 3, 255);
    add(right);
  }
  return result;
}

}  // namespace rgm::app
