#include "rgm/env/grid_game.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rgm/base/error.h"

namespace rgm {

EnvironmentSpaces spaces_of(const GridRules& rules) {
  const std::size_t cells = rules.rows() * rules.columns();
  EnvironmentSpaces result{{}, {"left", "stay", "right"}};
  auto& pixels = result.streams.emplace_back(
      ObservationStream{"pixels",
                        std::vector<std::size_t>(cells, rules.glyphs().size()),
                        rules.rows(),
                        rules.columns(),
                        {}});
  for (const auto& glyph : rules.glyphs()) pixels.symbol_names.push_back(glyph.name);
  result.streams.push_back({"reward", {2}, 0, 0, {"none", "hit"}});
  result.streams.push_back({"cost", {2}, 0, 0, {"none", "miss"}});
  result.streams.push_back({"action", {rules.columns()}, 0, 0, {}});
  return result;
}

GridGame::GridGame(std::shared_ptr<const GridRules> rules)
    : rules_(std::move(rules)),
      spaces_(spaces_of(*rules_)),
      observation_(spaces_.num_modalities()) {
  reset(0);
}

std::span<const Symbol> GridGame::observe(const std::vector<GridRules::Next>& next) {
  state_ = next.front().state;
  if (next.size() > 1) {
    std::vector<double> weights;
    for (const auto& [state, probability] : next) weights.push_back(probability);
    state_ = next[random_.categorical(weights)].state;
  }
  const std::size_t cells = rules_->rows() * rules_->columns();
  rules_->draw(state_, std::span(observation_).first(cells));
  observation_[cells] = rules_->hit(state_) ? 1 : 0;
  observation_[cells + 1] = rules_->miss(state_) ? 1 : 0;
  observation_[cells + 2] = static_cast<Symbol>(rules_->paddle(state_));
  return observation_;
}

std::span<const Symbol> GridGame::reset(std::uint64_t seed) {
  random_ = Random(seed);
  return observe(rules_->starts());
}

std::span<const Symbol> GridGame::step(std::size_t action) {
  rules_->successors(state_, action, next_);
  return observe(next_);
}

Images GridGame::render() const {
  return draw_grid(std::span(observation_).first(rules_->rows() * rules_->columns()),
                   rules_->columns(), rules_->glyphs());
}

Images draw_grid(std::span<const Symbol> grid, std::size_t columns,
                 std::span<const GridRules::Glyph> glyphs, std::size_t scale) {
  require(columns > 0 && scale > 0 && grid.size() % columns == 0,
          "draw_grid: grid: expected whole rows of ", columns, " cells, got ", grid.size(),
          " cells");
  constexpr std::array<std::uint8_t, 3> kMissingColour{110, 110, 110}, kUnknownColour{170, 80, 190};
  Images result{grid.size() / columns * scale, columns * scale, 3, {}};
  result.pixels.resize(result.pixels_per_image());
  for (std::size_t i = 0; i < result.height; ++i) {
    for (std::size_t j = 0; j < result.width; ++j) {
      const Symbol symbol = grid[i / scale * columns + j / scale];
      const std::uint8_t* colour = kUnknownColour.data();
      if (symbol == kMissingSymbol) colour = kMissingColour.data();
      if (symbol < glyphs.size()) colour = glyphs[symbol].colour;
      std::copy_n(colour, 3, &result.pixels[(i * result.width + j) * 3]);
    }
  }
  return result;
}

std::string grid_text(std::span<const Symbol> grid, std::size_t columns,
                      std::span<const GridRules::Glyph> glyphs) {
  std::string result;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    result += grid[i] < glyphs.size() ? glyphs[grid[i]].letter : '?';
    if ((i + 1) % columns == 0) result += '\n';
  }
  return result;
}

}  // namespace rgm
