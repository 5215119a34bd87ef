#include "rgm/experiments/game_experiments.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/stopwatch.h"
#include "rgm/recipes/recipe.h"

namespace rgm {
namespace {

constexpr std::size_t kCeilingFrames = 65'536;

/// An agent that somebody watches.
class WatchedAgent final : public Player {
 public:
  WatchedAgent(const EnvironmentSpaces& spaces, Agent& agent, const GameWatcher& watcher,
               GamePlay& play)
      : hit_(spaces.first_modality("reward")),
        miss_(spaces.first_modality("cost")),
        agent_(agent),
        watcher_(watcher),
        play_(play) {}

  void begin(std::span<const Symbol> first) override { agent_.begin(first); }

  std::size_t act() override {
    const Stopwatch watch;
    const std::size_t action = agent_.act();
    seconds_ = watch.seconds();
    return action;
  }

  void observe(std::size_t action, std::span<const Symbol> next) override {
    const bool wanted = watcher_.wanted && watcher_.wanted();
    WatchedFrame frame;
    if (wanted) {
      frame.expected = expected_frame(agent_, action);
      frame.decision = agent_.why();
      frame.shown.assign(next.begin(), next.end());
    }
    const Stopwatch watch;
    agent_.observe(action, next);
    play_.decision_seconds.push_back(static_cast<float>(seconds_ + watch.seconds()));
    play_.visited.push_back(agent_.present());
    hits_.push_back(next[hit_] == 1 ? 1 : 0);
    misses_.push_back(next[miss_] == 1 ? 1 : 0);
    if (!wanted) return;
    frame.hits = events_at_end(hits_);
    frame.misses = events_at_end(misses_);
    watcher_.show(frame);
  }

 private:
  std::size_t hit_, miss_;
  Agent& agent_;
  const GameWatcher& watcher_;
  GamePlay& play_;
  double seconds_ = 0;
  std::vector<std::uint8_t> hits_, misses_;  // of all frames
};

/// The value that so great a share of them does not exceed.
double quantile(std::span<const float> values, double share) {
  std::vector<float> sorted(values.begin(), values.end());
  const auto at =
      sorted.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size() - 1));
  std::ranges::nth_element(sorted, at);
  return *at;
}

GameReduction reduce_and_play(GridGame& game, Agent& agent, std::uint64_t seed,
                              const GameWatcher& watcher) {
  GameReduction result;
  result.states_before = agent.model().num_states();
  const Stopwatch reduction;
  result.states_after = agent.reduce();
  result.seconds = reduction.seconds();
  const auto play = watch_play(game, agent, kMeasuredFrames, seed, watcher);
  result.after = event_rates(play.record, 0, kMeasuredFrames);
  result.play_seconds = play.record.seconds.back();
  return result;
}

}  // namespace

GameSetup game_setup(std::string_view game, const std::string& recipe,
                     std::span<const std::string> overrides) {
  game_rules(game);  // there is such a game
  GameSetup setup;
  setup.game = game;
  setup.settings =
      load_recipe_as<GameSettings>(recipe.empty() ? game_recipe(game) : recipe, overrides);
  setup.reduce = setup.settings.agent.experience == Experience::kRewarded;
  return setup;
}

std::vector<Symbol> expected_frame(Agent& agent, std::size_t action) {
  const auto distributions = agent.predict(action);
  std::vector<Symbol> result(agent.model().spaces().num_modalities(), kMissingSymbol);
  for (std::size_t g = 0; g < distributions.size(); ++g)
    if (!distributions[g].empty())
      result[g] = static_cast<Symbol>(std::ranges::max_element(distributions[g]) -
                                      distributions[g].begin());
  for (const std::size_t g : agent.model().ignored()) result[g] = kMissingSymbol;
  return result;
}

std::size_t events_at_end(std::span<const std::uint8_t> record, std::size_t frames) {
  const auto end = record.last(std::min(frames, record.size()));
  return static_cast<std::size_t>(std::ranges::count(end, 1));
}

GamePlay watch_play(Environment& environment, Agent& agent, std::size_t frames, std::uint64_t seed,
                    const GameWatcher& watcher, const Progress& progress) {
  GamePlay result;
  WatchedAgent watched(environment.spaces(), agent, watcher, result);
  result.record = play(environment, watched, frames, seed, progress);
  return result;
}

EventRates event_rates(const PlayRecord& record, std::size_t first, std::size_t end) {
  require(first < end && end <= record.frames(), "event_rates: frames: expected some of ",
          record.frames(), ", got ", first, " to ", end);
  const double scale = static_cast<double>(kFramesPerGame) / static_cast<double>(end - first);
  const auto rate = [&](const std::vector<std::uint8_t>& events) {
    return scale * std::accumulate(events.begin() + static_cast<std::ptrdiff_t>(first),
                                   events.begin() + static_cast<std::ptrdiff_t>(end), 0.0);
  };
  return {rate(record.hits), rate(record.misses)};
}

GameDemonstration demonstrate_game(const GameSetup& setup, std::uint64_t seed,
                                   const GameWatcher& watcher, const Progress& progress) {
  const std::size_t frames = setup.settings.frames, measured = std::min(kMeasuredFrames, frames);
  require(frames > 0, "frames: expected at least 1, got 0");
  GameDemonstration result;
  result.setup = setup;
  result.seed = seed;
  result.rules = game_rules(setup.game, setup.settings.game);
  result.ceiling = best_play(*result.rules, exact_values(*result.rules), kCeilingFrames, seed);
  result.game = std::make_unique<GridGame>(result.rules);
  result.agent = std::make_unique<Agent>(result.game->spaces(), setup.settings.agent, seed);
  result.play = watch_play(*result.game, *result.agent, frames, seed, watcher, progress);
  result.seconds = result.play.record.seconds.back();
  result.last = event_rates(result.play.record, frames - measured, frames);
  result.misses_in_last_1000 = events_at_end(result.play.record.misses, 1000);
  const auto decisions = std::span(result.play.decision_seconds).last(measured);
  result.decision_seconds = quantile(decisions, 0.5);
  result.slow_decision_seconds = quantile(decisions, 0.99);
  result.stages = result.agent->stages();
  result.states = result.agent->model().num_states();
  if (setup.reduce && result.states > 0)
    result.reduction = reduce_and_play(*result.game, *result.agent, seed, watcher);
  return result;
}

}  // namespace rgm
