#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/env/environment.h"

namespace rgm {

/// What actions bring about in the stream "action", learnt by counting: P(next symbol | symbol,
/// action) of each of its modalities, whatever else happens. An agent's knowledge of its own body,
/// for explicit action.
class ConsequencesOfAction {
 public:
  explicit ConsequencesOfAction(const EnvironmentSpaces& spaces);

  /// Counts what followed an action; missing symbols say nothing.
  void learn(std::span<const Symbol> observation, std::size_t action, std::span<const Symbol> next);
  /// The same for the stream alone, so many times.
  void count(std::span<const Symbol> consequences, std::size_t action, std::span<const Symbol> next,
             double times);
  /// ln P(the symbols of `wanted` | observation, action), nats, with a prior count of 1/16 for
  /// every symbol.
  double log_probability(std::span<const Symbol> observation, std::size_t action,
                         std::span<const Symbol> wanted) const;

 private:
  std::size_t first_, actions_;
  std::vector<Matrix<double>> counts_;  // [modality]: [symbol · actions + action, next symbol]
};

}  // namespace rgm
