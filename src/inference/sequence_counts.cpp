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

void SequenceCounts::add(const SequenceCounts& more) {
  const auto add_all = [](const std::vector<double>& from, std::vector<double>& to) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
  };
  for (std::size_t n = 0; n < levels.size(); ++n)
    for (std::size_t f = 0; f < levels[n].size(); ++f) {
      auto& to = levels[n][f];
      const auto& from = more.levels[n][f];
      for (std::size_t s = 0; s < to.likelihood.size(); ++s)
        for (const auto& [key, count] : from.likelihood[s]) to.likelihood[s][key] += count;
      add_all(from.arcs, to.arcs);
    }
  add_all(more.initial_states, initial_states);
  add_all(more.restarts, restarts);
}

}  // namespace rgm
