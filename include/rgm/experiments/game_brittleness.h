#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rgm/base/progress.h"
#include "rgm/experiments/game_comparison.h"

namespace rgm {

/// In what a game differs from the one that was learnt.
enum class Disturbance {
  kStarts,       ///< games begin in any state; strength without meaning
  kSticky,       ///< strength: probability that the action before is taken again
  kDistractors,  ///< strength: cells that show random symbols
  kFastPaddle,   ///< strength: columns a frame
  kPatch,        ///< strength: side of a square of cells, in the middle, that is never seen
};

/// "starts never seen", "sticky actions", …
const char* name_of(Disturbance disturbance);
/// What its strength counts: "probability", "cells", …; empty if it has none.
const char* unit_of(Disturbance disturbance);

struct DisturbedGame {
  Disturbance disturbance = Disturbance::kStarts;
  double strength = 0;
};

/// The game with the disturbance; `place` chooses which cells distract. `Error` for strengths out
/// of range.
std::unique_ptr<Environment> disturbed_game(const std::string& game, const DisturbedGame& disturbed,
                                            std::uint64_t place, const GameOptions& options = {});

/// How players that have learnt the undisturbed game fare.
struct BrittlenessResult {
  DisturbedGame disturbed;
  std::vector<EventRates> agent, flat;  ///< [seed], without learning
  /// [seed], learning; empty: not measured.
  std::vector<std::vector<CurvePoint>> agent_again, curious_again, flat_again;
};

struct BrittlenessOptions {
  std::uint64_t first_seed = 100;
  std::size_t seeds = 10;
  std::size_t games = 16;  ///< of 256 frames, without learning
  /// Further ones, learning; what never was seen costs more the more is known.
  std::size_t recovery_frames = 8192;
  int threads = 0;
  Progress progress = {};  ///< stage "disturbances"
};

/// The game as it was learnt (strength 0 of sticky actions) and all disturbances that change it (a
/// paddle twice as fast if the screen is wide enough), for the agent and the flat player, which
/// learn the undisturbed game for as many frames as the setup says: games played without learning,
/// and for the strongest of each disturbance what further learning makes of it; the agent goes on
/// as it is, and also with the hope of what it never tried as great as at first (`curious_again`).
std::vector<BrittlenessResult> brittleness_experiment(const GameSetup& setup,
                                                      const BrittlenessOptions& options = {});
/// `Error` if `brittleness_experiment` would refuse these, before any work.
void check_brittleness(const BrittlenessOptions& options);

}  // namespace rgm
