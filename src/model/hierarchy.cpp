#include "rgm/model/hierarchy.h"

#include <string>

#include "rgm/base/error.h"
#include "rgm/model/counts.h"
#include "rgm/model/outcomes.h"

namespace rgm {
namespace {

void validate_factor(const Level& level, const Factor& factor, const std::string& name,
                     std::vector<int>& parents) {
  const auto& likelihood = factor.likelihood;
  require(!factor.modalities.empty(), name, ": modalities: expected at least one, got none");
  require(likelihood.num_modalities() == factor.modalities.size(), name, ": likelihood: expected ",
          factor.modalities.size(), " modalities, got ", likelihood.num_modalities());
  require(likelihood.num_states() > 0, name, ": expected at least one state, got none");
  for (std::size_t i = 0; i < factor.modalities.size(); ++i) {
    const std::size_t g = factor.modalities[i];
    require(g < level.modalities.size(), name, ": modality: expected below ",
            level.modalities.size(), ", got ", g);
    require(parents[g]++ == 0, name, ": modality ", g, " has two parents, expected one");
    require(likelihood.num_outcomes(i) == level.modalities[g].num_outcomes, name, ": modality ", g,
            ": expected ", level.modalities[g].num_outcomes, " outcomes, the likelihood has ",
            likelihood.num_outcomes(i));
  }
  likelihood.validate((name + ": likelihood_counts").c_str());
  require(factor.num_paths > 0, name, ": num_paths: expected at least 1, got 0");
  if (!factor.transition.empty())
    require(factor.transition.num_states() == factor.num_states() &&
                factor.transition.num_paths() == factor.num_paths,
            name, ": transition: expected ", factor.num_states(), " states and ", factor.num_paths,
            " paths, got ", factor.transition.num_states(), " and ", factor.transition.num_paths());
  require(level.time_scale == 1 || !factor.transition.empty(), name,
          ": transition: expected one, since the level's episodes have ", level.time_scale,
          " steps");
}

void validate_links(const Level& level, const Level* below, const std::string& name) {
  std::vector<int> states(below ? below->factors.size() : 0), paths(states),
      outcomes(level.modalities.size());
  for (std::size_t g = 0; g < level.modalities.size(); ++g) {
    const auto& modality = level.modalities[g];
    const bool outcome = modality.kind == Modality::Kind::kOutcome;
    require(outcome == (below == nullptr), name, ": modality ", g,
            ": only level 0 has, and must have, outcomes of the codec");
    if (outcome) {
      require(modality.num_outcomes <= Outcome::kMaxOutcomes, name, ": modality ", g,
              ": expected at most ", Outcome::kMaxOutcomes, " outcomes, got ",
              modality.num_outcomes);
      require(modality.source < outcomes.size(), name, ": modality ", g,
              ": source: expected below ", outcomes.size(), ", got ", modality.source);
      require(outcomes[modality.source]++ == 0, name, ": modality ", g, ": outcome ",
              modality.source, " of the codec has two modalities, expected one");
      continue;
    }
    require(modality.source < below->factors.size(), name, ": modality ", g,
            ": source: expected below ", below->factors.size(), ", got ", modality.source);
    const auto& child = below->factors[modality.source];
    const bool state = modality.kind == Modality::Kind::kInitialState;
    const std::size_t expected = state ? child.num_states() : child.num_paths;
    require(modality.num_outcomes == expected, name, ": modality ", g, ": expected ", expected,
            " outcomes, got ", modality.num_outcomes);
    require((state ? states : paths)[modality.source]++ == 0, name, ": modality ", g, ": factor ",
            modality.source, " of the level below has two parents, expected one");
  }
  for (std::size_t f = 0; f < states.size(); ++f) {
    require(states[f] == 1, name, ": factor ", f, " of the level below has no parent");
    require(paths[f] == (below->factors[f].num_paths > 1 ? 1 : 0), name, ": factor ", f,
            " of the level below: expected a path modality if and only if it has several paths");
  }
}

/// A child's initial state and path are evidence jointly, so they have one parent.
void validate_pairs(const Level& level, const std::string& name) {
  std::vector<std::size_t> parent_of_state(level.modalities.size()),
      parent_of_path(parent_of_state);
  for (std::size_t f = 0; f < level.factors.size(); ++f)
    for (std::size_t g : level.factors[f].modalities) {
      const auto& modality = level.modalities[g];
      if (modality.kind == Modality::Kind::kInitialState) parent_of_state[modality.source] = f;
      if (modality.kind == Modality::Kind::kInitialPath) parent_of_path[modality.source] = f;
    }
  for (const auto& modality : level.modalities)
    if (modality.kind == Modality::Kind::kInitialPath)
      require(parent_of_state[modality.source] == parent_of_path[modality.source], name,
              ": factor ", modality.source,
              " of the level below: expected one parent of its initial state and path, got two");
}

/// The outcomes that the tree knows, and cells of one parent each.
void validate_kinds(const Kinds& kinds, const Level& level) {
  kinds.validate();
  if (kinds.empty()) return;
  require(kinds.table_of.size() == level.modalities.size(), "kinds: expected ",
          level.modalities.size(), " columns, got ", kinds.table_of.size());
  std::vector<std::size_t> parents(level.modalities.size());
  for (std::size_t f = 0; f < level.factors.size(); ++f)
    for (const std::size_t g : level.factors[f].modalities) parents[level.modalities[g].source] = f;
  for (const auto& modality : level.modalities)
    require(kinds.frequencies[modality.source].size() == modality.num_outcomes, "kinds: column ",
            modality.source, ": expected ", modality.num_outcomes, " outcomes, got ",
            kinds.frequencies[modality.source].size());
  for (std::size_t c = 0; c < kinds.cells.size(); ++c)
    for (const std::size_t g : kinds.cells[c])
      require(parents[g] == parents[kinds.cells[c].front()], "kinds: cell ", c,
              ": expected columns with one parent, got two");
}

}  // namespace

std::size_t Hierarchy::num_parameters() const {
  std::size_t total = initial_state_counts.size();
  for (const auto& level : levels)
    for (const auto& factor : level.factors) total += factor.likelihood.num_parameters();
  return total;
}

std::size_t Hierarchy::episode_length() const {
  std::size_t length = 1;
  for (std::size_t n = 0; n + 1 < levels.size(); ++n) length *= levels[n].time_scale;
  return length;
}

void Hierarchy::validate() const {
  require(!levels.empty(), "hierarchy: levels: expected at least one, got none");
  for (std::size_t n = 0; n < levels.size(); ++n) {
    const auto& level = levels[n];
    const std::string name = "level " + std::to_string(n);
    require(level.time_scale > 0, name, ": time_scale: expected at least 1, got 0");
    validate_links(level, n > 0 ? &levels[n - 1] : nullptr, name);
    std::vector<int> parents(level.modalities.size());
    for (std::size_t f = 0; f < level.factors.size(); ++f)
      validate_factor(level, level.factors[f], name + ", factor " + std::to_string(f), parents);
    for (std::size_t g = 0; g < parents.size(); ++g)
      require(parents[g] == 1, name, ": modality ", g, " has no parent, expected one");
    validate_pairs(level, name);
  }
  require(levels.back().factors.size() == 1, "hierarchy: the last level: expected one factor, got ",
          levels.back().factors.size());
  require(levels.back().time_scale == 1, "hierarchy: the last level: time_scale: expected 1, got ",
          levels.back().time_scale);
  require(is_concentration(restart_concentration),
          "hierarchy: restart_concentration: expected 0 or ", kMinConcentration, " to ", kMaxCount,
          ", got ", restart_concentration);
  require(initial_state_counts.size() == root().num_states(),
          "hierarchy: initial_state_counts: expected ", root().num_states(), ", got ",
          initial_state_counts.size());
  double total = 0;
  for (double d : initial_state_counts) {
    require(is_count(d), "hierarchy: initial_state_counts: expected counts of 0 to ", kMaxCount,
            ", got ", d);
    total += d;
  }
  require(total > 0, "hierarchy: initial_state_counts: expected a count above 0, all are 0");
  validate_kinds(kinds, levels.front());
}

Hierarchy dense(Hierarchy hierarchy) {
  for (auto& level : hierarchy.levels)
    for (auto& factor : level.factors)
      if (factor.likelihood.is_sparse()) factor.likelihood = factor.likelihood.dense();
  return hierarchy;
}

}  // namespace rgm
