#include "sequence_structure_state.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "sequence_groups.h"

namespace rgm {
namespace {

/// What a step shows of some outcomes, a share of a count each; weights that were set by hand are
/// normalised.
void shares_of(const Outcomes& sequence, std::size_t t, std::span<const std::size_t> members,
               std::span<const std::size_t> num_outcomes, std::vector<Likelihood::Count>& shares) {
  shares.clear();
  for (std::size_t i = 0; i < members.size(); ++i) {
    double total = 1;
    if (sequence(t, members[i]).distribution()) {
      const auto weights = sequence.soft(t, members[i]);
      total = std::accumulate(weights.begin(), weights.end(), 0.0);
    }
    for_each_outcome_weight(
        sequence, t, members[i], num_outcomes[members[i]], [&](std::size_t o, double weight) {
          shares.push_back(
              {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(o), weight / total});
        });
  }
}

}  // namespace

void SequenceStructure::State::check(const Outcomes& sequence) const {
  require(sequence.modalities() == num_outcomes.size(), "SequenceStructure: sequence: expected ",
          num_outcomes.size(), " modalities, got ", sequence.modalities());
  require(sequence.items() > 0,
          "SequenceStructure: sequence: expected at least one step, got none");
  for (std::size_t t = 0; t < sequence.items(); ++t)
    for (std::size_t g = 0; g < sequence.modalities(); ++g)
      for_each_outcome_weight(sequence, t, g, num_outcomes[g], [](std::size_t, double) {});
}

bool SequenceStructure::State::is_last(std::size_t level, std::size_t steps) const {
  if (all_levels || groups.size() > level + 1) return groups.size() == level + 1;
  if (groups[level].size() > 1) return false;
  if (options.time_scale == 1 || level + 1 == options.max_levels) return true;
  if (level + 1 < options.min_levels) return false;
  if (options.max_levels == 0) return true;
  const auto above = static_cast<std::ptrdiff_t>(level);
  const std::size_t length = std::accumulate(time_scales.begin(), time_scales.begin() + above,
                                             options.time_scale, std::multiplies<>());
  return length >= steps;  // a level above would have a state at most
}

void SequenceStructure::State::add_level(const Outcomes& sequence, const Walk* below) {
  constexpr std::size_t kMostLevels = 16;  // of groups, however slowly they become fewer
  const std::size_t level = grown.hierarchy().levels.size();
  const std::size_t most =
      options.max_levels > 0 ? options.max_levels : std::max(options.min_levels, kMostLevels);
  const bool last = level + 1 == most;
  if (groups.size() == level) {
    if (below == nullptr) {
      groups.push_back(group_outcomes(streams, last, sequence, options));
    } else {
      groups.push_back(group_factors(grown.hierarchy().levels.back().factors, below->states,
                                     below->paths, leads_by_place(), last, options));
    }
  }
  if (time_scales.size() == level)
    time_scales.push_back(is_last(level, sequence.items()) ? 1 : options.time_scale);
  if (below != nullptr) {
    grown.add_level(groups[level], time_scales[level]);
    return;
  }
  std::vector<double> concentrations;
  for (const std::size_t outcomes : num_outcomes)
    concentrations.push_back(options.outcome_concentration / static_cast<double>(outcomes));
  grown.add_level(num_outcomes, concentrations, groups[level], time_scales[level]);
}

void SequenceStructure::State::find_states(const Outcomes& sequence, std::size_t factor,
                                           Walk& walk) {
  const auto& level = grown.hierarchy().levels[0];
  auto& likelihood = grown.hierarchy().levels[0].factors[factor].likelihood;
  std::vector<std::size_t> members;
  for (const std::size_t g : level.factors[factor].modalities)
    members.push_back(level.modalities[g].source);
  if (by_evidence() && evidence.size() == factor) evidence.emplace_back(likelihood);
  std::vector<Likelihood::Count> item;
  for (std::size_t t = 0; t < sequence.items(); ++t) {
    check_interruption();
    shares_of(sequence, t, members, num_outcomes, item);
    const std::size_t state = by_evidence() ? state_by_evidence(factor, item)
                                            : distinct_state(sequence, t, factor, members);
    walk.states(factor, t) = static_cast<std::uint32_t>(state);
    for (const auto& [g, outcome, weight] : item) likelihood.add(g, outcome, state, weight);
  }
}

std::size_t SequenceStructure::State::distinct_state(const Outcomes& sequence, std::size_t t,
                                                     std::size_t factor,
                                                     std::span<const std::size_t> members) {
  key.clear();
  for (const std::size_t g : members) append_rounded(key, sequence, t, g);
  return grown.find_or_add_state(0, factor, key);
}

std::size_t SequenceStructure::State::state_by_evidence(std::size_t factor,
                                                        std::span<const Likelihood::Count> item) {
  const bool may_add =
      grown.hierarchy().levels[0].factors[factor].num_states() < options.max_states;
  std::size_t state =
      evidence[factor].find(item, std::log(options.new_state_concentration), may_add);
  if (state == EvidenceStates::kNone) state = grown.add_state(0, factor);
  evidence[factor].add(item, state);
  return state;
}

/// The first state whose children begin in the states of `key`, whatever their paths; `kNone` if
/// there is none.
std::size_t SequenceStructure::State::begins_alike(std::size_t level, std::size_t factor) const {
  for (std::size_t s = 0; s < grown.hierarchy().levels[level].factors[factor].num_states(); ++s) {
    const auto known = grown.usual_joint_outcome(level, factor, s);
    bool alike = known.size() == key.size();
    for (std::size_t c = 0; c < key.size() && alike; c += 2) alike = known[c] == key[c];
    if (alike) return s;
  }
  return SequencePositions::kNone;
}

void SequenceStructure::State::find_states(std::size_t level, std::size_t factor, const Walk& below,
                                           Walk& walk) {
  for (std::size_t i = 0; i < walk.positions.count(); ++i) {
    check_interruption();
    const std::size_t at = below.positions.index_of(walk.positions.time_of(i));
    const auto& children = grown.children(level, factor);
    key.clear();
    for (const auto& child : children) {
      key.push_back(below.states(child.factor, at));
      key.push_back(below.paths(child.factor, at));
    }
    if (options.all_phases && walk.positions.incomplete(i)) {
      // The paths that would have followed are not known: any state that begins alike will do,
      // rather than a dead end.
      const std::size_t known = begins_alike(level, factor);
      if (known != SequencePositions::kNone) {
        walk.states(factor, i) = static_cast<std::uint32_t>(known);
        continue;
      }
    }
    const std::size_t state = grown.find_or_add_state(level, factor, key);
    walk.states(factor, i) = static_cast<std::uint32_t>(state);
    for (const auto& child : children) {
      grown.count_state(level, factor, state, child, below.states(child.factor, at), 1);
      grown.count_path(level, factor, state, child, below.paths(child.factor, at), 1);
    }
  }
}

void SequenceStructure::State::find_paths(std::size_t level, std::size_t factor,
                                          const SequencePositions& above, Walk& walk) {
  const std::size_t steps = grown.is_root(level) ? 2 : grown.hierarchy().levels[level].time_scale;
  if (steps == 1) return;
  std::vector<std::uint32_t> episode;
  for (std::size_t i = 0; i < walk.positions.count(); ++i) {
    check_interruption();
    episode.clear();
    for (std::size_t k = 0; k < steps; ++k) {
      const std::size_t at =
          walk.positions.index_of(walk.positions.time_of(i) + k * walk.positions.length());
      if (at == SequencePositions::kNone) break;
      episode.push_back(walk.states(factor, at));
    }
    const std::size_t path = grown.add_episode(level, factor, episode, 1, !options.paths);
    walk.paths(factor, i) = static_cast<std::uint32_t>(path);
    if (steps > 2 && above.index_of(walk.positions.time_of(i)) != SequencePositions::kNone)
      grown.begin_episode(level, factor, episode.front(), path);
  }
}

std::vector<std::uint32_t> SequenceStructure::State::learn(const Outcomes& sequence,
                                                           bool incomplete_end) {
  std::vector<Walk> walks;
  std::size_t length = 1;
  const auto& levels = grown.hierarchy().levels;
  const auto positions = [&](std::size_t episode) {
    return SequencePositions(sequence.items(), episode, options.all_phases,
                             incomplete_end || sequence.items() < episode);
  };
  for (std::size_t n = 0; n < groups.size() || n == 0 || !is_last(n - 1, sequence.items()); ++n) {
    const Walk* below = n == 0 ? nullptr : &walks.back();
    if (levels.size() == n) add_level(sequence, below);
    Walk walk{positions(length), {}, {}};
    length *= levels[n].time_scale;
    const auto above = positions(length);
    const std::size_t factors = levels[n].factors.size();
    walk.states = walk.paths = Matrix<std::uint32_t>(factors, walk.positions.count());
    for (std::size_t f = 0; f < factors; ++f) {
      if (below == nullptr)
        find_states(sequence, f, walk);
      else
        find_states(n, f, *below, walk);
      find_paths(n, f, above, walk);
    }
    grown.announce(n);
    walks.clear();
    walks.push_back(std::move(walk));
  }
  all_levels = true;
  const auto roots = walks.back().states.row(0);
  for (const std::uint32_t state : roots) grown.occupy(state, 1);
  grown.finish();
  return {roots.begin(), roots.end()};
}

std::optional<std::size_t> SequenceStructure::State::find(const Outcomes& sequence,
                                                          std::size_t first) const {
  const auto& levels = grown.hierarchy().levels;
  const std::size_t length = episode_length();
  JointKey words;
  // The states of a level's factors at its steps of the episode, [step][factor]; then those of the
  // level above.
  std::vector<std::vector<std::size_t>> below(length);
  for (std::size_t t = 0; t < length; ++t)
    for (std::size_t f = 0; f < levels[0].factors.size(); ++f) {
      words.clear();
      for (const std::size_t g : levels[0].factors[f].modalities)
        append_rounded(words, sequence, first + t, levels[0].modalities[g].source);
      below[t].push_back(grown.find_state(0, f, words));
      if (below[t].back() == GrowingHierarchy::kNone) return std::nullopt;
    }
  for (std::size_t n = 1; n < levels.size(); ++n) {
    const std::size_t steps = levels[n - 1].time_scale;
    std::vector<std::vector<std::size_t>> states(below.size() / steps);
    for (std::size_t t = 0; t < states.size(); ++t)
      for (std::size_t f = 0; f < levels[n].factors.size(); ++f) {
        words.clear();
        for (const auto& child : grown.children(n, f)) {
          const std::size_t state = below[t * steps][child.factor];
          const std::size_t path = steps == 1 ? 0
                                              : grown.find_path(n - 1, child.factor, state,
                                                                below[t * steps + 1][child.factor]);
          if (path == PathIndex::kNone) return std::nullopt;
          words.push_back(static_cast<std::uint32_t>(state));
          words.push_back(static_cast<std::uint32_t>(options.paths ? path : 0));
        }
        states[t].push_back(grown.find_state(n, f, words));
        if (states[t].back() == GrowingHierarchy::kNone) return std::nullopt;
      }
    below = std::move(states);
  }
  return below.front().front();
}

}  // namespace rgm
