#include <utility>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/inference/kinds_filter.h"
#include "rgm/inference/sequence_states.h"

namespace rgm {
namespace {

/// Draws from weights that do not fill the whole: what is left over goes to `otherwise`.
template <class Weights, class Otherwise>
std::size_t draw(Random& random, double total, const Weights& weights, Otherwise otherwise) {
  double at = random.uniform() * total;
  for (const auto& [index, weight] : weights) {
    if (at < weight) return index;
    at -= weight;
  }
  return otherwise();
}

/// All modalities of one factor in one state, [position in the group].
std::vector<std::size_t> draw_group(Random& random, const Likelihood& likelihood, std::size_t state,
                                    bool background) {
  std::vector<std::vector<std::pair<std::size_t, double>>> seen(likelihood.num_modalities());
  likelihood.for_each_count(
      state, [&](std::size_t g, std::size_t o, double a) { seen[g].emplace_back(o, a); });
  std::vector<std::size_t> result;
  for (std::size_t g = 0; g < seen.size(); ++g) {
    double total = 0;
    for (const auto& [o, a] : seen[g]) total += a;
    const bool observed = total > 0;
    if (background || !observed)
      total += likelihood.concentration(g) * static_cast<double>(likelihood.num_outcomes(g));
    result.push_back(draw(random, total, seen[g], [&]() -> std::size_t {
      if (!background && observed) return seen[g].back().first;  // rounding
      return random.index(likelihood.num_outcomes(g));
    }));
  }
  return result;
}

/// The next state under one path; without successors it stays.
std::size_t draw_next(Random& random, const Transition& transition, std::size_t state,
                      std::size_t path) {
  std::vector<std::pair<std::size_t, double>> next;
  double total = 0;
  if (!transition.empty()) next = transition.successors(state, path);
  for (const auto& [s, a] : next) total += a;
  if (total == 0) return state;
  return draw(random, total, next, [&] { return next.back().first; });
}

std::size_t draw_root(Random& random, const Hierarchy& hierarchy, std::size_t state,
                      bool background) {
  const auto& transition = hierarchy.root().transition;
  std::vector<std::pair<std::size_t, double>> next;
  double total = 0;
  if (!transition.empty())
    for (const auto& arc : transition.arcs(state)) {
      next.emplace_back(arc.next, arc.count);
      total += arc.count;
    }
  const bool observed = total > 0;
  const double restart = background || !observed ? hierarchy.restart_concentration : 0;
  if (total + restart == 0) return state;
  return draw(random, total + restart, next, [&] {
    return restart > 0 ? random.categorical(hierarchy.initial_state_counts) : next.back().first;
  });
}

/// Cuts cells from the states that they were drawn from, and draws them anew by their kinds, step
/// by step: each link by its chain, which begins linked.
void draw_cut_cells(Random& random, const Kinds& kinds, Outcomes& outcomes) {
  KindsFilter filter(kinds);
  std::vector<bool> cut(kinds.cells.size());
  std::vector<double> distribution;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    filter.begin_step();
    for (std::size_t c = 0; c < cut.size(); ++c) {
      if (random.uniform() < (cut[c] ? kinds.options.join() : kinds.options.cut()))
        cut[c] = !cut[c];
      for (const std::size_t g : kinds.cells[c]) {
        if (cut[c]) {
          filter.predict(g, distribution);
          outcomes(t, g) = {static_cast<std::uint16_t>(random.categorical(distribution)), 0};
        }
        filter.push(g, outcomes, t);
      }
    }
    filter.finish_step();
  }
}

}  // namespace

SequenceSample sample_sequence(const Hierarchy& hierarchy, std::size_t steps, Random& random,
                               const SequenceSampleOptions& options) {
  require(steps > 0, "sample_sequence: steps: expected at least 1, got 0");
  require(options.root_state < static_cast<int>(hierarchy.root().num_states()),
          "sample_sequence: root_state: expected below ", hierarchy.root().num_states(), ", got ",
          options.root_state);
  const std::size_t top = hierarchy.levels.size() - 1, length = hierarchy.episode_length();
  SequenceSample result{Outcomes(steps, hierarchy.num_modalities()), {}};
  auto& [states, paths, log_probability] = result.states;
  states.resize(top + 1);
  paths.resize(top + 1);
  std::size_t count = (steps + length - 1) / length;
  for (std::size_t n = top + 1; n-- > 0;) {
    if (n < top) count *= hierarchy.levels[n].time_scale;
    states[n] = paths[n] =
        std::vector(count, std::vector<std::size_t>(hierarchy.levels[n].factors.size()));
  }
  for (std::size_t k = 0; k < states[top].size(); ++k) {
    if (k > 0)
      states[top][k][0] = draw_root(random, hierarchy, states[top][k - 1][0], options.background);
    else
      states[top][k][0] = options.root_state >= 0
                              ? static_cast<std::size_t>(options.root_state)
                              : random.categorical(hierarchy.initial_state_counts);
  }
  for (std::size_t n = top + 1; n-- > 0;) {
    const auto& level = hierarchy.levels[n];
    for (std::size_t t = 0; t < states[n].size(); ++t)
      for (std::size_t f = 0; f < level.factors.size(); ++f) {
        const auto& factor = level.factors[f];
        if (n < top && t % level.time_scale > 0) {
          paths[n][t][f] = paths[n][t - 1][f];
          states[n][t][f] =
              draw_next(random, factor.transition, states[n][t - 1][f], paths[n][t][f]);
        }
        const auto drawn =
            draw_group(random, factor.likelihood, states[n][t][f], options.background);
        for (std::size_t g = 0; g < drawn.size(); ++g) {
          const auto& modality = level.modalities[factor.modalities[g]];
          if (modality.kind == Modality::Kind::kOutcome) {
            if (t < steps)
              result.outcomes(t, modality.source) = {static_cast<std::uint16_t>(drawn[g]), 0};
          } else {
            auto& below =
                modality.kind == Modality::Kind::kInitialState ? states[n - 1] : paths[n - 1];
            below[t * hierarchy.levels[n - 1].time_scale][modality.source] = drawn[g];
          }
        }
      }
  }
  if (options.background && !hierarchy.kinds.empty())
    draw_cut_cells(random, hierarchy.kinds, result.outcomes);
  return result;
}

}  // namespace rgm
