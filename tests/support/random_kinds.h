#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/kinds.h"
#include "support/random_tree.h"

// Random small kinds of change, and the cells of random hierarchies.

namespace rgm::test {

/// Kinds with random counts in all their tables.
inline Kinds random_kinds(Random& random, const std::vector<std::size_t>& num_outcomes,
                          std::vector<std::vector<std::size_t>> cells, KindsOptions options) {
  auto kinds = make_kinds(num_outcomes, std::move(cells), random.index(2) == 0, options);
  const auto weights = [&] {
    std::vector<double> result(options.number);
    for (double& w : result) w = 20 * random.uniform() * random.uniform();
    return result;
  };
  for (auto& table : kinds.tables) {
    const std::size_t n = table.num_outcomes;
    for (std::size_t i = 0; i < 2 * n; ++i)
      table.after_last[random.index(n)].add(random.index(n), weights());
    for (std::size_t i = 0; i < 2 * n; ++i)
      table.after_two[table.pair(random.index(n), random.index(n))].add(random.index(n), weights());
  }
  for (auto& column : kinds.frequencies)
    for (double& count : column) count = 5 * random.uniform();
  for (double& count : kinds.chain.values()) count = 5 * random.uniform();
  kinds.validate();
  return kinds;
}

/// The columns of each factor of level 0 dealt into one cell or two.
inline std::vector<std::vector<std::size_t>> random_cells(Random& random,
                                                          const Hierarchy& hierarchy) {
  std::vector<std::vector<std::size_t>> result;
  const auto& level = hierarchy.levels.front();
  for (const auto& factor : level.factors) {
    const std::size_t first = result.size(), most = 1 + random.index(2);
    for (std::size_t i = 0; i < factor.modalities.size(); ++i) {
      if (i < most) result.emplace_back();
      result[first + (i < most ? i : random.index(std::min(most, factor.modalities.size())))]
          .push_back(level.modalities[factor.modalities[i]].source);
    }
  }
  return result;
}

/// Hard outcomes, some of which are missing.
inline Outcomes random_sequence(Random& random, const std::vector<std::size_t>& num_outcomes,
                                std::size_t steps, double missing) {
  Outcomes result(steps, num_outcomes.size());
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t g = 0; g < num_outcomes.size(); ++g)
      if (random.uniform() >= missing)
        result(t, g) = {static_cast<std::uint16_t>(random.index(num_outcomes[g])), 0};
  return result;
}

}  // namespace rgm::test
