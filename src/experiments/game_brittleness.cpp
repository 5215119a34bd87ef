#include "rgm/experiments/game_brittleness.h"

#include <cmath>
#include <functional>
#include <utility>

#include "rgm/agent/baselines.h"
#include "rgm/base/error.h"
#include "rgm/base/parallel.h"
#include "rgm/env/variations.h"

namespace rgm {
namespace {

struct Measured {
  DisturbedGame disturbed;
  bool recovery = false;
};

/// Those that this game knows: another start, another speed.
std::vector<Measured> all_disturbances(const GameOptions& game) {
  using enum Disturbance;
  std::vector<Measured> result{{{kSticky, 0}, false},      {{kSticky, 0.05}, false},
                               {{kSticky, 0.1}, false},    {{kSticky, 0.25}, true},
                               {{kDistractors, 1}, false}, {{kDistractors, 2}, false},
                               {{kDistractors, 4}, true},  {{kPatch, 1}, false},
                               {{kPatch, 2}, false},       {{kPatch, 3}, true}};
  const std::size_t fast = 2 * game.paddle_speed;
  if (fast < game.columns)
    result.push_back(Measured{{kFastPaddle, static_cast<double>(fast)}, true});
  if (!game.random_start) result.insert(result.begin() + 1, Measured{{kStarts, 1}, true});
  return result;
}

/// Games from several starts, events per 256 frames.
EventRates rates_of_games(Environment& environment, Player& player, std::size_t games,
                          std::uint64_t seed) {
  EventRates result;
  for (std::size_t game = 0; game < games; ++game) {
    const auto record = play(environment, player, kFramesPerGame, Random(seed).fork(game).bits());
    const auto rates = event_rates(record, 0, kFramesPerGame);
    result.hits += rates.hits / static_cast<double>(games);
    result.misses += rates.misses / static_cast<double>(games);
  }
  return result;
}

/// Plays on with what an agent has learnt.
Agent copy_of(const Agent& agent, const AgentOptions& options, std::uint64_t seed,
              std::size_t frames_seen) {
  const auto& model = agent.model();
  if (model.num_states() == 0) return Agent(model.spaces(), options, seed);
  return Agent(GameModel(model.spaces(), model.tree(), model.controlled(), options.structure),
               options, seed, frames_seen);
}

/// All disturbances for one seed.
class OneSeed {
 public:
  OneSeed(const GameSetup& setup, const BrittlenessOptions& options, std::uint64_t seed)
      : setup_(setup),
        options_(options),
        seed_(seed),
        agent_(undisturbed().spaces(), settings().agent, seed) {
    auto game = undisturbed();
    play(game, agent_, settings().frames, seed);
  }

  /// Adds its own to each entry of the result, whose place `index` is this seed's.
  void measure(const Measured& measured, std::size_t index, BrittlenessResult& result) const {
    const auto environment =
        disturbed_game(setup_.game, measured.disturbed, seed_, settings().game);
    const std::uint64_t play_seed = Random(seed_).fork(1).bits();
    auto still = settings().agent;
    still.learning = false;
    auto agent = copy_of(agent_, still, seed_, agent_.frames_seen());
    result.agent[index] = rates_of_games(*environment, agent, options_.games, play_seed);
    result.flat[index] =
        rates_of_games(*environment, *flat_player(settings().frames), options_.games, play_seed);
    if (!measured.recovery) return;
    const auto curve = [&](Player& player) {
      return learning_curve(play(*environment, player, options_.recovery_frames, play_seed),
                            kCurveWindow);
    };
    auto again = copy_of(agent_, settings().agent, seed_, agent_.frames_seen());
    result.agent_again[index] = curve(again);
    auto curious_again = copy_of(agent_, settings().agent, seed_, 0);
    result.curious_again[index] = curve(curious_again);
    result.flat_again[index] = curve(*flat_player(std::numeric_limits<std::size_t>::max()));
  }

 private:
  const GameSettings& settings() const { return setup_.settings; }
  GridGame undisturbed() const { return GridGame(game_rules(setup_.game, settings().game)); }

