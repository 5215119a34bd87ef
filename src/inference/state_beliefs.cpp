#include "rgm/inference/state_beliefs.h"

#include <optional>

#include "rgm/inference/cell_smoother.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/inference/smooth.h"

namespace rgm {
namespace {

double filtered_beliefs(const SequenceTables& tables, const Outcomes& outcomes, SoftReading reading,
                        const TakeStateBeliefs& take) {
  SequenceFilter filter(tables, reading);
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    filter.push(outcomes, t);
    take(t, {filter.filtered(), t % tables.steps(0)});
  }
  return filter.log_evidence();
}

double smoothed_beliefs(const SequenceTables& tables, const Outcomes& outcomes, SoftReading reading,
                        const TakeStateBeliefs& take) {
  std::optional<CellSmoother> cells;
  if (!tables.kinds().empty()) cells.emplace(tables, outcomes, reading);
  SmoothOptions options{reading};
  if (cells) options.gates = cells->gates();
  return smooth(tables, outcomes, options, [&](std::size_t first, const Episode& episode) {
    for (std::size_t t = 0; t < tables.steps(0) && first + t < outcomes.items(); ++t)
      take(first + t, {episode, t});
  });
}

}  // namespace

double state_beliefs(const SequenceTables& tables, const Outcomes& outcomes, BeliefsGiven given,
                     SoftReading reading, const TakeStateBeliefs& take) {
  return given == BeliefsGiven::kPast ? filtered_beliefs(tables, outcomes, reading, take)
                                      : smoothed_beliefs(tables, outcomes, reading, take);
}

}  // namespace rgm
