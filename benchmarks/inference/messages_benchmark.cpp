// The passes of inference over a batch of items, on a tree of 16, 4 and 1 factors above 64 tiles of
// 8 modes.

#include <numeric>

#include "rgm/inference/tree.h"
#include "rgm/inference/tree_counts.h"
#include "rgm/learning/expectation_maximisation.h"
#include "support/measure.h"
#include "support/synthetic.h"

namespace rgm::bench {
namespace {

constexpr std::size_t kItems = 128, kModes = 8;

/// A tree after one pass of learning, and a batch of items.
struct Batch {
  explicit Batch(std::size_t states, SoftReading soft_reading = SoftReading::kCount)
      : reading(soft_reading),
        all(outcomes(512, kModes, true, 1)),
        hierarchy(learnt(all, states)),
        tables(hierarchy),
        counts(tables),
        items(kItems) {
    std::iota(items.begin(), items.end(), std::size_t{0});
    up();
    downward<float>(tables, {}, {}, beliefs);
    add();
    double mass = 0;
    for (float a : counts.levels[0][0].values()) mass += static_cast<double>(a);
    const auto expected = static_cast<double>(kItems * tables.level(0)[0].modalities.size());
    check(close(mass, expected, 1e-4), "one count an item and modality");
    check(close(std::accumulate(counts.root.begin(), counts.root.end(), 0.0), kItems, 1e-4),
          "one root count an item");
  }

  static Hierarchy learnt(const Outcomes& outcomes, std::size_t states) {
    auto hierarchy = tree(outcomes, kModes, states);
    expectation_maximisation<float>(hierarchy, ItemSet::all(outcomes),
                                    {1, 0, {SoftReading::kCount, 1}});
    return hierarchy;
  }
  void up() { upward<float>(tables, all, items, {}, reading, beliefs); }
  void add() { accumulate(tables, all, items, reading, beliefs, counts); }

  SoftReading reading;
  Outcomes all;
  Hierarchy hierarchy;
  TreeTables<float> tables;
  ExpectedCounts<float> counts;
  TreeBeliefs<float> beliefs;
  std::vector<std::size_t> items;
};

template <class Pass>
void run(benchmark::State& state, SoftReading reading, Pass pass) {
  Batch batch(static_cast<std::size_t>(state.range(0)), reading);
  for (auto _ : state) {
    pass(batch);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kItems));
}

void BM_upward(benchmark::State& state) {
  run(state, SoftReading::kCount, [](Batch& batch) { batch.up(); });
}
void BM_upward_likelihood_reading(benchmark::State& state) {
  run(state, SoftReading::kLikelihood, [](Batch& batch) { batch.up(); });
}
/// With an upward pass, since it overwrites what that leaves.
void BM_upward_downward(benchmark::State& state) {
  run(state, SoftReading::kCount, [](Batch& batch) {
    batch.up();
    downward<float>(batch.tables, {}, {}, batch.beliefs);
  });
}
void BM_accumulate(benchmark::State& state) {
  run(state, SoftReading::kCount, [](Batch& batch) { batch.add(); });
}
void BM_accumulate_likelihood_reading(benchmark::State& state) {
  run(state, SoftReading::kLikelihood, [](Batch& batch) { batch.add(); });
}
void BM_tables(benchmark::State& state) {
  const Batch batch(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(TreeTables<float>(batch.hierarchy));
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(batch.hierarchy.num_parameters()));
}
BENCHMARK(BM_upward)->ArgName("states")->Arg(64)->Arg(128);
BENCHMARK(BM_upward_likelihood_reading)->ArgName("states")->Arg(64)->Arg(128);
BENCHMARK(BM_upward_downward)->ArgName("states")->Arg(64)->Arg(128);
BENCHMARK(BM_accumulate)->ArgName("states")->Arg(64)->Arg(128);
BENCHMARK(BM_accumulate_likelihood_reading)->ArgName("states")->Arg(64)->Arg(128);
BENCHMARK(BM_tables)->ArgName("states")->Arg(64)->Arg(128)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rgm::bench
