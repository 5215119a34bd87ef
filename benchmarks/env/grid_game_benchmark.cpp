// The games at play: frames a second, as they are, varied and checked; and the ceiling by dynamic
// programming.

#include <cstdint>
#include <memory>
#include <string>

#include "rgm/base/random.h"
#include "rgm/env/checked_environment.h"
#include "rgm/env/exact_values.h"
#include "rgm/env/grid_game.h"
#include "rgm/env/variations.h"
#include "support/measure.h"

namespace rgm::bench {
namespace {

std::string name_of(const benchmark::State& state) {
  return game_names()[static_cast<std::size_t>(state.range(0))];
}

void play_at_random(benchmark::State& state, Environment& game) {
  Random random(1);
  check(game.reset(1).size() == 111, "111 symbols");
  for (auto _ : state) benchmark::DoNotOptimize(game.step(random.index(3)).data());
  state.counters["frames/s"] = per_second(1);
}

void step(benchmark::State& state) {
  GridGame game(game_rules(name_of(state)));
  play_at_random(state, game);
}
BENCHMARK(step)->DenseRange(0, 2);

void varied_step(benchmark::State& state) {
  auto game = missing_patch(
      distractors(sticky_actions(std::make_unique<GridGame>(game_rules(name_of(state))), 0.25), 8),
      {.row = 0, .column = 0, .rows = 3, .columns = 3});
  play_at_random(state, *game);
}
BENCHMARK(varied_step)->DenseRange(0, 2);

void checked_observation(benchmark::State& state) {
  GridGame game(pong_rules());
  const auto observation = game.reset(1);
  for (auto _ : state) {
    check_observation(game.spaces(), observation, 0);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(checked_observation);

void ceiling(benchmark::State& state) {
  const auto rules = game_rules(name_of(state));
  check(best_play(*rules, exact_values(*rules), 2560, 1).misses == 0, "no misses");
  for (auto _ : state) benchmark::DoNotOptimize(exact_values(*rules).value.data());
}
BENCHMARK(ceiling)->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rgm::bench
