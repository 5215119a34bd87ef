#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/base/random.h"
#include "rgm/inference/tree.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"

// Random small hierarchies of still images, random evidence about them, and the enumeration of
// their joint distribution: what exact inference, sampling and learning are compared with.

namespace rgm::test {

/// Bounds of a random hierarchy. The defaults give at most 4^7 joint states, which enumerate in a
/// millisecond or so.
struct TreeShape {
  std::size_t min_levels = 1, max_levels = 3;
  std::size_t max_bottom_factors =
      4;  ///< factors of level 0; above it at most half as many a level, one at the top
  std::size_t max_group =
      3;  ///< outcome modalities that a factor of level 0 has on average, at most
  std::size_t min_states = 2, max_states = 4;
  std::size_t min_outcomes = 2, max_outcomes = 5;
  double structural_zeros = 0;  ///< probability that a modality has concentration 0
};

/// A uniform integer in [low, high].
inline std::size_t between(Random& random, std::size_t low, std::size_t high) {
  return low + random.index(high - low + 1);
}

/// 0 … n − 1 in random order.
inline std::vector<std::size_t> shuffled(Random& random, std::size_t n) {
  return random.choose(n, n);
}

/// A valid hierarchy of random shape: groups and sources in random order, about half of the counts
/// zero.
inline Hierarchy random_tree(Random& random, const TreeShape& shape = {}) {
  Hierarchy hierarchy;
  const std::size_t levels = between(random, shape.min_levels, shape.max_levels);
  std::size_t num_factors = levels == 1 ? 1 : between(random, 1, shape.max_bottom_factors);
  for (std::size_t n = 0; n < levels; ++n) {
    if (n > 0) num_factors = n + 1 == levels ? 1 : between(random, 1, (num_factors + 1) / 2);
    Level level;
    const Level* below = n > 0 ? &hierarchy.levels.back() : nullptr;
    const std::size_t num_modalities =
        below ? below->factors.size() : between(random, num_factors, shape.max_group * num_factors);
    for (std::size_t source : shuffled(random, num_modalities)) {
      const std::size_t outcomes = below ? below->factors[source].num_states()
                                         : between(random, shape.min_outcomes, shape.max_outcomes);
      level.modalities.push_back(
          {below ? Modality::Kind::kInitialState : Modality::Kind::kOutcome, source, outcomes});
    }
    level.factors.resize(num_factors);
    const auto order = shuffled(random, num_modalities);
    for (std::size_t i = 0; i < num_modalities;
         ++i)  // the first ones go round, so that no factor stays without a group
      level.factors[i < num_factors ? i : random.index(num_factors)].modalities.push_back(order[i]);
    for (auto& factor : level.factors) {
      std::vector<std::size_t> outcomes;
      std::vector<double> concentrations;
      for (std::size_t g : factor.modalities) {
        outcomes.push_back(level.modalities[g].num_outcomes);
        concentrations.push_back(
            random.uniform() < shape.structural_zeros ? 0.0 : 0.05 + 0.5 * random.uniform());
      }
      factor.likelihood =
          Likelihood(outcomes, concentrations, between(random, shape.min_states, shape.max_states));
      for (double& a : factor.likelihood.counts().values())
        a = random.uniform() < 0.5 ? 0.0 : -4.0 * std::log1p(-random.uniform());
    }
    hierarchy.levels.push_back(std::move(level));
  }
  for (std::size_t s = 0; s < hierarchy.root().num_states(); ++s)
    hierarchy.initial_state_counts.push_back(0.1 + random.uniform());
  hierarchy.validate();
  return hierarchy;
}

/// The same model, its likelihoods in the sparse form.
inline Hierarchy sparse(Hierarchy hierarchy) {
  for (auto& level : hierarchy.levels)
    for (auto& factor : level.factors) {
      const auto& from = factor.likelihood;
      std::vector<std::size_t> outcomes;
      std::vector<double> concentrations;
      for (std::size_t g = 0; g < from.num_modalities(); ++g) {
        outcomes.push_back(from.num_outcomes(g));
        concentrations.push_back(from.concentration(g));
      }
      auto to = Likelihood::sparse(outcomes, concentrations, from.num_states());
      for (std::size_t s = 0; s < from.num_states(); ++s)
        from.for_each_count(
            s, [&](std::size_t g, std::size_t o, double count) { to.add(g, o, s, count); });
      factor.likelihood = std::move(to);
    }
  return hierarchy;
}

/// Two groups of `modalities` binary outcomes that the two states of a factor each show with the
/// odds 10^4 : 1, and a root whose state says both factors' states for certain. If the groups show
/// the outcomes of different states, every message of level 0 rules out what the other demands by
/// 10^(4 modalities): possible, though out of the range of small numbers.
inline Hierarchy contradicted_tree(std::size_t modalities) {
  Hierarchy hierarchy;
  hierarchy.levels.resize(2);
  const std::vector<std::size_t> twos(modalities, 2), two(2, 2);
  Factor root;
  root.likelihood = Likelihood(two, std::vector<double>{0, 0}, 2);
  for (std::size_t f = 0; f < 2; ++f) {
    Factor factor;
    factor.likelihood = Likelihood(twos, std::vector<double>(modalities, 1e-4), 2);
    for (std::size_t g = 0; g < modalities; ++g) {
      factor.modalities.push_back(f * modalities + g);
      hierarchy.levels[0].modalities.push_back({Modality::Kind::kOutcome, f * modalities + g, 2});
      for (std::size_t s = 0; s < 2; ++s) factor.likelihood.add(g, s, s, 1);
    }
    hierarchy.levels[0].factors.push_back(factor);
    hierarchy.levels[1].modalities.push_back({Modality::Kind::kInitialState, f, 2});
    root.modalities.push_back(f);
    for (std::size_t s = 0; s < 2; ++s) root.likelihood.add(f, s, s, 1);
  }
  hierarchy.levels[1].factors = {root};
  hierarchy.initial_state_counts = {1, 1};
  return hierarchy;
}

/// Random evidence: a fifth of the outcomes missing, two fifths hard, a fifth soft bins, a fifth
/// arbitrary soft outcomes that need not sum to one.
inline Outcomes random_outcomes(Random& random, const Hierarchy& hierarchy, std::size_t items) {
  const auto& modalities = hierarchy.levels.front().modalities;
  Outcomes outcomes(items, modalities.size());
  for (std::size_t i = 0; i < items; ++i)
    for (const auto& modality : modalities) {
      const std::size_t kind = random.index(5), count = modality.num_outcomes;
      auto& outcome = outcomes(i, modality.source);
      if (kind == 1 || kind == 2) {
        outcome = {static_cast<std::uint16_t>(random.index(count)), 0};
      } else if (kind == 3 && count > 1) {
        outcome.token = static_cast<std::uint16_t>(random.index(count - 1));
        outcome.share = static_cast<std::uint16_t>(between(random, 1, 0xFFFF));
      } else if (kind == 4) {
        std::vector<double> weights(count);
        for (double& w : weights) w = random.uniform() < 0.3 ? 0.0 : 2 * random.uniform();
        weights[random.index(count)] += 0.1;
        outcomes.set_soft(i, modality.source, weights);
      }
    }
  return outcomes;
}

/// The weights q(o) of one observation, [outcome]; empty if it is missing.
inline std::vector<double> weights_of(const Outcomes& outcomes, std::size_t item,
                                      std::size_t modality, std::size_t num_outcomes) {
  const Outcome outcome = outcomes(item, modality);
  if (outcome.missing()) return {};
  if (outcome.distribution()) {
    const auto soft = outcomes.soft(item, modality);
    return {soft.begin(), soft.end()};
  }
  std::vector<double> weights(num_outcomes);
  weights[outcome.token] = 1 - outcome.upper_weight();
  if (outcome.share > 0) weights[outcome.token + 1U] = outcome.upper_weight();
  return weights;
}

/// A value for every state of every factor, [level][factor][state].
using StateValues = std::vector<std::vector<std::vector<double>>>;
/// A state of every factor, [level][factor].
using States = std::vector<std::vector<std::size_t>>;

/// What enumeration says about one item.
struct Enumeration {
  double evidence = 0;  ///< P(evidence [, root state])
  double best = 0;      ///< max over all states of P(evidence, states [, root state])
  std::vector<double>
      root_joint;         ///< P(evidence, root state), [state], whether or not the root is observed
  StateValues posterior;  ///< P(state | evidence [, root state])
  std::vector<std::vector<Matrix<double>>>
      counts;  ///< expected counts, [level][factor] → [row, state]
};

/// The joint distribution of a small hierarchy, by visiting every configuration of its states.
/// Knows nothing of messages.
class JointDistribution {
 public:
  explicit JointDistribution(const Hierarchy& hierarchy)
      : hierarchy_(hierarchy), root_prior_(hierarchy.initial_state_counts) {
    const double total = std::accumulate(root_prior_.begin(), root_prior_.end(), 0.0);
    for (double& d : root_prior_) d /= total;
    for (const auto& level : hierarchy_.levels)
      for (auto& list = likelihoods_.emplace_back(); const auto& factor : level.factors)
        list.push_back(factor.likelihood.expectation());
  }

