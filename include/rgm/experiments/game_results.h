#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rgm/experiments/game_brittleness.h"
#include "rgm/experiments/game_comparison.h"
#include "rgm/experiments/game_experiments.h"

namespace rgm {

/// All that was measured on a game.
struct GameResults {
  GameDemonstration demonstration;
  std::vector<WatchedFrame> learning;  ///< some frames of learning
  std::vector<WatchedFrame> closing;   ///< a game after it
  std::optional<GameComparison> comparison;
  std::vector<BrittlenessResult> brittleness;
  std::size_t peak_memory_bytes = 0;
  double seconds = 0;        ///< that all of it took
  std::string command = {};  ///< that measures all of this again
  std::string program_version = {};
};

}  // namespace rgm
