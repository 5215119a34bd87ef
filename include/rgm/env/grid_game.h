#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/env/environment.h"
#include "rgm/env/grid_rules.h"

namespace rgm {

/// What a game shows and takes: "pixels", "reward", "cost" and "action" (the paddle's column); the
/// actions left, stay, right.
EnvironmentSpaces spaces_of(const GridRules& rules);

/// A game on a grid as an environment: the streams pixels (one modality a cell), reward, cost and
/// action (the paddle's column).
class GridGame final : public Environment {
 public:
  explicit GridGame(std::shared_ptr<const GridRules> rules);

  const EnvironmentSpaces& spaces() const override { return spaces_; }
  std::span<const Symbol> reset(std::uint64_t seed) override;
  std::span<const Symbol> step(std::size_t action) override;
  /// A square of 16 × 16 pixels for each cell.
  Images render() const override;

  const GridRules& rules() const { return *rules_; }
  std::size_t state() const { return state_; }

 private:
  std::span<const Symbol> observe(const std::vector<GridRules::Next>& next);

  std::shared_ptr<const GridRules> rules_;
  EnvironmentSpaces spaces_;
  Random random_{0};
  std::size_t state_ = 0;
  std::vector<GridRules::Next> next_;
  std::vector<Symbol> observation_;
};

/// A grid of symbols as a picture, `scale` × `scale` pixels a cell; a missing symbol is grey, one
/// without a glyph violet.
Images draw_grid(std::span<const Symbol> grid, std::size_t columns,
                 std::span<const GridRules::Glyph> glyphs, std::size_t scale = 16);
/// A grid of symbols as lines of text; a missing symbol is '?'.
std::string grid_text(std::span<const Symbol> grid, std::size_t columns,
                      std::span<const GridRules::Glyph> glyphs);

}  // namespace rgm
