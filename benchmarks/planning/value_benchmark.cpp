// Value on learned graphs of the size that games grow: a wide orbit with shortcuts and detours,
// solved afresh and after a little more was seen.

#include <cmath>

#include "rgm/base/random.h"
#include "rgm/planning/value.h"
#include "support/measure.h"

namespace rgm::bench {
namespace {

constexpr std::size_t kControls = 9;

/// States in order of appearance; `share` of the pairs of state and control lead to more than one
/// state.
Transition graph(std::size_t states, double share, std::uint64_t seed) {
  Random random(seed);
  Transition result(states, kControls);
  for (std::size_t s = 0; s < states; ++s)
    for (std::size_t u = 0; u < kControls; ++u) {
      const std::size_t successors = random.uniform() < share ? 3 : 1;
      for (std::size_t i = 0; i < successors; ++i) {
        const std::size_t next =
            random.index(4) == 0 ? random.index(states) : (s + random.index(5)) % states;
        result.add(next, s, u, 1 + static_cast<double>(random.index(4)));
      }
    }
  return result;
}

std::vector<double> rewards(std::size_t states) {
  Random random(5);
  std::vector<double> result(states);
  for (double& r : result) r = random.index(20) == 0 ? 1 : random.index(20) == 0 ? -2 : 0;
  return result;
}

/// The largest violation of V(s) = max_u Q(s, u).
double violation(const ValueProblem& problem, const ValueOptions& options,
                 const std::vector<double>& values) {
  double result = 0;
  for (std::size_t s = 0; s < values.size(); ++s)
    result = std::max(
        result,
        std::abs(values[s] - std::ranges::max(control_values(problem, options, values, s))));
  return result;
}

/// `mixed`: percent of pairs with several successors. `warm`: from the values before 256 more steps
/// were seen.
void BM_state_values(benchmark::State& state) {
  const auto states = static_cast<std::size_t>(state.range(0));
  auto transition = graph(states, static_cast<double>(state.range(1)) / 100, 1);
  const auto reward = rewards(states);
  const ValueOptions options;
  std::vector<double> start;
  if (state.range(2) != 0) {
    start = state_values({transition, reward}, options).values;
    Random random(3);
    for (int i = 0; i < 256; ++i)
      transition.add(random.index(states), random.index(states), random.index(kControls), 1);
  }
  const ValueProblem problem{transition, reward};
  const auto result = state_values(problem, options, start);
  check(result.converged && violation(problem, options, result.values) < 1e-8,
        "values that satisfy Bellman's equation");
  for (auto _ : state)
    benchmark::DoNotOptimize(state_values(problem, options, start).values.data());
  state.counters["sweeps"] = static_cast<double>(result.sweeps);
}
BENCHMARK(BM_state_values)
    ->ArgNames({"states", "mixed", "warm"})
    ->ArgsProduct({{1000, 2000}, {0, 10, 100}, {0, 1}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rgm::bench
