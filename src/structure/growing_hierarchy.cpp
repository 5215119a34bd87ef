#include "growing_hierarchy.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"

namespace rgm {
namespace {

/// A likelihood of the same modalities and counts in sparse form, with as many more modalities as
/// there are `outcomes`.
Likelihood sparse_copy(const Likelihood& likelihood,
                       std::span<const std::size_t> more_outcomes = {},
                       std::span<const double> more_concentrations = {}) {
  std::vector<std::size_t> outcomes;
  std::vector<double> concentrations;
  for (std::size_t g = 0; g < likelihood.num_modalities(); ++g) {
    outcomes.push_back(likelihood.num_outcomes(g));
    concentrations.push_back(likelihood.concentration(g));
  }
  outcomes.insert(outcomes.end(), more_outcomes.begin(), more_outcomes.end());
  concentrations.insert(concentrations.end(), more_concentrations.begin(),
                        more_concentrations.end());
  auto result = Likelihood::sparse(outcomes, concentrations, likelihood.num_states());
  for (std::size_t s = 0; s < likelihood.num_states(); ++s)
    likelihood.for_each_count(
        s, [&](std::size_t g, std::size_t o, double count) { result.add(g, o, s, count); });
  return result;
}

/// The outcome of a modality that most counts of a column are of, the first of equals; `kNone` if
/// it has none.
std::size_t usual_outcome(std::span<const Likelihood::Count> column, std::size_t modality) {
  std::size_t result = GrowingHierarchy::kNone;
  double most = 0;
  for (const auto& entry : column)
    if (entry.modality == modality && entry.count > most) {
      most = entry.count;
      result = entry.outcome;
    }
  return result;
}

/// The rounded joint outcome of a column of level 0.
JointKey rounded_column(const Likelihood& likelihood, std::size_t state) {
  JointKey key;
  const auto column = likelihood.column(state);
  auto entry = column.begin();
  for (std::size_t g = 0; g < likelihood.num_modalities(); ++g) {
    std::vector<OutcomeShare> shares;
    double total = 0;
    for (; entry != column.end() && entry->modality == g; ++entry) {
      shares.push_back({entry->outcome, entry->count});
      total += entry->count;
    }
    for (auto& share : shares) share.probability /= total;
    append_rounded(key, shares);
  }
  return key;
}

/// Counts that are whole but for rounding are whole, so that going on gives what going on at once
/// would have given.
double whole_if_nearly(double count) {
  const double whole = std::round(count);
  return std::abs(count - whole) < 1e-9 * std::max(1.0, whole) ? whole : count;
}

}  // namespace

GrowingHierarchy::GrowingHierarchy(const Hierarchy& hierarchy, Concentrations concentrations)
    : concentrations_(concentrations), hierarchy_(hierarchy) {
  hierarchy_.validate();
  for (std::size_t n = 0; n < hierarchy_.levels.size(); ++n) {
    auto& factors = hierarchy_.levels[n].factors;
    index_.emplace_back(factors.size());
    for (auto& factor : factors)
      if (!factor.likelihood.is_sparse()) factor.likelihood = sparse_copy(factor.likelihood);
    index_children(n);
    for (std::size_t f = 0; f < factors.size(); ++f) {
      for (std::size_t s = 0; s < factors[f].num_states(); ++s)
        index_[n][f].states.try_add(usual_joint_outcome(n, f, s),
                                    s);  // of two that look alike the first is found
      index_[n][f].paths = PathIndex(factors[f].transition);
    }
    index_episodes(n);
  }
  const auto& initial = hierarchy_.initial_state_counts;
  for (const double count : initial)
    occupancy_.push_back(
        whole_if_nearly(std::max(0.0, count - 1 / static_cast<double>(initial.size()))));
}

void GrowingHierarchy::index_children(std::size_t level) {
  if (level == 0) return;
  for (std::size_t f = 0; f < index_[level].size(); ++f) {
    const auto& members = hierarchy_.levels[level].factors[f].modalities;
    auto& children = index_[level][f].children;
    for (std::size_t i = 0; i < members.size(); ++i) {
      const auto& modality = hierarchy_.levels[level].modalities[members[i]];
      if (modality.kind == Modality::Kind::kInitialState)
        children.push_back({modality.source, i, kNone});
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      const auto& modality = hierarchy_.levels[level].modalities[members[i]];
      if (modality.kind != Modality::Kind::kInitialPath) continue;
      std::ranges::find(children, modality.source, &Child::factor)->path_modality = i;
    }
  }
}

/// The episodes of the level below begin as this level's states say.
void GrowingHierarchy::index_episodes(std::size_t level) {
  if (level == 0 || hierarchy_.levels[level - 1].time_scale <= 2) return;
  for (std::size_t f = 0; f < index_[level].size(); ++f)
    for (std::size_t s = 0; s < hierarchy_.levels[level].factors[f].num_states(); ++s) {
      const auto key = usual_joint_outcome(level, f, s);
      for (std::size_t i = 0; i < index_[level][f].children.size(); ++i)
        begin_episode(level - 1, index_[level][f].children[i].factor, key[2 * i], key[2 * i + 1]);
    }
}

JointKey GrowingHierarchy::usual_joint_outcome(std::size_t level, std::size_t factor,
                                               std::size_t state) const {
  const auto& likelihood = hierarchy_.levels[level].factors[factor].likelihood;
  if (level == 0) return rounded_column(likelihood, state);
  JointKey key;
  const auto column = likelihood.column(state);
  for (const auto& child : index_[level][factor].children) {
    key.push_back(static_cast<std::uint32_t>(usual_outcome(column, child.state_modality)));
    const std::size_t path =
        child.path_modality == kNone ? 0 : usual_outcome(column, child.path_modality);
    key.push_back(static_cast<std::uint32_t>(path));
  }
  return key;
}

void GrowingHierarchy::add_level(std::span<const std::size_t> num_outcomes,
                                 std::span<const double> concentrations,
                                 std::span<const Group> groups, std::size_t time_scale) {
  Level level;
  level.time_scale = time_scale;
  for (std::size_t g = 0; g < num_outcomes.size(); ++g)
    level.modalities.push_back({Modality::Kind::kOutcome, g, num_outcomes[g]});
  for (const auto& group : groups) {
    Factor factor;
    factor.modalities = group.members;
    factor.location_row = group.location_row;
    factor.location_column = group.location_column;
    factor.stream = group.stream;
    std::vector<std::size_t> outcomes;
    std::vector<double> prior;
    for (const std::size_t g : group.members) {
      outcomes.push_back(num_outcomes[g]);
      prior.push_back(concentrations[g]);
    }
    factor.likelihood = Likelihood::sparse(outcomes, prior);
    level.factors.push_back(std::move(factor));
  }
  hierarchy_.levels.push_back(std::move(level));
  index_.emplace_back(groups.size());
}

void GrowingHierarchy::add_level(std::span<const Group> groups, std::size_t time_scale) {
  const auto& below = hierarchy_.levels.back().factors;
  Level level;
  level.time_scale = time_scale;
  for (const auto& group : groups) {
    Factor factor;
    factor.location_row = group.location_row;
    factor.location_column = group.location_column;
    factor.stream = group.stream;
    std::vector<std::size_t> outcomes;
    std::vector<double> prior;
    const auto add = [&](Modality::Kind kind, std::size_t child, std::size_t count,
                         double concentration) {
      factor.modalities.push_back(level.modalities.size());
      level.modalities.push_back({kind, child, count});
      outcomes.push_back(count);
      prior.push_back(concentration / static_cast<double>(count));
    };
    for (const std::size_t child : group.members) {
      add(Modality::Kind::kInitialState, child, below[child].num_states(), concentrations_.state);
      if (below[child].num_paths > 1)
        add(Modality::Kind::kInitialPath, child, below[child].num_paths, concentrations_.path);
    }
    factor.likelihood = Likelihood::sparse(outcomes, prior);
    level.factors.push_back(std::move(factor));
  }
  hierarchy_.levels.push_back(std::move(level));
  index_.emplace_back(groups.size());
  index_children(hierarchy_.levels.size() - 1);
}

bool GrowingHierarchy::is_root(std::size_t level) const {
  const auto& last = hierarchy_.levels.back();
  return level + 1 == hierarchy_.levels.size() && last.factors.size() == 1 && last.time_scale == 1;
}

std::size_t GrowingHierarchy::find_or_add_state(std::size_t level, std::size_t factor,
                                                std::span<const std::uint32_t> key) {
  auto& likelihood = hierarchy_.levels[level].factors[factor].likelihood;
  const auto [state, is_new] = index_[level][factor].states.try_add(key, likelihood.num_states());
  if (is_new) add_state(level, factor);
  return state;
}

std::size_t GrowingHierarchy::add_state(std::size_t level, std::size_t factor) {
  return hierarchy_.levels[level].factors[factor].likelihood.append_state();
}

void GrowingHierarchy::count_state(std::size_t level, std::size_t factor, std::size_t state,
                                   const Child& child, std::size_t child_state, double count) {
  hierarchy_.levels[level].factors[factor].likelihood.add(child.state_modality, child_state, state,
                                                          count);
}

void GrowingHierarchy::count_path(std::size_t level, std::size_t factor, std::size_t state,
                                  const Child& child, std::size_t child_path, double count) {
  if (child.path_modality == kNone) return;
  hierarchy_.levels[level].factors[factor].likelihood.add(child.path_modality, child_path, state,
                                                          count);
}

std::size_t GrowingHierarchy::add_episode(std::size_t level, std::size_t factor,
                                          std::span<const std::uint32_t> episode, double count,
                                          bool one_path) {
  auto& grown = hierarchy_.levels[level].factors[factor];
  if (grown.transition.num_states() < grown.num_states())
    grown.transition.grow(grown.num_states(),
                          std::max<std::size_t>(1, grown.transition.num_paths()));
  const std::size_t path =
      index_[level][factor].paths.add(grown.transition, episode, count, one_path);
  grown.num_paths = grown.transition.num_paths();
  return path;
}

void GrowingHierarchy::begin_episode(std::size_t level, std::size_t factor, std::size_t state,
                                     std::size_t path) {
  index_[level][factor].paths.begin(state, path);
}

void GrowingHierarchy::occupy(std::size_t state, double count) {
  if (occupancy_.size() <= state) occupancy_.resize(state + 1);
  occupancy_[state] += count;
  occupied_.push_back(state);
}

void GrowingHierarchy::grow_modality(Level& level, Factor& parent, std::size_t modality,
                                     std::size_t outcomes, double concentration) {
  if (parent.likelihood.num_outcomes(modality) == outcomes) return;
  parent.likelihood.grow_outcomes(modality, outcomes);
  parent.likelihood.set_concentration(modality, concentration / static_cast<double>(outcomes));
  level.modalities[parent.modalities[modality]].num_outcomes = outcomes;
}

void GrowingHierarchy::add_path_modality(std::size_t level, std::size_t factor, Child& child) {
  auto& above = hierarchy_.levels[level];
  auto& parent = above.factors[factor];
  const std::size_t paths = hierarchy_.levels[level - 1].factors[child.factor].num_paths;
  const double concentration = concentrations_.path / static_cast<double>(paths);
  child.path_modality = parent.modalities.size();
  parent.modalities.push_back(above.modalities.size());
  above.modalities.push_back({Modality::Kind::kInitialPath, child.factor, paths});
  auto grown = sparse_copy(parent.likelihood, std::span(&paths, 1), std::span(&concentration, 1));
  for (std::size_t s = 0; s < grown.num_states(); ++s) {
    double seen = 0;
    for (const auto& entry : parent.likelihood.column(s))
      if (entry.modality == child.state_modality) seen += entry.count;
    if (seen > 0) grown.add(child.path_modality, 0, s, seen);
  }
  parent.likelihood = std::move(grown);
}

void GrowingHierarchy::announce(std::size_t level) {
  auto& current = hierarchy_.levels[level];
  if (current.time_scale > 1 || is_root(level))
    for (auto& factor : current.factors)
      factor.transition.grow(factor.num_states(), factor.num_paths);
  if (level + 1 == hierarchy_.levels.size()) return;
  auto& above = hierarchy_.levels[level + 1];
  for (std::size_t f = 0; f < above.factors.size(); ++f)
    for (auto& child : index_[level + 1][f].children) {
      const auto& below = current.factors[child.factor];
      grow_modality(above, above.factors[f], child.state_modality, below.num_states(),
                    concentrations_.state);
      if (child.path_modality != kNone)
        grow_modality(above, above.factors[f], child.path_modality, below.num_paths,
                      concentrations_.path);
      else if (below.num_paths > 1)
        add_path_modality(level + 1, f, child);
    }
}

void GrowingHierarchy::finish() {
  auto& initial = hierarchy_.initial_state_counts;
  const std::size_t states = hierarchy_.root().num_states();
  const double share = 1 / static_cast<double>(states);
  occupancy_.resize(states);
  if (initial.size() != states) {
    initial.resize(states);
    for (std::size_t s = 0; s < states; ++s) initial[s] = occupancy_[s] + share;
  } else {
    for (const std::size_t s : occupied_) initial[s] = occupancy_[s] + share;
  }
  occupied_.clear();
}

}  // namespace rgm