  const Hierarchy& hierarchy() const { return hierarchy_; }

  /// A_g[outcome, state] of the factor's g-th modality.
  double likelihood(std::size_t level, std::size_t factor, std::size_t g, std::size_t outcome,
                    std::size_t state) const {
    return likelihoods_[level][factor](
        hierarchy_.levels[level].factors[factor].likelihood.offset(g) + outcome, state);
  }

  /// P(states), before any evidence.
  double prior(const States& states) const {
    double p = root_prior_[states.back().front()];
    for (std::size_t n = 1; n < states.size(); ++n)
      for (std::size_t f = 0; f < states[n].size(); ++f) {
        const auto& group = hierarchy_.levels[n].factors[f].modalities;
        for (std::size_t g = 0; g < group.size(); ++g)
          p *= likelihood(n, f, g, states[n - 1][hierarchy_.levels[n].modalities[group[g]].source],
                          states[n][f]);
      }
    return p;
  }

  /// Evidence about the g-th modality of a factor of level 0 in a state.
  double evidence(const std::vector<double>& weights, std::size_t factor, std::size_t g,
                  std::size_t state, SoftReading reading) const {
    if (weights.empty()) return 1;
    double sum = 0, product = 1;
    for (std::size_t o = 0; o < weights.size(); ++o) {
      if (weights[o] == 0) continue;
      sum += weights[o] * likelihood(0, factor, g, o, state);
      product *= std::pow(likelihood(0, factor, g, o, state), weights[o]);
    }
    return reading == SoftReading::kLikelihood ? sum : product;
  }

