#include "rgm/structure/renormalise.h"

#include <numeric>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/structure/unique_states.h"

namespace rgm {
namespace {

/// Adds the outcomes of `item` to the counts of `state`, weights divided by `items_of_state`.
void add_outcomes(Factor& factor, const Outcomes& outcomes, std::size_t item, std::size_t state,
                  double items_of_state) {
  auto& counts = factor.likelihood.counts();
  for (std::size_t i = 0; i < factor.modalities.size(); ++i) {
    const std::size_t g = factor.modalities[i], row = factor.likelihood.offset(i);
    for_each_outcome_weight(
        outcomes, item, g, factor.likelihood.num_outcomes(i),
        [&](std::size_t o, double weight) { counts(row + o, state) += weight / items_of_state; });
  }
}

/// One factor with the unique states of its group; returns the state of every item.
UniqueStates add_factor(Level& level, const PlaceGroup& group, const Outcomes& outcomes,
                        std::span<const double> concentrations) {
  const auto states = unique_states(outcomes, group.members);
  Factor factor;
  factor.modalities = group.members;
  factor.location_row = group.location.row;
  factor.location_column = group.location.column;
  std::vector<std::size_t> num_outcomes;
  std::vector<double> prior;
  for (std::size_t g : group.members) {
    num_outcomes.push_back(level.modalities[g].num_outcomes);
    prior.push_back(concentrations[g]);
  }
  factor.likelihood = Likelihood(num_outcomes, prior, states.num_states());
  std::vector<double> items(states.num_states());
  for (std::size_t s : states.state_of_item) ++items[s];
  for (std::size_t i = 0; i < outcomes.items(); ++i)
    add_outcomes(factor, outcomes, i, states.state_of_item[i], items[states.state_of_item[i]]);
  level.factors.push_back(std::move(factor));
  return states;
}

void add_class_level(Hierarchy& hierarchy, std::span<const std::size_t> top_states,
                     std::span<const int> labels, std::size_t num_classes, double concentration) {
  const std::size_t states = hierarchy.root().num_states();
  Level level;
  level.modalities = {{Modality::Kind::kInitialState, 0, states}};
  Factor factor;
  factor.modalities = {0};
  factor.location_row = hierarchy.root().location_row;
  factor.location_column = hierarchy.root().location_column;
  factor.likelihood = Likelihood(
      std::vector{states}, std::vector{concentration / static_cast<double>(states)}, num_classes);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    require(labels[i] >= 0 && static_cast<std::size_t>(labels[i]) < num_classes,
            "renormalise: label of exemplar ", i, ": expected 0 to ", num_classes - 1, ", got ",
            labels[i]);
    factor.likelihood.counts()(top_states[i], static_cast<std::size_t>(labels[i])) += 1;
  }
  level.factors.push_back(std::move(factor));
  hierarchy.levels.push_back(std::move(level));
}

}  // namespace

Hierarchy renormalise(const Outcomes& exemplars, std::size_t num_outcomes,
                      std::span<const Location> locations, const RenormaliseOptions& options,
                      std::span<const int> labels, std::size_t num_classes) {
  require(exemplars.items() > 0, "renormalise: expected at least one exemplar, got none");
  require(locations.size() == exemplars.modalities(),
          "renormalise: locations: expected one for each of ", exemplars.modalities(),
          " modalities, got ", locations.size());
  require(labels.empty() || labels.size() == exemplars.items(),
          "renormalise: labels: expected one for each of ", exemplars.items(), " exemplars, got ",
          labels.size());

  Hierarchy hierarchy;
  Outcomes outcomes = exemplars;
  std::vector<Location> places(locations.begin(), locations.end());
  std::vector<std::size_t> root_states;
  while (hierarchy.levels.empty() || hierarchy.levels.back().factors.size() > 1) {
    Level level;
    std::vector<double> concentrations;
    for (std::size_t g = 0; g < outcomes.modalities(); ++g) {
      const bool lowest = hierarchy.levels.empty();
      const std::size_t count =
          lowest ? num_outcomes : hierarchy.levels.back().factors[g].num_states();
      level.modalities.push_back(
          {lowest ? Modality::Kind::kOutcome : Modality::Kind::kInitialState, g, count});
      concentrations.push_back(lowest ? options.outcome_concentration
                                      : options.state_concentration / static_cast<double>(count));
    }
    const auto groups = group_by_place(places);
    Outcomes states(outcomes.items(), groups.size());
    places.clear();
    for (std::size_t f = 0; f < groups.size(); ++f) {
      check_interruption();
      const auto unique = add_factor(level, groups[f], outcomes, concentrations);
      require(unique.num_states() <= Outcome::kMaxOutcomes, "renormalise: expected at most ",
              Outcome::kMaxOutcomes, " states a group, got ", unique.num_states());
      for (std::size_t i = 0; i < outcomes.items(); ++i)
        states(i, f) = {static_cast<std::uint16_t>(unique.state_of_item[i]), 0};
      places.push_back(groups[f].location);
      if (groups.size() == 1) root_states = unique.state_of_item;
    }
    hierarchy.levels.push_back(std::move(level));
    outcomes = std::move(states);
  }
  if (labels.empty()) {
    const std::size_t count = hierarchy.root().num_states();
    hierarchy.initial_state_counts.assign(count, 1.0 / static_cast<double>(count));
    for (std::size_t s : root_states) hierarchy.initial_state_counts[s] += 1;
  } else {
    add_class_level(hierarchy, root_states, labels, num_classes, options.class_concentration);
    hierarchy.initial_state_counts.assign(num_classes, 1.0 / static_cast<double>(num_classes));
    for (int label : labels) hierarchy.initial_state_counts[static_cast<std::size_t>(label)] += 1;
  }
  hierarchy.validate();
  return hierarchy;
}

}  // namespace rgm
