// One decision by inductive inference at 1,000 states, and what it costs to follow the graph.

#include "rgm/base/random.h"
#include "rgm/planning/inductive_inference.h"
#include "support/measure.h"

namespace rgm::bench {
namespace {

constexpr std::size_t kControls = 9;

/// An orbit with detours; state 0 is intended.
struct World {
  Transition transition;
  InductiveMap map;

  explicit World(std::size_t states) : transition(states, kControls) {
    Random random(1);
    for (std::size_t s = 0; s < states; ++s) {
      transition.add((s + 1) % states, s, 0, 1);
      for (std::size_t u = 1; u < kControls; ++u)
        transition.add((s + random.index(5)) % states, s, u, 1);
    }
    map.update(transition);
    map.add_intended(std::vector<std::size_t>{0});
  }
};

void BM_decision(benchmark::State& state) {
  const auto states = static_cast<std::size_t>(state.range(0));
  const World world(states);
  std::vector<double> belief(states);
  belief[states / 2] = 0.9;
  belief[states / 4] = 0.1;
  const auto plan = world.map.plan(world.transition, belief);
  check(plan.reachable && plan.intended == 0 && plan.steps >= states / 8,
        "a way to the intended state");
  for (auto _ : state) benchmark::DoNotOptimize(world.map.plan(world.transition, belief).steps);
}
BENCHMARK(BM_decision)->ArgName("states")->Arg(1000)->Arg(10000)->Unit(benchmark::kMicrosecond);

/// A game's worth of steps that were seen before: their states are read again.
void BM_update(benchmark::State& state) {
  const auto states = static_cast<std::size_t>(state.range(0));
  World world(states);
  Random random(2);
  std::vector<std::size_t> changed(256);
  for (auto& s : changed) s = random.index(states);
  for (auto _ : state) world.map.update(world.transition, changed);
  check(world.map.distances()[states - 1] == 1, "a way to the intended state");
}
BENCHMARK(BM_update)->ArgName("states")->Arg(1000)->Arg(10000)->Unit(benchmark::kMicrosecond);

/// A costly state more: everything is computed again.
void BM_costly(benchmark::State& state) {
  const auto states = static_cast<std::size_t>(state.range(0));
  World world(states);
  const std::vector<std::size_t> costly{states / 2};
  for (auto _ : state) world.map.add_costly(costly);
  check(world.map.distances()[states / 2] == kUnreachable, "no way through a costly state");
}
BENCHMARK(BM_costly)->ArgName("states")->Arg(1000)->Arg(10000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rgm::bench
