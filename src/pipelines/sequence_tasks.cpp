#include "rgm/pipelines/sequence_tasks.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/inference/cell_smoother.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/inference/sequence_states.h"
#include "rgm/inference/smooth.h"
#include "rgm/learning/kinds_learning.h"

namespace rgm {

Outcomes generate_outcomes(const SequenceModel& model, std::size_t steps, std::uint64_t seed,
                           const SequenceGenerationOptions& options) {
  // A sample holds states and paths of every level, too, some 2^7 bytes a step and level.
  constexpr std::size_t kMaxStates = std::size_t{1} << 24;
  const std::size_t most = std::min(kMaxGeneratedOutcomes / num_outcomes(model.front_end).size(),
                                    kMaxStates / model.tree.levels.size());
  require(steps >= 1 && steps <= most, "generate: steps: expected 1 to ", most,
          ", for which there is room, got ", steps);
  Random random(seed);
  auto sample =
      sample_sequence(model.tree, steps, random, {options.root_state, options.background});
  return std::move(sample.outcomes);
}

void predict_outcomes(const SequenceModel& model, const Outcomes& past, std::size_t steps,
                      const TakeDistributions& take, const Progress& progress) {
  const SequenceTables tables(model.tree);
  SequenceFilter filter(tables, model.reading);
  for (std::size_t t = 0; t < past.items(); ++t) {
    filter.push(past, t);
    report(progress, "filtering", t + 1, past.items());
  }
  const Outcomes nothing(1, past.modalities());
  for (std::size_t t = 0; t < steps; ++t) {
    take(t, filter.predict());
    filter.push(nothing, 0);
    report(progress, "predicting", t + 1, steps);
  }
}

double complete_outcomes(const SequenceModel& model, const Outcomes& outcomes, bool reconstruct,
                         const TakeDistributions& take, const Progress& progress) {
  const SequenceTables tables(model.tree);
  std::optional<CellSmoother> cells;
  if (!tables.kinds().empty()) cells.emplace(tables, outcomes, model.reading);
  SmoothOptions options{model.reading};
  if (cells) options.gates = cells->gates();
  OutcomeDistributions distributions;
  return smooth(tables, outcomes, options, [&](std::size_t first, const Episode& episode) {
    for (std::size_t t = 0; t < tables.steps(0) && first + t < outcomes.items(); ++t) {
      const auto item = outcomes.item(first + t);
      if (reconstruct || std::ranges::any_of(item, &Outcome::missing))
        for (std::size_t f = 0; f < tables.level(0).size(); ++f)
          expected_outcomes(tables, f, episode.posterior(0, t, f), distributions);
      for (std::size_t f = 0; cells && f < tables.level(0).size(); ++f)
        cells->mix(first + t, f, episode.posterior(0, t, f), outcomes, distributions);
      distributions.resize(item.size());
      if (!reconstruct)
        for (std::size_t g = 0; g < item.size(); ++g)
          if (!item[g].missing()) distributions[g].clear();
      take(first + t, distributions);
    }
    report(progress, "completing", std::min(first + tables.steps(0), outcomes.items()),
           outcomes.items());
  });
}

void outcome_surprise(const SequenceModel& model, const Outcomes& outcomes,
                      const std::function<void(std::size_t, const OutcomeSurprise&)>& take,
                      const Progress& progress, bool learn_on) {
  SequenceTables tables(model.tree);
  SequenceFilter filter(tables, model.reading);
  std::optional<KindsLearner> learner;
  if (learn_on && !tables.kinds().empty()) learner.emplace(tables.kinds());
  OutcomeSurprise surprise;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    surprise.modalities = filter.log_predictive(outcomes, t);
    for (double& value : surprise.modalities) value = 0 - value;  // no −0
    surprise.step = 0 - filter.push(outcomes, t);
    if (learner) learner->add(outcomes, t);
    if (const auto* links = filter.links())
      surprise.cut.assign(links->beliefs().begin(), links->beliefs().end());
    take(t, surprise);
    report(progress, "surprise", t + 1, outcomes.items());
  }
}

}  // namespace rgm
