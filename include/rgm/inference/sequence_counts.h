#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "rgm/inference/sequence_tables.h"

namespace rgm {

/// Expected sufficient statistics of sequences: the counts that they add to every likelihood and
/// transition of a hierarchy.
struct SequenceCounts {
  struct FactorCounts {
    /// Expected joint counts of outcome and state, [state]: modality · 2³² + outcome → count.
    std::vector<std::unordered_map<std::uint64_t, double>> likelihood;
    std::vector<double> arcs;  ///< of every transition, in the order of the tables' arcs

    void add(std::size_t state, std::size_t modality, std::size_t outcome, double count) {
      likelihood[state][std::uint64_t{modality} << 32U | outcome] += count;
    }
  };

  /// Zero counts in the shape of the tables. Expected counts of at most `smallest` an episode are
  /// left out.
  explicit SequenceCounts(const SequenceTables& tables, double smallest = 0);

  /// Adds the counts of other sequences under the same tables.
  void add(const SequenceCounts& more);

  std::vector<std::vector<FactorCounts>> levels;  ///< [level][factor]
  std::vector<double> initial_states;             ///< of the root: starts and restarts, [state]
  std::vector<double> restarts;  ///< jumps of the root's chain out of a state, [state]
  double smallest = 0;
};

}  // namespace rgm
