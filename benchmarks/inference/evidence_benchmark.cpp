// Level-0 evidence: the sum of gathered table rows, as a share of what the core can do, and against
// a dense product.

#include <Eigen/Core>
#include <numeric>

#include "inference/gather.h"
#include "rgm/base/matrix.h"
#include "rgm/inference/tree.h"
#include "support/measure.h"
#include "support/synthetic.h"

namespace rgm::bench {
namespace {

constexpr std::size_t kItems = 128, kModes = 8;

/// The tables of one group of 4 tiles, and what items observe of it.
struct Group {
  explicit Group(std::size_t states)
      : items(outcomes(std::max(kItems, states), kModes, true, 1)),
        tables(tree(items, kModes, states)) {}

  const TreeTables<float>::FactorTable& table() const { return tables.level(0).front(); }

  Outcomes items;
  TreeTables<float> tables;
};

/// `gather` alone: the rows of every item are known. A gathered vector is one load and one
/// multiply-add.
void BM_gather(benchmark::State& state) {
  const Group group(static_cast<std::size_t>(state.range(0)));
  const auto& log_a = group.table().log_probability;
  const std::size_t padded = log_a.cols();
  std::vector<std::vector<detail::WeightedRow<float>>> rows(kItems);
  Matrix<float> dense(kItems, log_a.rows());
  std::size_t gathered = 0;
  for (std::size_t i = 0; i < kItems; ++i) {
    for (std::size_t g = 0; g < group.table().modalities.size(); ++g)
      for_each_outcome_weight(
          group.items, i, group.table().modalities[g], kBins,
          [&](std::size_t outcome, double weight) {
            const std::size_t row = group.table().offsets[g] + outcome;
            rows[i].push_back({log_a.row(row).data(), static_cast<float>(weight)});
            dense(i, row) = static_cast<float>(weight);
          });
    gathered += rows[i].size();
  }
  Matrix<float> sums(kItems, padded), expected(kItems, padded);
  const auto kernel = [&] {
    for (std::size_t i = 0; i < kItems; ++i)
      detail::gather(rows[i].data(), rows[i].size(), padded, sums.row(i).data());
    benchmark::ClobberMemory();
  };
  using Dense = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto index = [](std::size_t i) { return static_cast<Eigen::Index>(i); };
  const auto dense_product = [&] {
    Eigen::Map<Dense>(expected.data(), index(kItems), index(padded)).noalias() =
        Eigen::Map<const Dense>(dense.data(), index(kItems), index(dense.cols())) *
        Eigen::Map<const Dense>(log_a.data(), index(log_a.rows()), index(padded));
    benchmark::ClobberMemory();
  };
  kernel();
  dense_product();
  for (std::size_t i = 0; i < sums.size(); ++i)
    check(close(sums.values()[i], expected.values()[i], 1e-4), "the dense product's sums");

  const std::size_t table_bytes = log_a.size() * sizeof(float);
  const double loads = static_cast<double>(gathered * padded * sizeof(float)),
               flops = 2 * static_cast<double>(gathered * padded);
  const double seconds = seconds_of(kernel), dense_seconds = seconds_of(dense_product);
  const double core_flops = flop_rate<float>(), core_loads = load_rate<float>(table_bytes);
  for (auto _ : state) kernel();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kItems));
  state.counters["table_KiB"] = static_cast<double>(table_bytes) / 1024;
  state.counters["GFLOP/s"] = flops / seconds * 1e-9;
  state.counters["core_GFLOP/s"] = core_flops * 1e-9;
  state.counters["share_of_flops"] = flops / seconds / core_flops;
  state.counters["GB/s"] = loads / seconds * 1e-9;
  state.counters["core_GB/s"] = core_loads * 1e-9;
  state.counters["share_of_bandwidth"] = loads / seconds / core_loads;
  state.counters["speedup_over_dense"] = dense_seconds / seconds;
}
/// All of level 0 for one group: rows found, gathered and made a message, as `upward` does on a
/// tree of one level.
void BM_one_group(benchmark::State& state) {
  const Group group(static_cast<std::size_t>(state.range(0)));
  auto hierarchy = tree(group.items, kModes, static_cast<std::size_t>(state.range(0)));
  auto& level = hierarchy.levels.front();
  hierarchy.levels.resize(1);
  level.factors.resize(1);
  std::vector<Modality> modalities;
  for (std::size_t& g : level.factors.front().modalities) {
    modalities.push_back({Modality::Kind::kOutcome, modalities.size(), kBins});
    g = modalities.size() - 1;
  }
  level.modalities = modalities;
  Outcomes items(kItems, modalities.size());
  for (std::size_t i = 0; i < kItems; ++i)
    for (std::size_t g = 0; g < modalities.size(); ++g)
      items(i, g) = group.items(i, group.table().modalities[g]);
  const TreeTables<float> tables(hierarchy);
  TreeBeliefs<float> beliefs;
  std::vector<std::size_t> all(kItems);
  std::iota(all.begin(), all.end(), std::size_t{0});
  for (auto _ : state) {
    upward<float>(tables, items, all, {}, SoftReading::kCount, beliefs);
    benchmark::ClobberMemory();
  }
  for (double l : beliefs.log_evidence)
    check(l < 0, "log probabilities of discrete outcomes below 0");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kItems));
}
BENCHMARK(BM_one_group)->ArgName("states")->Arg(64)->Arg(128);

BENCHMARK(BM_gather)->ArgName("states")->Arg(64)->Arg(128)->Arg(130);

}  // namespace
}  // namespace rgm::bench
