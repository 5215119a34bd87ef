#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "rgm/agent/agent.h"
#include "rgm/agent/player.h"
#include "rgm/base/progress.h"
#include "rgm/env/grid_game.h"
#include "rgm/recipes/game_settings.h"
#include "rgm/trained/play_model.h"

namespace rgm {

/// How a run of `train_game` is made and watched.
struct GameTrainingOptions {
  std::uint64_t seed = 0;                  ///< of the game's chance and of the agent's
  std::string program_version{};           ///< kept in the model
  Progress progress{};                     ///< may throw `Interrupted`
  const PlayModel* extend = nullptr;       ///< go on with this model: what it knows stays
  std::size_t checkpoint_frames = 10'000;  ///< between two checkpoints, unless 10 s pass before
  /// Called with a whole model so often: it holds what training needs to go on
  /// from there.
  std::function<void(const PlayModel&)> checkpoint{};
  /// Go on from this checkpoint, rather than from the beginning, to the same model: what was played
  /// before is played and learnt again, but nothing is decided or planned, which takes some two
  /// thirds of the time of the first run.
  const PlayModel* resume = nullptr;
};

struct GameTrainingResult {
  PlayModel model;
  PlayRecord record;   ///< of the frames played now
  AgentStages stages;  ///< seconds that the agent spent on learning and planning
  HiddenWorld hidden;  ///< whether it remembers too little to know what comes next
  double seconds = 0;  ///< in all
};

/// Lets an agent play `settings.frames` frames of a game that it knows nothing of, or what the
/// model to go on with knows, and returns what it has learnt. Same game, settings and seed: same
/// model.
///
/// `Error` if there is no game of that name or its options are out of range, if the model to go on
/// with is one of another game or keeps other settings (`check_kept_settings`), and if nothing at
/// all was learnt (too few frames). `Error` also if what is asked for differs from what the
/// checkpoint to go on from was made of, or does not lead to what it knows.
GameTrainingResult train_game(std::string_view game, const GameSettings& settings,
                              const GameTrainingOptions& options = {});

/// Settings with which a model goes on: those that it keeps, then `overrides`, as of `load_recipe`.
/// The only reader of `Provenance::settings`. `Error` if that is no recipe of games.
GameSettings settings_of(const PlayModel& model, std::span<const std::string> overrides = {});
/// The game of a model. `Error` if there is none of that name, or if it shows something else than
/// the model expects.
GridGame game_of(const PlayModel& model);
/// An agent that plays by a model, as its settings say. If it does not learn, then it also seeks
/// nothing new. Cost: that of planning on the whole model.
Agent agent_of(const PlayModel& model, std::uint64_t seed, bool learning = false);

}  // namespace rgm