  /// P(evidence | states).
  double evidence(const States& states, const Outcomes& outcomes, std::size_t item,
                  SoftReading reading) const {
    double p = 1;
    for_each_outcome(outcomes, item,
                     [&](std::size_t f, std::size_t g, const std::vector<double>& weights) {
                       p *= evidence(weights, f, g, states[0][f], reading);
                     });
    return p;
  }

  /// Calls `visit(states, P(states))` for every configuration.
  template <class Visit>
  void for_each(Visit visit) const {
    States states;
    for (const auto& level : hierarchy_.levels) states.emplace_back(level.factors.size());
    for (;;) {
      visit(std::as_const(states), prior(states));
      if (!advance(states)) return;
    }
  }

  /// `root_state` −1: not observed. If the evidence is impossible, `evidence` is 0 and the rest is
  /// not a number.
  Enumeration infer(const Outcomes& outcomes, std::size_t item, int root_state,
                    SoftReading reading) const {
    Enumeration result;
    result.root_joint.assign(root_prior_.size(), 0.0);
    for (std::size_t n = 0; n < hierarchy_.levels.size(); ++n) {
      auto& beliefs = result.posterior.emplace_back();
      auto& counts = result.counts.emplace_back();
      for (const auto& matrix : likelihoods_[n]) {
        beliefs.emplace_back(matrix.cols());
        counts.emplace_back(matrix.rows(), matrix.cols());
      }
    }
    const auto local = local_evidence(outcomes, item, reading);
    for_each([&](const States& states, double p) {
      for (std::size_t f = 0; f < local.size(); ++f) p *= local[f][states[0][f]];
      const std::size_t root = states.back().front();
      result.root_joint[root] += p;
      if (root_state >= 0 && static_cast<std::size_t>(root_state) != root) return;
      result.evidence += p;
      result.best = std::max(result.best, p);
      for (std::size_t n = 0; n < states.size(); ++n)
        for (std::size_t f = 0; f < states[n].size(); ++f) {
          result.posterior[n][f][states[n][f]] += p;
          if (n == 0) continue;
          const auto& factor = hierarchy_.levels[n].factors[f];
          for (std::size_t g = 0; g < factor.modalities.size(); ++g) {
            const std::size_t child = hierarchy_.levels[n].modalities[factor.modalities[g]].source;
            result.counts[n][f](factor.likelihood.offset(g) + states[n - 1][child], states[n][f]) +=
                p;
          }
        }
    });
    for (std::size_t n = 0; n < result.posterior.size(); ++n)
      for (std::size_t f = 0; f < result.posterior[n].size(); ++f) {
        for (double& p : result.posterior[n][f]) p /= result.evidence;
        for (double& a : result.counts[n][f].values()) a /= result.evidence;
      }
    add_outcome_counts(outcomes, item, reading, result);
    return result;
  }

