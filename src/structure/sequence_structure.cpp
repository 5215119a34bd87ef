#include "rgm/structure/sequence_structure.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "growing_hierarchy.h"
#include "rgm/base/error.h"
#include "sequence_structure_state.h"

namespace rgm {
namespace {

void check_options(const SequenceStructureOptions& options) {
  const auto at_least_1 = [](std::size_t value, const char* name) {
    require(value >= 1, "SequenceStructure: ", name, ": expected at least 1, got ", value);
  };
  at_least_1(options.time_scale, "time_scale");
  at_least_1(options.min_levels, "min_levels");
  require(options.max_levels == 0 || options.max_levels >= options.min_levels,
          "SequenceStructure: max_levels: expected 0, or at least min_levels, ", options.min_levels,
          ", got ", options.max_levels);
  at_least_1(options.group_size, "group_size");
  at_least_1(options.max_states, "max_states");
  require(options.new_state_concentration > 0,
          "SequenceStructure: new_state_concentration: expected above 0, got ",
          options.new_state_concentration);
  require(
      std::isinf(options.new_state_concentration) || options.outcome_concentration > 0,
      "SequenceStructure: outcome_concentration: expected above 0, since states are found by evidence, got ",
      options.outcome_concentration);
  const auto not_negative = [](double value, const char* name) {
    require(std::isfinite(value) && value >= 0, "SequenceStructure: ", name,
            ": expected a finite value of at least 0, got ", value);
  };
  not_negative(options.outcome_concentration, "outcome_concentration");
  not_negative(options.state_concentration, "state_concentration");
  not_negative(options.path_concentration, "path_concentration");
  not_negative(options.restart_concentration, "restart_concentration");
}

void check_streams(std::size_t num_outcomes, std::span<const Stream> streams,
                   const SequenceStructureOptions& options) {
  std::vector<int> seen(num_outcomes);
  require(!streams.empty(), "SequenceStructure: streams: expected at least one, got none");
  require(streams.size() == 1 || options.max_levels != 1,
          "SequenceStructure: max_levels: expected 0 or at least 2, since ", streams.size() - 1,
          " streams trail, got 1");
  for (std::size_t s = 0; s < streams.size(); ++s) {
    const auto& [modalities, locations, per_place, distance] = streams[s];
    require(!modalities.empty(), "SequenceStructure: stream ", s,
            ": expected at least one modality, got none");
    require(locations.empty() || locations.size() == modalities.size(),
            "SequenceStructure: stream ", s, ": locations: expected one for each of ",
            modalities.size(), " modalities, got ", locations.size());
    require(per_place >= 1 && modalities.size() % per_place == 0, "SequenceStructure: stream ", s,
            ": modalities_per_place: expected a divisor of ", modalities.size(), ", got ",
            per_place);
    require(distance == 0 || (distance > 0 && !locations.empty()), "SequenceStructure: stream ", s,
            ": neighbour_distance: expected 0, or more and locations, got ", distance);
    for (const std::size_t g : modalities) {
      require(g < num_outcomes, "SequenceStructure: stream ", s, ": modality: expected below ",
              num_outcomes, ", got ", g);
      require(seen[g]++ == 0, "SequenceStructure: stream ", s, ": modality ", g,
              " is in two places, expected one");
    }
  }
  for (std::size_t g = 0; g < num_outcomes; ++g)
    require(seen[g] == 1, "SequenceStructure: streams: modality ", g, " is in none, expected one");
}

std::vector<Stream> one_stream(std::vector<Location> locations, std::size_t num_outcomes) {
  require(locations.size() == num_outcomes,
          "SequenceStructure: locations: expected one for each of ", num_outcomes,
          " modalities, got ", locations.size());
  std::vector<std::size_t> all(num_outcomes);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return {Stream{std::move(all), std::move(locations), 1}};
}

GrowingHierarchy empty_hierarchy(const SequenceStructureOptions& options) {
  GrowingHierarchy result({options.state_concentration, options.path_concentration});
  result.hierarchy().restart_concentration = options.restart_concentration;
  return result;
}

}  // namespace

SequenceStructure::SequenceStructure(const std::vector<std::size_t>& num_outcomes,
                                     std::vector<Location> locations,
                                     const SequenceStructureOptions& options)
    : SequenceStructure(num_outcomes, one_stream(std::move(locations), num_outcomes.size()),
                        options) {}

SequenceStructure::SequenceStructure(std::vector<std::size_t> num_outcomes,
                                     std::vector<Stream> streams,
                                     const SequenceStructureOptions& options)
    : state_(new State(options, empty_hierarchy(options))) {
  check_options(options);
  check_streams(num_outcomes.size(), streams, options);
  for (std::size_t g = 0; g < num_outcomes.size(); ++g)
    require(num_outcomes[g] >= 1 && num_outcomes[g] <= Outcome::kMaxOutcomes,
            "SequenceStructure: num_outcomes: modality ", g, ": expected 1 to ",
            Outcome::kMaxOutcomes, ", got ", num_outcomes[g]);
  state_->num_outcomes = std::move(num_outcomes);
  state_->streams = std::move(streams);
}

SequenceStructure::SequenceStructure(const Hierarchy& hierarchy,
                                     const SequenceStructureOptions& options)
    : state_(new State(options, GrowingHierarchy(hierarchy, {options.state_concentration,
                                                             options.path_concentration}))) {
  check_options(options);
  const auto& modalities = hierarchy.levels.front().modalities;
  state_->all_levels = true;
  state_->num_outcomes.resize(modalities.size());
  for (const auto& modality : modalities)
    state_->num_outcomes[modality.source] = modality.num_outcomes;
  for (const auto& level : hierarchy.levels) {
    auto& groups = state_->groups.emplace_back();
    state_->time_scales.push_back(level.time_scale);
    for (const auto& factor : level.factors) {
      groups.push_back({{}, factor.location_row, factor.location_column, factor.stream});
      for (const std::size_t g : factor.modalities)
        if (level.modalities[g].kind != Modality::Kind::kInitialPath)
          groups.back().members.push_back(level.modalities[g].source);
    }
  }
}

SequenceStructure::SequenceStructure(SequenceStructure&&) noexcept = default;
SequenceStructure& SequenceStructure::operator=(SequenceStructure&&) noexcept = default;
SequenceStructure::~SequenceStructure() = default;

std::vector<std::uint32_t> SequenceStructure::add(const Outcomes& sequence) {
  state_->check(sequence);
  const bool known = !state_->groups.empty(), all_phases = state_->options.all_phases;
  auto roots = state_->learn(sequence, state_->options.incomplete_ends || !all_phases ||
                                           (known && sequence.items() < state_->episode_length()));
  if (known || !all_phases || sequence.items() >= state_->episode_length()) return roots;
  // Only now it is known that the sequence does not fill an episode: once more, with the groups
  // that were found.
  forget();
  return state_->learn(sequence, true);
}

std::optional<std::size_t> SequenceStructure::find(const Outcomes& sequence,
                                                   std::size_t first) const {
  require(!state_->by_evidence(),
          "SequenceStructure: find: expected states that are distinct joint outcomes");
  for (const std::size_t scale : state_->time_scales)
    require(scale <= 2, "SequenceStructure: find: expected episodes of at most two steps, got ",
            scale);
  if (state_->grown.hierarchy().levels.empty()) return std::nullopt;
  require(sequence.modalities() == state_->num_outcomes.size(),
          "SequenceStructure: sequence: expected ", state_->num_outcomes.size(),
          " modalities, got ", sequence.modalities());
  require(first + state_->episode_length() <= sequence.items(),
          "SequenceStructure: find: expected ", state_->episode_length(), " steps from ", first,
          ", got ", sequence.items() - std::min(first, sequence.items()));
  return state_->find(sequence, first);
}

void SequenceStructure::forget() {
  state_->grown = empty_hierarchy(state_->options);
  state_->evidence.clear();
}

const Hierarchy& SequenceStructure::hierarchy() const {
  require(!state_->grown.hierarchy().levels.empty(),
          "SequenceStructure: hierarchy: expected a sequence before, got none");
  return state_->grown.hierarchy();
}

Hierarchy grow_from_sequences(std::span<const Outcomes> sequences,
                              const std::vector<std::size_t>& num_outcomes,
                              std::vector<Location> locations,
                              const SequenceStructureOptions& options) {
  require(!sequences.empty(), "grow_from_sequences: expected at least one sequence, got none");
  SequenceStructure structure(num_outcomes, std::move(locations), options);
  for (const auto& sequence : sequences) structure.add(sequence);
  return structure.hierarchy();
}

}  // namespace rgm
