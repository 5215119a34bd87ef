#pragma once

#include <vector>

#include "rgm/base/images.h"
#include "rgm/env/grid_game.h"
#include "rgm/experiments/game_experiments.h"

namespace rgm::app {

/// One colour picture of a frame: at left the game, at right what the agent expected of this frame,
/// grey where it had no idea.
Images draw(const WatchedFrame& frame, const GridRules& rules);

}  // namespace rgm::app
