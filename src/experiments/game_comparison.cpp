#include "rgm/experiments/game_comparison.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include "rgm/agent/baselines.h"
#include "rgm/base/error.h"
#include "rgm/recipes/recipe.h"

namespace rgm {
namespace {

/// Whoever knows the rules, and looks so many frames ahead.
PlayerRuns informed_player(const std::string& name, const GridRules& rules,
                           const ExactValueOptions& values,
                           const std::vector<std::uint64_t>& seeds) {
  PlayerRuns runs{name, {}, {}, {}, {}};
  const auto exact = exact_values(rules, values);
  for (auto seed : seeds) runs.last.push_back(best_play(rules, exact, kMeasuredFrames, seed));
  return runs;
}

}  // namespace

void check_comparison(const GameSetup& setup, const ComparisonOptions& options) {
  require(options.seeds > 0, "compare_players: seeds: expected at least 1, got 0");
  require(setup.settings.frames >= kMeasuredFrames, "compare_players: frames: expected at least ",
          kMeasuredFrames, ", got ", setup.settings.frames);
}

GameComparison compare_players(const GameSetup& setup, const ComparisonOptions& options) {
  check_comparison(setup, options);
  GameComparison result;
  result.game = setup.game;
  result.frames = setup.settings.frames;
  const auto& own = setup.settings;
  auto paper = load_recipe_as<GameSettings>("game-paper");
  paper.game = own.game;
  paper.frames = own.frames;
  for (std::size_t i = 0; i < options.seeds; ++i) result.seeds.push_back(options.first_seed + i);

  const auto rules = game_rules(setup.game, own.game);
  const auto spaces = GridGame(rules).spaces();
  const TwoFrameOptions curious{.discount = own.agent.discount,
                                .untried_value = own.agent.novelty,
                                .novelty_frames = own.agent.novelty_frames};
  using Make = std::function<std::unique_ptr<Player>(std::uint64_t)>;
  std::vector<std::pair<const char*, Make>> learners{
      {"random", [&](auto seed) { return random_player(spaces, seed); }},
      {"Q-learning on pairs of frames",
       [&](auto seed) { return q_learning_player(spaces, {}, seed); }},
      {kFlatPlayer, [&](auto seed) { return two_frame_player(spaces, {}, seed); }},
      {kCuriousFlatPlayer, [&](auto seed) { return two_frame_player(spaces, curious, seed); }},
      {kThisAgent, [&](auto seed) { return std::make_unique<Agent>(spaces, own.agent, seed); }}};
  if (to_toml(own) != to_toml(paper))
    learners.emplace_back(
        kPaperAgent, [&](auto seed) { return std::make_unique<Agent>(spaces, paper.agent, seed); });
  std::size_t done = 0;
  for (const auto& [name, make] : learners) {
    auto& runs = result.players.emplace_back(PlayerRuns{name, {}, {}, {}, {}});
    for (auto seed : result.seeds) {
      report(options.progress, "players", done++, learners.size() * options.seeds);
      GridGame environment(rules);
      const auto player = make(seed);
      const auto record = play(environment, *player, result.frames, seed);
      runs.curves.push_back(learning_curve(record, kCurveWindow));
      runs.last.push_back(event_rates(record, result.frames - kMeasuredFrames, result.frames));
      runs.seconds.push_back(record.seconds.back());
      if (const auto* agent = dynamic_cast<const Agent*>(player.get()))
        runs.states.push_back(agent->model().num_states());
    }
  }
  result.players.push_back(informed_player("search 13 frames ahead, rules known", *rules,
                                           {.horizon = 13}, result.seeds));
  result.players.push_back(
      informed_player("the best possible, rules known", *rules, {}, result.seeds));
  for (const auto& rates : result.players.back().last) {
    result.ceiling.hits += rates.hits / static_cast<double>(options.seeds);
    result.ceiling.misses += rates.misses / static_cast<double>(options.seeds);
  }
  return result;
}

std::vector<CurveMean> mean_curve(const std::vector<std::vector<CurvePoint>>& curves) {
  std::vector<CurveMean> result;
  for (std::size_t i = 0;; ++i) {
    std::vector<double> rewards;
    CurveMean mean;
    for (const auto& curve : curves) {
      if (i >= curve.size()) return result;
      rewards.push_back(reward_of({curve[i].hits, curve[i].misses}));
      mean.frames = curve[i].frames;
      mean.seconds += curve[i].seconds / static_cast<double>(curves.size());
    }
    if (rewards.empty()) return result;
    mean.reward = mean_interval(rewards);
    result.push_back(mean);
  }
}

std::vector<double> rewards_of(const std::vector<EventRates>& rates) {
  std::vector<double> result;
  for (const auto& r : rates) result.push_back(reward_of(r));
  return result;
}

std::vector<double> hits_of(const std::vector<EventRates>& rates) {
  std::vector<double> result;
  for (const auto& r : rates) result.push_back(r.hits);
  return result;
}

std::vector<double> misses_of(const std::vector<EventRates>& rates) {
  std::vector<double> result;
  for (const auto& r : rates) result.push_back(r.misses);
  return result;
}

std::vector<double> whole_rewards_of(const PlayerRuns& runs) {
  std::vector<double> result;
  for (const auto& curve : runs.curves) {
    double sum = 0;
    for (const auto& point : curve) sum += reward_of({point.hits, point.misses});
    if (!curve.empty()) result.push_back(sum / static_cast<double>(curve.size()));
  }
  return result;
}

}  // namespace rgm
