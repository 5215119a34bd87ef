// A whole pass of expectation maximisation on one tree, on one thread: messages up and down,
// counts, new tables.

#include "rgm/learning/expectation_maximisation.h"
#include "support/measure.h"
#include "support/synthetic.h"

namespace rgm::bench {
namespace {

constexpr std::size_t kItems = 2048, kModes = 8;

void BM_em_pass(benchmark::State& state) {
  const auto items = outcomes(kItems, kModes, true, 1);
  const auto set = ItemSet::all(items);
  const auto grown = tree(items, kModes, static_cast<std::size_t>(state.range(0)));
  const InferenceOptions inference{SoftReading::kCount, 1};
  auto hierarchy = grown;
  const auto result = expectation_maximisation<float>(hierarchy, set, {3, 0, inference});
  check(result.objective[1] >= result.objective[0] && result.objective[2] >= result.objective[1],
        "an objective that never falls");
  for (auto _ : state) expectation_maximisation<float>(hierarchy, set, {1, 0, inference});
  state.counters["image_updates"] = per_second(kItems);
}
BENCHMARK(BM_em_pass)->ArgName("states")->Arg(64)->Arg(128)->Unit(benchmark::kMillisecond);

void BM_root_log_joint(benchmark::State& state) {
  const auto items = outcomes(kItems, kModes, true, 1);
  const auto set = ItemSet::all(items);
  const TreeTables<float> tables(tree(items, kModes, static_cast<std::size_t>(state.range(0))));
  const InferenceOptions inference{SoftReading::kCount, 1};
  const auto joint = root_log_joint(tables, set, inference);
  for (double l : joint.values()) check(l < 0, "log probabilities of discrete outcomes below 0");
  for (auto _ : state) benchmark::DoNotOptimize(root_log_joint(tables, set, inference));
  state.counters["images"] = per_second(kItems);
}
BENCHMARK(BM_root_log_joint)->ArgName("states")->Arg(64)->Arg(128)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rgm::bench
