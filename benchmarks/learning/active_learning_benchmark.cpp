// Online active learning as in the recipe `paper`: a shared tree grown from 130 exemplars with its
// classes above, hard bins of 64 tiles of 6 modes.

#include <numeric>

#include "rgm/learning/active_learning.h"
#include "support/measure.h"
#include "support/synthetic.h"

namespace rgm::bench {
namespace {

constexpr std::size_t kStates = 130, kModes = 6, kClasses = 10, kItems = 2000;

int label(std::size_t item) { return static_cast<int>(item % kClasses); }

void BM_active_learning(benchmark::State& state) {
  const auto items = outcomes(kItems, kModes, false, 1);
  std::vector<std::size_t> first(kStates);
  std::iota(first.begin(), first.end(), std::size_t{0});
  std::vector<int> labels;
  for (std::size_t i : first) labels.push_back(label(i));
  auto hierarchy = renormalise(items.select(first), kBins, locations(kModes),
                               {0.0625, 8.125, 1.015625}, labels, kClasses);
  ActiveLearner learner(std::move(hierarchy), {});
  double early = 0, late = 0;
  for (std::size_t i = 0; i < kItems; ++i)
    (i < kItems / 2 ? early : late) += learner.learn(items, i, label(i));
  check(late > early, "more evidence for later items than for earlier ones");
  std::size_t i = 0;
  for (auto _ : state) {
    learner.learn(items, i, label(i));
    i = (i + 1) % kItems;
  }
  state.counters["images"] = per_second(1);
  state.counters["acceptance"] = learner.acceptance();
}
BENCHMARK(BM_active_learning)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rgm::bench
