#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/agent/agent.h"
#include "rgm/base/progress.h"
#include "rgm/env/exact_values.h"
#include "rgm/env/grid_game.h"
#include "rgm/recipes/game_settings.h"

namespace rgm {

/// A game, how it is learnt, and whether the model is then reduced and plays on without learning.
struct GameSetup {
  std::string game = "pong";
  GameSettings settings;
  bool reduce = false;
};

/// A game with the settings of a recipe (empty: the one that suits it best), some of them changed.
/// What learns of rewarded play alone is reduced, as in the paper. `Error` if there is no such game
/// or recipe.
GameSetup game_setup(std::string_view game, const std::string& recipe = "",
                     std::span<const std::string> overrides = {});

/// A frame of a game as the agent saw it come.
struct WatchedFrame {
  std::vector<Symbol> shown;  ///< what was observed
  /// The most probable symbol of each modality before it was seen; missing: no idea.
  std::vector<Symbol> expected;
  Decision decision;                 ///< that led to it
  std::size_t hits = 0, misses = 0;  ///< in the last 256 frames, this one included
};

/// What an agent expects to see if it acts so: the most probable symbol of each modality, missing
/// where it has no idea or what is there is ignored. Cost of `Agent::predict`.
std::vector<Symbol> expected_frame(Agent& agent, std::size_t action);

/// Somebody who looks at a game now and then. What is expected is computed only for frames that are
/// wanted.
struct GameWatcher {
  std::function<bool()> wanted;
  std::function<void(const WatchedFrame&)> show;
};

/// How many of the last `frames` entries of a record say that something happened, or of all, if
/// these are fewer.
std::size_t events_at_end(std::span<const std::uint8_t> record,
                          std::size_t frames = kFramesPerGame);

/// An agent with its game, what it lived through and how long that took. The agent may play on.
struct GamePlay {
  PlayRecord record;  ///< of all frames
  /// The generalised state after each frame, if there was one.
  std::vector<std::optional<std::size_t>> visited;
  /// Of each frame: acting, recognising, and now and then learning.
  std::vector<float> decision_seconds;
};

/// Lets the agent play so many frames from a reset with `seed`, as `play` does.
GamePlay watch_play(Environment& environment, Agent& agent, std::size_t frames, std::uint64_t seed,
                    const GameWatcher& watcher = {}, const Progress& progress = {});

/// Hits and misses per 256 frames of the frames [first, end) of a record. `Error` if there are
/// none.
EventRates event_rates(const PlayRecord& record, std::size_t first, std::size_t end);

/// Play before and after steady-state pruning.
struct GameReduction {
  std::size_t states_before = 0, states_after = 0;
  EventRates after;                      ///< of `kMeasuredFrames`
  double seconds = 0, play_seconds = 0;  ///< of reduction; of the play after it
};

/// Frames that rates are measured on.
inline constexpr std::size_t kMeasuredFrames = 4096;

/// What the demonstration of a game yields.
struct GameDemonstration {
  GameSetup setup;
  std::uint64_t seed = 0;
  std::shared_ptr<const GridRules> rules;
  std::unique_ptr<GridGame> game;
  std::unique_ptr<Agent> agent;
  GamePlay play;
  EventRates last;  ///< of the last `kMeasuredFrames`, or of all if there are fewer
  std::size_t misses_in_last_1000 = 0;
  EventRates ceiling;                ///< of whoever knows the rules
  double seconds = 0;                ///< learning and play, the ceiling not included
  double decision_seconds = 0;       ///< median of the same frames
  double slow_decision_seconds = 0;  ///< 99 of 100 take less
  AgentStages stages;                ///< of learning and play
  std::size_t states = 0;            ///< generalised states after learning
  std::optional<GameReduction> reduction;
};

/// Learns and plays, watched also while it plays reduced. Same setup and seed, same figures but for
/// the times. `Error` for options out of range.
GameDemonstration demonstrate_game(const GameSetup& setup, std::uint64_t seed,
                                   const GameWatcher& watcher = {}, const Progress& progress = {});

/// hits − 2 misses: what the agents are to maximise, per 256 frames.
inline double reward_of(const EventRates& rates) { return rates.hits - 2 * rates.misses; }

}  // namespace rgm
