#include "play_pictures.h"

#include <fmt/format.h>

#include <algorithm>

namespace rgm::app {
namespace {

constexpr std::size_t kGap = 4;  // columns of the terminal between the halves

/// A cell, two columns wide; grey where nothing is known.
std::string cell_text(Symbol symbol, std::span<const GridRules::Glyph> glyphs) {
  if (symbol >= glyphs.size()) return "\033[48;2;110;110;110m? ";
  const auto& colour = glyphs[symbol].colour;
  return fmt::format("\033[48;2;{};{};{}m  ", colour[0], colour[1], colour[2]);
}

}  // namespace

std::vector<Symbol> likeliest_screen(const OutcomeDistributions& prediction, std::size_t cells) {
  std::vector<Symbol> result(cells, kMissingSymbol);
  for (std::size_t g = 0; g < std::min(cells, prediction.size()); ++g)
    if (!prediction[g].empty())
      result[g] = static_cast<Symbol>(std::ranges::max_element(prediction[g]) - prediction[g].begin());
  return result;
}

std::string coloured_text(const PlayPicture& picture, const GridRules& rules) {
  std::string result;
  for (std::size_t row = 0; row < rules.rows(); ++row) {
    result += "  ";
    for (const auto* half : {&picture.seen, &picture.predicted}) {
      for (std::size_t column = 0; column < rules.columns(); ++column)
        result += cell_text((*half)[row * rules.columns() + column], rules.glyphs());
      result += "\033[0m" + (half == &picture.seen ? std::string(kGap, ' ') : "\n");
    }
  }
  return result;
}

std::string heading_text(const GridRules& rules) {
  return fmt::format("  {:<{}}predicted\n", "seen", 2 * rules.columns() + kGap);
}

Images draw(const PlayPicture& picture, const GridRules& rules) {
  constexpr std::size_t kScale = 16;
  const auto left = draw_grid(picture.seen, rules.columns(), rules.glyphs(), kScale);
  const auto right = draw_grid(picture.predicted, rules.columns(), rules.glyphs(), kScale);
  Images result{left.height, left.width + kScale + right.width, 3, {}};
  for (std::size_t row = 0; row < left.height; ++row) {
    const auto add = [&](const Images& half) {
      const auto from = half.pixels.begin() + static_cast<std::ptrdiff_t>(row * half.width * 3);
      result.pixels.insert(result.pixels.end(), from, from + static_cast<std::ptrdiff_t>(half.width * 3));
    };
    add(left);
    result.pixels.resize(result.pixels.size() + kScale * 3, 255);
    add(right);
  }
  return result;
}

}  // namespace rgm::app
