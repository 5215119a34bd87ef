// Sophisticated search, and the novelty of all pairs of state and control.

#include <cmath>

#include "rgm/model/transition.h"
#include "rgm/pomdp/novelty.h"
#include "rgm/pomdp/tree_search.h"
#include "support/measure.h"

namespace rgm::bench {
namespace {

/// A ring of places, seen with some noise; one outcome is preferred. Controls: back, stay, on.
PomdpTables ring(std::size_t places) {
  Pomdp pomdp;
  PomdpModality modality{Matrix<double>(places, places, 0.1 / static_cast<double>(places)),
                         std::vector<double>(places), true};
  for (std::size_t s = 0; s < places; ++s) modality.likelihood_counts(s, s) += 0.9;
  modality.preferences[places / 2] = 3;
  pomdp.modalities = {modality};
  for (std::size_t u = 0; u < 3; ++u) {
    auto& counts = pomdp.transition_counts.emplace_back(places, places);
    for (std::size_t s = 0; s < places; ++s) counts((s + places + u - 1) % places, s) = 1;
  }
  pomdp.initial_state.assign(places, 0.0);
  pomdp.initial_state[places / 2 - 2] = 1;
  return PomdpTables(pomdp);
}

void BM_search(benchmark::State& state) {
  const auto tables = ring(16);
  const SearchOptions options{.horizon = static_cast<std::size_t>(state.range(0)),
                              .precision = 4,
                              .max_outcomes = static_cast<std::size_t>(state.range(1))};
  const auto result = search(tables, tables.initial_state, options);
  check(best_control(result.posterior) == 2, "on towards what is preferred");
  for (auto _ : state)
    benchmark::DoNotOptimize(search(tables, tables.initial_state, options).posterior.data());
  state.counters["nodes"] = static_cast<double>(result.nodes);
  state.counters["nodes_per_second"] = per_second(static_cast<double>(result.nodes));
}
BENCHMARK(BM_search)
    ->ArgNames({"horizon", "outcomes"})
    ->Args({3, 0})
    ->Args({4, 4})
    ->Args({6, 2})
    ->Unit(benchmark::kMillisecond);

void BM_transition_novelties(benchmark::State& state) {
  constexpr std::size_t kStates = 2000, kControls = 9;
  Transition transition(kStates, kControls);
  Random random(1);
  for (int i = 0; i < 30000; ++i) {
    const std::size_t s = random.index(kStates), u = random.index(kControls);
    transition.add((s + u) % kStates, s, u, 1);
  }
  const auto all = transition_novelties(transition, kControls, 0.125);
  check(close(all(7, 3), transition_novelty(transition, 7, 3, 0.125), 1e-10),
        "the novelty of a pair");
  for (auto _ : state)
    benchmark::DoNotOptimize(transition_novelties(transition, kControls, 0.125).data());
}
BENCHMARK(BM_transition_novelties)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rgm::bench
