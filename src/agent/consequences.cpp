#include "rgm/agent/consequences.h"

#include <cmath>
#include <numeric>

namespace rgm {

ConsequencesOfAction::ConsequencesOfAction(const EnvironmentSpaces& spaces)
    : first_(spaces.first_modality("action")), actions_(spaces.actions.size()) {
  for (const std::size_t symbols : spaces.stream("action").num_symbols)
    counts_.emplace_back(symbols * actions_, symbols);
}

void ConsequencesOfAction::learn(std::span<const Symbol> observation, std::size_t action,
                                 std::span<const Symbol> next) {
  count(observation.subspan(first_, counts_.size()), action, next.subspan(first_, counts_.size()),
        1);
}

void ConsequencesOfAction::count(std::span<const Symbol> consequences, std::size_t action,
                                 std::span<const Symbol> next, double times) {
  for (std::size_t g = 0; g < counts_.size(); ++g)
    if (consequences[g] != kMissingSymbol && next[g] != kMissingSymbol)
      counts_[g](consequences[g] * actions_ + action, next[g]) += times;
}

double ConsequencesOfAction::log_probability(std::span<const Symbol> observation,
                                             std::size_t action,
                                             std::span<const Symbol> wanted) const {
  constexpr double kPriorCount = 1.0 / 16;
  double result = 0;
  for (std::size_t g = 0; g < counts_.size(); ++g) {
    const Symbol now = observation[first_ + g], then = wanted[first_ + g];
    if (now == kMissingSymbol || then == kMissingSymbol) continue;
    const auto row = counts_[g].row(now * actions_ + action);
    const double total = std::accumulate(row.begin(), row.end(), 0.0);
    result += std::log((row[then] + kPriorCount) /
                       (total + kPriorCount * static_cast<double>(row.size())));
  }
  return result;
}

}  // namespace rgm
