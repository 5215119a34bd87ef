#include "rgm/recipes/game_brittleness.h"

#include <cmath>
#include <functional>
#include <utility>

#include "rgm/agent/baselines.h"
#include "rgm/base/error.h"
#include "rgm/base/parallel.h"
#include "rgm/env/variations.h"

namespace rgm {
namespace {

constexpr std::size_t kGameFrames = 256;

struct Measured {
  DisturbedGame disturbed;
  bool recovery = false;
};

std::vector<Measured> all_disturbances() {
  using enum Disturbance;
  return {{{kSticky, 0}, false},    {{kStarts, 1}, true},       {{kSticky, 0.05}, false},   {{kSticky, 0.1}, false},
          {{kSticky, 0.25}, true},  {{kDistractors, 1}, false}, {{kDistractors, 2}, false}, {{kDistractors, 4}, true},
          {{kFastPaddle, 2}, true}, {{kPatch, 1}, false},       {{kPatch, 2}, false},       {{kPatch, 3}, true}};
}

/// Games from several starts, events per 256 frames.
EventRates rates_of_games(Environment& environment, Player& player, std::size_t games, std::uint64_t seed) {
  EventRates result;
  for (std::size_t game = 0; game < games; ++game) {
    const auto record = play(environment, player, kGameFrames, Random(seed).fork(game).bits());
    const auto rates = event_rates(record, 0, kGameFrames);
    result.hits += rates.hits / static_cast<double>(games);
    result.misses += rates.misses / static_cast<double>(games);
  }
  return result;
}

/// Plays on with what an agent has learnt.
Agent copy_of(const Agent& agent, const AgentOptions& options, std::uint64_t seed, std::size_t frames_seen) {
  const auto& model = agent.model();
  return Agent(GameModel(model.spaces(), model.tree(), model.controlled(), options.structure), options, seed, frames_seen);
}

/// All disturbances for one seed.
class OneSeed {
 public:
  OneSeed(const std::string& game, const BrittlenessOptions& options, std::uint64_t seed)
      : game_(game),
        options_(options),
        settings_(game_setup(game).settings),
        seed_(seed),
        frames_(options.learning_frames == 0 ? settings_.frames : options.learning_frames),
        agent_(GridGame(game_rules(game)).spaces(), settings_.agent, seed) {
    GridGame undisturbed(game_rules(game));
    play(undisturbed, agent_, frames_, seed);
  }

  /// Adds its own to each entry of the result, whose place `index` is this seed's.
  void measure(const Measured& measured, std::size_t index, BrittlenessResult& result) const {
    const auto environment = disturbed_game(game_, measured.disturbed, seed_);
    const std::uint64_t play_seed = Random(seed_).fork(1).bits();
    auto still = settings_.agent;
    still.learning = false;
    auto agent = copy_of(agent_, still, seed_, agent_.frames_seen());
    result.agent[index] = rates_of_games(*environment, agent, options_.games, play_seed);
    result.flat[index] = rates_of_games(*environment, *flat_player(frames_), options_.games, play_seed);
    if (!measured.recovery) return;
    const auto curve = [&](Player& player) {
      return learning_curve(play(*environment, player, options_.recovery_frames, play_seed), kCurveWindow);
    };
    auto again = copy_of(agent_, settings_.agent, seed_, agent_.frames_seen());
    result.agent_again[index] = curve(again);
    auto curious = settings_.agent;
    curious.random_frames = 0;
    auto curious_again = copy_of(agent_, curious, seed_, 0);
    result.curious_again[index] = curve(curious_again);
    result.flat_again[index] = curve(*flat_player(std::numeric_limits<std::size_t>::max()));
  }

 private:
  /// It cannot be copied, so it learns anew.
  std::unique_ptr<Player> flat_player(std::size_t learning_frames) const {
    GridGame undisturbed(game_rules(game_));
    auto player = two_frame_player(undisturbed.spaces(), {.learning_frames = learning_frames}, seed_);
    play(undisturbed, *player, frames_, seed_);
    return player;
  }

  const std::string& game_;
  const BrittlenessOptions& options_;
  GameSettings settings_;
  std::uint64_t seed_;
  std::size_t frames_;
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

std::unique_ptr<Environment> disturbed_game(const std::string& game, const DisturbedGame& disturbed, std::uint64_t place) {
  const double strength = disturbed.strength;
  const auto count = [&] {
    require(strength >= 0 && strength == std::floor(strength), name_of(disturbed.disturbance),
            ": strength: expected a whole number, got ", strength);
    return static_cast<std::size_t>(strength);
  };
  GameOptions options;
  if (disturbed.disturbance == Disturbance::kStarts) options.random_start = true;
  if (disturbed.disturbance == Disturbance::kFastPaddle) options.paddle_speed = count();
  std::unique_ptr<Environment> environment = std::make_unique<GridGame>(game_rules(game, options));
  if (disturbed.disturbance == Disturbance::kSticky) return sticky_actions(std::move(environment), strength);
  if (disturbed.disturbance == Disturbance::kDistractors) return distractors(std::move(environment), count(), place);
  if (disturbed.disturbance != Disturbance::kPatch) return environment;
  const std::size_t side = count();
  return missing_patch(std::move(environment), {(options.rows - side) / 2, (options.columns - side) / 2, side, side});
}

std::vector<BrittlenessResult> brittleness_experiment(const std::string& game, const BrittlenessOptions& options) {
  require(options.seeds > 0 && options.games > 0 && options.recovery_frames >= kCurveWindow,
          "brittleness: expected at least 1 seed, 1 game and ", kCurveWindow, " frames of recovery, got ", options.seeds,
          ", ", options.games, ", ", options.recovery_frames);
  const auto disturbances = all_disturbances();
  std::vector<BrittlenessResult> results;
  for (const auto& measured : disturbances) {
    auto& result = results.emplace_back();
    result.disturbed = measured.disturbed;
    result.agent.resize(options.seeds);
    result.flat.resize(options.seeds);
    if (!measured.recovery) continue;
    for (auto* curves : {&result.agent_again, &result.curious_again, &result.flat_again}) curves->resize(options.seeds);
  }
  // As many disturbances at once as there are threads, so that progress is told, and the computation may be stopped, in
  // between.
  const auto threads = static_cast<std::size_t>(resolve_threads(options.threads));
  for (std::size_t seed = 0; seed < options.seeds; ++seed) {
    const OneSeed learnt(game, options, options.first_seed + seed);
    for (std::size_t first = 0; first < results.size(); first += threads) {
      report(options.progress, "disturbances", seed * results.size() + first, options.seeds * results.size());
      parallel_for(std::min(threads, results.size() - first), options.threads,
                   [&](std::size_t i) { learnt.measure(disturbances[first + i], seed, results[first + i]); });
    }
  }
  return results;
}

}  // namespace rgm
