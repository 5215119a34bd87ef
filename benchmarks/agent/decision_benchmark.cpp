// A frame of play, environment left out: what it saw is recognised, an action is chosen. The
// reference takes 230 ms a frame at some 700 generalised states (a machine of two cores).

#include <memory>

#include "rgm/agent/agent.h"
#include "rgm/env/grid_game.h"
#include "rgm/env/variations.h"
#include "support/measure.h"

namespace rgm::bench {
namespace {

/// An agent that has learnt Pong from rewarded random play (about 1,000 generalised states) or from
/// all of 16,384 frames.
std::unique_ptr<Agent> learnt(PlanningMethod planning, Experience experience) {
  GridGame game(game_rules("pong"));
  AgentOptions options;
  options.planning = planning;
  options.experience = experience;
  options.random_frames = experience == Experience::kRewarded ? 3000 : options.random_frames;
  options.novelty = experience == Experience::kRewarded ? 0 : options.novelty;
  Agent agent(game.spaces(), options, 1);
  const auto record = play(game, agent, 16384, 1);
  check(learning_curve(record, 4096).back().hits > 10, "the agent plays well");
  options.learning = false;
  return std::make_unique<Agent>(
      GameModel(game.spaces(), agent.model().tree(), agent.model().controlled(), options.structure),
      options, 1, agent.frames_seen());
}

void measure(benchmark::State& state, Environment& game, Agent& agent) {
  agent.begin(game.reset(2));
  std::vector<Symbol> next;
  for (auto _ : state) {
    const std::size_t action = agent.act();
    state.PauseTiming();
    const auto seen = game.step(action);
    next.assign(seen.begin(), seen.end());
    state.ResumeTiming();
    agent.observe(action, next);
  }
  state.counters["states"] = static_cast<double>(agent.model().num_states());
}

void BM_value(benchmark::State& state) {
  const auto agent = learnt(PlanningMethod::kValue, Experience::kAll);
  GridGame game(game_rules("pong"));
  measure(state, game, *agent);
}
BENCHMARK(BM_value)->Unit(benchmark::kMicrosecond);

void BM_induction(benchmark::State& state) {
  const auto agent = learnt(PlanningMethod::kInduction, Experience::kRewarded);
  GridGame game(game_rules("pong"));
  measure(state, game, *agent);
}
BENCHMARK(BM_induction)->Unit(benchmark::kMicrosecond);

/// A part of the screen is hidden: every frame is recognised by inference.
void BM_hidden(benchmark::State& state) {
  const auto agent = learnt(PlanningMethod::kValue, Experience::kAll);
  const auto game = missing_patch(std::make_unique<GridGame>(game_rules("pong")), {4, 0, 3, 3});
  measure(state, *game, *agent);
}
BENCHMARK(BM_hidden)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rgm::bench