  /// It cannot be copied, so it learns anew.
  std::unique_ptr<Player> flat_player(std::size_t learning_frames) const {
    auto game = undisturbed();
    auto player = two_frame_player(game.spaces(), {.learning_frames = learning_frames}, seed_);
    play(game, *player, settings().frames, seed_);
    return player;
  }

  const GameSetup& setup_;
  const BrittlenessOptions& options_;
  std::uint64_t seed_;
  Agent agent_;
};

}  // namespace

const char* name_of(Disturbance disturbance) {
  switch (disturbance) {
    case Disturbance::kStarts:
      return "starts never seen";
    case Disturbance::kSticky:
      return "sticky actions";
    case Disturbance::kDistractors:
      return "distractors";
    case Disturbance::kFastPaddle:
      return "fast paddle";
    case Disturbance::kPatch:
      return "missing patch";
  }
  return "";
}

const char* unit_of(Disturbance disturbance) {
  switch (disturbance) {
    case Disturbance::kStarts:
      return "";
    case Disturbance::kSticky:
      return "probability";
    case Disturbance::kDistractors:
      return "cells";
    case Disturbance::kFastPaddle:
      return "columns a frame";
    case Disturbance::kPatch:
      return "cells a side";
  }
  return "";
}

std::unique_ptr<Environment> disturbed_game(const std::string& game, const DisturbedGame& disturbed,
                                            std::uint64_t place, const GameOptions& undisturbed) {
  const double strength = disturbed.strength;
  const auto count = [&] {
    require(strength >= 0 && strength == std::floor(strength), name_of(disturbed.disturbance),
            ": strength: expected a whole number, got ", strength);
    return static_cast<std::size_t>(strength);
  };
  GameOptions options = undisturbed;
  if (disturbed.disturbance == Disturbance::kStarts) options.random_start = true;
  if (disturbed.disturbance == Disturbance::kFastPaddle) options.paddle_speed = count();
  std::unique_ptr<Environment> environment = std::make_unique<GridGame>(game_rules(game, options));
  if (disturbed.disturbance == Disturbance::kSticky)
    return sticky_actions(std::move(environment), strength);
  if (disturbed.disturbance == Disturbance::kDistractors)
    return distractors(std::move(environment), count(), place);
  if (disturbed.disturbance != Disturbance::kPatch) return environment;
  const std::size_t side = count();
  return missing_patch(std::move(environment),
                       {(options.rows - side) / 2, (options.columns - side) / 2, side, side});
}

void check_brittleness(const BrittlenessOptions& options) {
  require(options.seeds > 0 && options.games > 0 && options.recovery_frames >= kCurveWindow,
          "brittleness: expected at least 1 seed, 1 game and ", kCurveWindow,
          " frames of recovery, got ", options.seeds, ", ", options.games, ", ",
          options.recovery_frames);
}

std::vector<BrittlenessResult> brittleness_experiment(const GameSetup& setup,
                                                      const BrittlenessOptions& options) {
  check_brittleness(options);
  const auto disturbances = all_disturbances(setup.settings.game);
  std::vector<BrittlenessResult> results;
  for (const auto& measured : disturbances) {
    auto& result = results.emplace_back();
    result.disturbed = measured.disturbed;
    result.agent.resize(options.seeds);
    result.flat.resize(options.seeds);
    if (!measured.recovery) continue;
    for (auto* curves : {&result.agent_again, &result.curious_again, &result.flat_again})
      curves->resize(options.seeds);
  }
  // As many disturbances at once as there are threads, so that progress is told, and the
  // computation may be stopped, in between.
  const auto threads = static_cast<std::size_t>(resolve_threads(options.threads));
  for (std::size_t seed = 0; seed < options.seeds; ++seed) {
    const OneSeed learnt(setup, options, options.first_seed + seed);
    for (std::size_t first = 0; first < results.size(); first += threads) {
      report(options.progress, "disturbances", seed * results.size() + first,
             options.seeds * results.size());
      parallel_for(std::min(threads, results.size() - first), options.threads, [&](std::size_t i) {
        learnt.measure(disturbances[first + i], seed, results[first + i]);
      });
    }
  }
  return results;
}

}  // namespace rgm
