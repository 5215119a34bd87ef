#include "rgm/inference/sequence_counts.h"

namespace rgm {

SequenceCounts::SequenceCounts(const SequenceTables& tables, double smallest_count)
    : initial_states(tables.root().num_states),
      restarts(tables.root().num_states),
      smallest(smallest_count) {
  for (std::size_t n = 0; n < tables.num_levels(); ++n) {
    auto& level = levels.emplace_back();
    for (const auto& table : tables.level(n)) {
      auto& factor = level.emplace_back();
      factor.likelihood.resize(table.num_states);
      factor.arcs.assign(table.arcs.size(), 0.0);
    }
  }
}

}  // namespace rgm
