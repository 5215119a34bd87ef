#pragma once

#include <span>
#include <string>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/env/grid_game.h"
#include "rgm/inference/sample.h"

namespace rgm::app {

/// The screen of a game and, beside it, what an agent expected it to be; both [row, column].
struct PlayPicture {
  std::vector<Symbol> seen, predicted;
};

/// The most probable symbols of the screen; `kMissingSymbol` where nothing is known.
std::vector<Symbol> likeliest_screen(const OutcomeDistributions& prediction, std::size_t cells);

/// For a terminal, in colour: a line a row.
std::string coloured_text(const PlayPicture& picture, const GridRules& rules);
/// The line above it, which says what the halves are.
std::string heading_text(const GridRules& rules);
/// One colour picture.
Images draw(const PlayPicture& picture, const GridRules& rules);

}  // namespace rgm::app
