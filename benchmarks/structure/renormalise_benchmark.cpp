// Growing a hierarchy: grouping by place, unique states, and both to the root.

#include <numeric>
#include <set>

#include "rgm/structure/renormalise.h"
#include "rgm/structure/unique_states.h"
#include "support/measure.h"
#include "support/synthetic.h"

namespace rgm::bench {
namespace {

constexpr std::size_t kModes = 8;

void BM_group_by_place(benchmark::State& state) {
  const auto places = locations(kModes);
  check(group_by_place(places).size() == 16, "16 groups of 64 tiles");
  for (auto _ : state) benchmark::DoNotOptimize(group_by_place(places));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(places.size()));
}
BENCHMARK(BM_group_by_place);

/// The joint outcomes of 32 modalities; half of the items repeat.
void BM_unique_states(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto all = outcomes(count / 2, kModes, false, 1);
  std::vector<std::size_t> twice(count), members(32);
  for (std::size_t i = 0; i < count; ++i) twice[i] = i % (count / 2);
  std::iota(members.begin(), members.end(), std::size_t{0});
  const auto items = all.select(twice);
  std::set<std::vector<std::uint16_t>> distinct;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::uint16_t> joint;
    for (std::size_t g : members) joint.push_back(items(i, g).token);
    distinct.insert(joint);
  }
  check(unique_states(items, members).num_states() == distinct.size(),
        "a state for each distinct joint outcome");
  for (auto _ : state) benchmark::DoNotOptimize(unique_states(items, members));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}
BENCHMARK(BM_unique_states)->ArgName("items")->Arg(128)->Arg(4096);

void BM_renormalise(benchmark::State& state) {
  const auto exemplars = outcomes(static_cast<std::size_t>(state.range(0)), kModes, true, 1);
  const auto places = locations(kModes);
  const auto grown = renormalise(exemplars, kBins, places);
  check(grown.levels.size() == 3 && grown.levels[0].factors.size() == 16 &&
            grown.levels[1].factors.size() == 4,
        "levels of 16, 4 and 1 factors");
  for (auto _ : state) benchmark::DoNotOptimize(renormalise(exemplars, kBins, places));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(exemplars.items()));
}
BENCHMARK(BM_renormalise)->ArgName("exemplars")->Arg(64)->Arg(128)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rgm::bench
