// The mutual information of a mapping while counts are added, against computing it anew as the
// reference does for each item.

#include "rgm/base/random.h"
#include "rgm/math/incremental_information.h"
#include "rgm/math/information.h"
#include "support/measure.h"

namespace rgm::bench {
namespace {

constexpr double kBackground = 0.0625;

Matrix<double> random_counts(Random& random, std::size_t rows, std::size_t states) {
  Matrix<double> counts(rows, states);
  for (double& a : counts.values()) a = random.uniform() < 0.5 ? 0 : 8 * random.uniform();
  return counts;
}

/// What an item tries and adds: one outcome under a few states.
void BM_incremental_information(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0)),
             states = static_cast<std::size_t>(state.range(1));
  Random random(1);
  auto counts = random_counts(random, rows, states);
  IncrementalInformation information(counts, 0, rows, kBackground);
  std::vector<CountChange> changes;
  const std::size_t outcome = random.index(rows);
  for (std::size_t s : random.choose(states, 4)) changes.push_back({outcome, s, 0.25});

  Matrix<double> table(rows, states);
  const auto anew = [&] {
    for (std::size_t i = 0; i < table.size(); ++i)
      table.values()[i] = counts.values()[i] + kBackground;
    for (const auto& [row, column, amount] : changes) table(row, column) += amount;
    return mutual_information(table);
  };
  check(close(information.after(counts, changes, 1), anew(), 1e-10),
        "the information of the whole table");
  const auto kept = [&] {
    benchmark::DoNotOptimize(information.after(counts, changes, 1));
    information.add(counts, changes, 1e-6);
  };
  const double anew_seconds = seconds_of([&] { benchmark::DoNotOptimize(anew()); });
  const double seconds = seconds_of(kept);
  for (auto _ : state) kept();
  state.SetItemsProcessed(state.iterations());
  state.counters["speedup_over_anew"] = anew_seconds / seconds;
}
BENCHMARK(BM_incremental_information)
    ->ArgNames({"outcomes", "states"})
    ->Args({7, 130})
    ->Args({130, 130});

}  // namespace
}  // namespace rgm::bench
