// Growing a hierarchy from sequences: 512 outcomes of 9, four groups by place and a root.

#include <cmath>
#include <cstdio>

#include "rgm/base/random.h"
#include "rgm/structure/merge.h"
#include "rgm/structure/sequence_structure.h"
#include "support/measure.h"

namespace rgm::bench {
namespace {

constexpr std::size_t kModalities = 512, kOutcomes = 9;

/// Steps that show one of `scenes` different joint outcomes each, in random order; 0: every step a
/// new one.
Outcomes sequence(std::size_t steps, std::size_t scenes, std::uint64_t seed) {
  Random random(seed);
  Outcomes result(steps, kModalities);
  for (std::size_t t = 0; t < steps; ++t) {
    const Random scene = scenes == 0 ? Random(seed).fork(t) : Random(7).fork(random.index(scenes));
    Random outcome = scene;
    for (auto& shown : result.item(t))
      shown = {static_cast<std::uint16_t>(outcome.index(kOutcomes)), 0};
  }
  return result;
}

std::vector<Location> places() {
  std::vector<Location> result;
  for (std::size_t g = 0; g < kModalities; ++g)  // 16 tiles, the outcomes of a tile in one place
    result.push_back({static_cast<double>(g / 32 % 4), static_cast<double>(g / 32 / 4)});
  return result;
}

SequenceStructure structure(const SequenceStructureOptions& options = {}) {
  return {std::vector<std::size_t>(kModalities, kOutcomes), places(), options};
}

void check_structure(const SequenceStructure& grown, std::size_t states) {
  const auto& levels = grown.hierarchy().levels;
  check(levels.size() == 2 && levels[0].factors.size() == 4, "four groups and a root");
  check(levels[0].factors[0].num_states() == states, "a state for each scene");
}

void run_add(benchmark::State& state, std::size_t scenes, const SequenceStructureOptions& options) {
  const auto steps = static_cast<std::size_t>(state.range(0));
  const auto shown = sequence(steps, scenes, 1);
  {
    auto once = structure(options);
    once.add(sequence(10000, scenes, 1));
    check_structure(once, scenes == 0 ? 10000 : scenes);
  }
  for (auto _ : state) {
    auto grown = structure(options);
    grown.add(shown);
    benchmark::DoNotOptimize(grown.hierarchy());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(steps));
  state.SetComplexityN(static_cast<std::int64_t>(steps));
}

void BM_recurring_scenes(benchmark::State& state) { run_add(state, 100, {}); }
BENCHMARK(BM_recurring_scenes)
    ->ArgName("steps")
    ->Arg(1000)
    ->Arg(10000)
    ->Unit(benchmark::kMillisecond);

void BM_new_scenes(benchmark::State& state) { run_add(state, 0, {}); }
BENCHMARK(BM_new_scenes)->ArgName("steps")->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

void BM_states_by_evidence(benchmark::State& state) {
  SequenceStructureOptions options;
  options.new_state_concentration = 1;
  options.outcome_concentration = 1;
  run_add(state, 100, options);
}
BENCHMARK(BM_states_by_evidence)
    ->ArgName("steps")
    ->Arg(1000)
    ->Arg(10000)
    ->Unit(benchmark::kMillisecond);

/// The exponent of time in steps, from 1,000 to 10,000 of them.
void BM_exponent_of_new_scenes(benchmark::State& state) {
  const auto few = sequence(1000, 0, 1), many = sequence(10000, 0, 1);
  const auto seconds = [&](const Outcomes& shown) {
    return seconds_of([&] {
      auto grown = structure();
      grown.add(shown);
      benchmark::DoNotOptimize(grown.hierarchy());
    });
  };
  double exponent = 0;
  for (auto _ : state) exponent = std::log10(seconds(many) / seconds(few));
  state.counters["exponent"] = exponent;
}
BENCHMARK(BM_exponent_of_new_scenes)->Iterations(1)->Unit(benchmark::kSecond);

/// A thousand steps more to a model of ten thousand, all new.
void BM_merge(benchmark::State& state) {
  auto grown = structure(), more = structure();
  grown.add(sequence(10000, 0, 1));
  more.add(sequence(1000, 0, 2));
  check(merge(grown.hierarchy(), more.hierarchy()).levels[0].factors[0].num_states() == 11000,
        "11,000 states");
  for (auto _ : state) benchmark::DoNotOptimize(merge(grown.hierarchy(), more.hierarchy()));
  state.SetItemsProcessed(state.iterations() * 11000);
}
BENCHMARK(BM_merge)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rgm::bench
