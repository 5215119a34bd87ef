#include "rgm/inference/sample.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "rgm/base/error.h"

namespace rgm {
namespace {

/// Beliefs about the states of every factor of a level, [factor][state]; empty where there are
/// none.
using LevelBeliefs = std::vector<std::vector<double>>;

void require_still_images(const Hierarchy& hierarchy) {
  require(!hierarchy.levels.empty(), "sampling: hierarchy: expected at least one level, got none");
  for (std::size_t n = 0; n < hierarchy.levels.size(); ++n) {
    const auto& level = hierarchy.levels[n];
    require(level.time_scale == 1, "sampling: level ", n,
            ": expected episodes of one step (still images), got ", level.time_scale);
    for (const auto& factor : level.factors)
      require(factor.num_paths == 1, "sampling: level ", n,
              ": expected one path (still images), got ", factor.num_paths);
  }
}

/// The counts of modality g with a state, prior included, [outcome].
void read_column(const Likelihood& likelihood, std::size_t g, std::size_t s,
                 std::vector<double>& column) {
  if (likelihood.is_sparse()) {
    std::ranges::fill(column, likelihood.concentration(g));
    for (const auto& entry : likelihood.column(s))
      if (entry.modality == g) column[entry.outcome] += entry.count;
  } else {
    for (std::size_t o = 0; o < column.size(); ++o)
      column[o] = likelihood.counts()(likelihood.offset(g) + o, s) + likelihood.concentration(g);
  }
}

/// Σ_s A_g[·, s] beliefs[s], one column of A for each state that is believed in.
std::vector<double> predict(const Likelihood& likelihood, std::size_t g,
                            std::span<const double> beliefs) {
  const std::size_t count = likelihood.num_outcomes(g);
  std::vector<double> column(count), result(count);
  for (std::size_t s = 0; s < beliefs.size(); ++s) {
    if (beliefs[s] == 0) continue;
    read_column(likelihood, g, s, column);
    const double total = std::accumulate(column.begin(), column.end(), 0.0);
    for (std::size_t o = 0; o < count; ++o)
      result[o] += beliefs[s] * (total > 0 ? column[o] / total : 1.0 / static_cast<double>(count));
  }
  return result;
}

/// Predictions of a level's modalities, [modality.source]: the states of the factors below or the
/// outcomes of the codec.
LevelBeliefs predict(const Level& level, const LevelBeliefs& beliefs) {
  LevelBeliefs result(level.modalities.size());
  for (std::size_t f = 0; f < beliefs.size(); ++f) {
    const auto& factor = level.factors[f];
    if (beliefs[f].empty()) continue;
    for (std::size_t g = 0; g < factor.modalities.size(); ++g)
      result[level.modalities[factor.modalities[g]].source] =
          predict(factor.likelihood, g, beliefs[f]);
  }
  return result;
}

std::vector<double> one_hot(std::size_t size, std::size_t index) {
  std::vector<double> result(size);
  result[index] = 1;
  return result;
}

/// The state of a factor that does best under each state of its parent, [factor][parent state].
using Choices = std::vector<std::vector<std::size_t>>;

/// A level of max-product messages, up to a factor: from score(s) = ln max over all states below of
/// P(evidence below, states below | s) of the factors below that of the level's own,
///
///     score(p) = Σ_c max_s (ln A_c[s, p] + score_c(s)).
///
/// The maxima's places go to `choices`.
template <class FactorTable>
LevelBeliefs maximise_below(const std::vector<FactorTable>& level, const LevelBeliefs& score,
                            Choices& choices) {
  LevelBeliefs above;
  for (const auto& table : level) {
    std::vector<double> total(table.num_states);
    for (std::size_t c = 0; c < table.modalities.size(); ++c) {
      const std::size_t child = table.modalities[c];
      choices[child].resize(table.num_states);
      std::vector<double> most(table.num_states, -std::numeric_limits<double>::infinity());
      for (std::size_t s = 0; s < score[child].size(); ++s) {
        const auto row = table.probability.row(table.offsets[c] + s);
        for (std::size_t p = 0; p < most.size(); ++p) {
          const double joint = score[child][s] + std::log(static_cast<double>(row[p]));
          if (joint <= most[p]) continue;
          most[p] = joint;
          choices[child][p] = s;
        }
      }
      for (std::size_t p = 0; p < most.size(); ++p) total[p] += most[p];
    }
    above.push_back(std::move(total));
  }
  return above;
}

}  // namespace

TreeSample sample(const Hierarchy& hierarchy, Random& random, const SampleOptions& options) {
  require_still_images(hierarchy);
  const auto& prior = hierarchy.initial_state_counts;
  require(options.root_state < static_cast<int>(prior.size()),
          "sampling: root_state: expected below ", prior.size(), ", got ", options.root_state);
  TreeSample result;
  result.states.resize(hierarchy.levels.size());
  LevelBeliefs distributions{
      options.root_state < 0 ? prior
                             : one_hot(prior.size(), static_cast<std::size_t>(options.root_state))};
  for (std::size_t n = hierarchy.levels.size(); n-- > 0;) {
    for (auto& distribution : distributions) {
      result.states[n].push_back(random.categorical(distribution));
      distribution = one_hot(distribution.size(), result.states[n].back());
    }
    distributions = predict(hierarchy.levels[n], distributions);
  }
  for (const auto& distribution : distributions)
    result.outcomes.push_back({static_cast<std::uint16_t>(random.categorical(distribution)), 0});
  result.distributions = std::move(distributions);
  return result;
}

OutcomeDistributions expected_outcomes(const Hierarchy& hierarchy, std::size_t level,
                                       std::size_t factor, std::size_t state) {
  require_still_images(hierarchy);
  require(level < hierarchy.levels.size(), "expected_outcomes: level: expected below ",
          hierarchy.levels.size(), ", got ", level);
  const auto& factors = hierarchy.levels[level].factors;
  require(factor < factors.size(), "expected_outcomes: factor: expected below ", factors.size(),
          ", got ", factor);
  require(state < factors[factor].num_states(), "expected_outcomes: state: expected below ",
          factors[factor].num_states(), ", got ", state);
  LevelBeliefs beliefs(factors.size());
  beliefs[factor] = one_hot(factors[factor].num_states(), state);
  for (std::size_t n = level + 1; n-- > 0;) beliefs = predict(hierarchy.levels[n], beliefs);
  return beliefs;
}

template <class Real>
OutcomeDistributions expected_outcomes(const Hierarchy& hierarchy, const TreeBeliefs<Real>& beliefs,
                                       std::size_t item) {
  require_still_images(hierarchy);
  require(item < beliefs.items, "expected_outcomes: item: expected below ", beliefs.items, ", got ",
          item);
  const auto& factors = hierarchy.levels[0].factors;
  require(beliefs.levels.size() == hierarchy.levels.size() &&
              beliefs.levels[0].size() == factors.size(),
          "expected_outcomes: beliefs: expected those of this hierarchy");
  LevelBeliefs states(factors.size());
  for (std::size_t f = 0; f < factors.size(); ++f) {
    const auto& posterior = beliefs.levels[0][f].posterior;
    require(
        posterior.rows() == beliefs.items && posterior.cols() == factors[f].num_states(),
        "expected_outcomes: beliefs: expected posteriors of this hierarchy; run downward first");
    const auto weighted = posterior.row(item);
    const double weight = std::accumulate(weighted.begin(), weighted.end(), 0.0);
    require(weight != 0, "expected_outcomes: item ", item, ": expected a weight other than 0");
    for (Real p : weighted) states[f].push_back(static_cast<double>(p) / weight);
  }
  return predict(hierarchy.levels[0], states);
}

template <class Real>
TreeStates most_probable_states(const TreeTables<Real>& tables, const TreeBeliefs<Real>& beliefs,
                                std::size_t item, int root_state) {
  require(item < beliefs.items, "most_probable_states: item: expected below ", beliefs.items,
          ", got ", item);
  require(root_state < static_cast<int>(tables.root_prior().size()),
          "most_probable_states: root_state: expected below ", tables.root_prior().size(), ", got ",
          root_state);
  require(beliefs.levels.size() == tables.num_levels() &&
              beliefs.levels[0].size() == tables.level(0).size(),
          "most_probable_states: beliefs: expected those of these tables");
  LevelBeliefs score;
  for (const auto& factor : beliefs.levels[0]) {
    auto& logarithms = score.emplace_back();
    for (const Real x : factor.message.row(item))
      logarithms.push_back(std::log(static_cast<double>(x)));
  }
  std::vector<Choices> best;
  for (std::size_t n = 1; n < tables.num_levels(); ++n)
    score = maximise_below(tables.level(n), score, best.emplace_back(score.size()));
  auto& root = score.front();
  for (std::size_t s = 0; s < root.size(); ++s)
    root[s] += std::log(static_cast<double>(tables.root_prior()[s]));
  const auto likeliest =
      static_cast<std::size_t>(std::max_element(root.begin(), root.end()) - root.begin());

  TreeStates states(tables.num_levels());
  states.back() = {root_state < 0 ? likeliest : static_cast<std::size_t>(root_state)};
  for (std::size_t n = tables.num_levels() - 1; n > 0; --n) {
    states[n - 1].resize(tables.level(n - 1).size());
    for (std::size_t f = 0; f < tables.level(n).size(); ++f)
      for (std::size_t child : tables.level(n)[f].modalities)
        states[n - 1][child] = best[n - 1][child][states[n][f]];
  }
  return states;
}

#define RGM_INSTANTIATE(Real)                                                                 \
  template OutcomeDistributions expected_outcomes(const Hierarchy&, const TreeBeliefs<Real>&, \
                                                  std::size_t);                               \
  template TreeStates most_probable_states(const TreeTables<Real>&, const TreeBeliefs<Real>&, \
                                           std::size_t, int);
RGM_INSTANTIATE(float)
RGM_INSTANTIATE(double)
#undef RGM_INSTANTIATE

}  // namespace rgm