 private:
  /// The next configuration, as an odometer; false after the last.
  bool advance(States& states) const {
    for (std::size_t n = 0; n < states.size(); ++n)
      for (std::size_t f = 0; f < states[n].size(); ++f) {
        if (++states[n][f] < hierarchy_.levels[n].factors[f].num_states()) return true;
        states[n][f] = 0;
      }
    return false;
  }

  template <class Visit>
  void for_each_outcome(const Outcomes& outcomes, std::size_t item, Visit visit) const {
    const auto& level = hierarchy_.levels.front();
    for (std::size_t f = 0; f < level.factors.size(); ++f)
      for (std::size_t g = 0; g < level.factors[f].modalities.size(); ++g) {
        const auto& modality = level.modalities[level.factors[f].modalities[g]];
        visit(f, g, weights_of(outcomes, item, modality.source, modality.num_outcomes));
      }
  }

  /// P(evidence about a factor's own outcomes | its state), [factor of level 0][state].
  std::vector<std::vector<double>> local_evidence(const Outcomes& outcomes, std::size_t item,
                                                  SoftReading reading) const {
    std::vector<std::vector<double>> local;
    for (const auto& factor : hierarchy_.levels.front().factors)
      local.emplace_back(factor.num_states(), 1.0);
    for_each_outcome(outcomes, item,
                     [&](std::size_t f, std::size_t g, const std::vector<double>& weights) {
                       for (std::size_t s = 0; s < local[f].size(); ++s)
                         local[f][s] *= evidence(weights, f, g, s, reading);
                     });
    return local;
  }

  /// Level 0: posterior(s) times q(o) (a count), or times P(o | q, s) ∝ q(o) A[o, s] (likelihood
  /// evidence).
  void add_outcome_counts(const Outcomes& outcomes, std::size_t item, SoftReading reading,
                          Enumeration& result) const {
    for_each_outcome(
        outcomes, item, [&](std::size_t f, std::size_t g, const std::vector<double>& weights) {
          const std::size_t offset = hierarchy_.levels[0].factors[f].likelihood.offset(g);
          for (std::size_t s = 0; s < result.posterior[0][f].size(); ++s) {
            const double belief = result.posterior[0][f][s];
            const double total = evidence(weights, f, g, s, SoftReading::kLikelihood);
            for (std::size_t o = 0; o < weights.size(); ++o)
              if (belief > 0)
                result.counts[0][f](offset + o, s) +=
                    belief * (reading == SoftReading::kCount
                                  ? weights[o]
                                  : weights[o] * likelihood(0, f, g, o, s) / total);
          }
        });
  }

  Hierarchy hierarchy_;
  std::vector<double> root_prior_;
  std::vector<std::vector<Matrix<double>>> likelihoods_;
};

}  // namespace rgm::test
