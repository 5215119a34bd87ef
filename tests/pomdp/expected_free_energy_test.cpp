#include "rgm/pomdp/expected_free_energy.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "rgm/base/error.h"
#include "rgm/math/information.h"
#include "support/random_pomdp.h"

namespace rgm {
namespace {

double probability(const Matrix<double>& counts, std::size_t row, std::size_t column) {
  double total = 0;
  for (std::size_t i = 0; i < counts.rows(); ++i) total += counts(i, column);
  return counts(row, column) / total;
}

/// Expected information gain about one column, by its definition; outcomes without counts are
/// impossible.
double gain_about(const Matrix<double>& counts, std::size_t column) {
  std::vector<double> prior;
  double total = 0, gain = 0;
  for (std::size_t i = 0; i < counts.rows(); ++i)
    if (counts(i, column) > 0) prior.push_back(counts(i, column));
  for (const double a : prior) total += a;
  for (std::size_t i = 0; i < prior.size(); ++i) {
    auto after = prior;
    after[i] += 1;
    gain += prior[i] / total * kl_dirichlet(after, prior);
  }
  return gain;
}

std::vector<double> distribution(const std::vector<double>& logarithms, std::size_t size) {
  std::vector<double> p(size, 1.0);
  double total = 0;
  for (std::size_t i = 0; i < size; ++i)
    total += p[i] = logarithms.empty() ? 1.0 : std::exp(logarithms[i]);
  for (double& x : p) x /= total;
  return p;
}

/// The terms from the joint distribution of state, next state and outcome.
ExpectedFreeEnergy by_enumeration(const Pomdp& pomdp, const std::vector<double>& belief,
                                  std::size_t control, bool last) {
  ExpectedFreeEnergy result;
  const std::size_t states = pomdp.num_states();
  std::vector<double> next_state(states);
  for (std::size_t s = 0; s < states; ++s) {
    for (std::size_t t = 0; t < states; ++t)
      next_state[t] += belief[s] * probability(pomdp.transition_counts[control], t, s);
    if (pomdp.learnt_transition)
      result.novelty_transition += belief[s] * gain_about(pomdp.transition_counts[control], s);
  }
  for (const auto& modality : pomdp.modalities) {
    const std::size_t outcomes = modality.likelihood_counts.rows();
    const auto preferred = distribution(modality.preferences, outcomes);
    std::vector<double> shown(outcomes);
    for (std::size_t t = 0; t < states; ++t) {
      for (std::size_t o = 0; o < outcomes; ++o) {
        const double p = probability(modality.likelihood_counts, o, t);
        shown[o] += next_state[t] * p;
        if (p > 0) result.ambiguity -= next_state[t] * p * std::log(p);
      }
      if (modality.learnt)
        result.novelty_likelihood += next_state[t] * gain_about(modality.likelihood_counts, t);
    }
    result.risk += kl_divergence(shown, preferred);
  }
  if (last && !pomdp.final_state_preferences.empty())
    result.final_states =
        kl_divergence(next_state, distribution(pomdp.final_state_preferences, states));
  return result;
}

bool close(double x, double y) { return std::abs(x - y) <= 1e-10; }

RC_GTEST_PROP(ExpectedFreeEnergy, TermsEqualEnumeration, (std::uint64_t seed)) {
  Random random(seed);
  for (int repeat = 0; repeat < 3; ++repeat) {
    const auto pomdp = test::random_pomdp(random, 5, 3, 3, 4);
    const PomdpTables tables(pomdp);
    const auto& belief = tables.initial_state;
    const bool last = random.index(2) == 0;
    for (std::size_t u = 0; u < tables.num_controls(); ++u) {
      const auto terms =
          expected_free_energy(tables, belief, u, predict_state(tables, belief, u), last);
      const auto expected = by_enumeration(pomdp, belief, u, last);
      RC_ASSERT(close(terms.risk, expected.risk));
      RC_ASSERT(close(terms.ambiguity, expected.ambiguity));
      RC_ASSERT(close(terms.novelty_likelihood, expected.novelty_likelihood));
      RC_ASSERT(close(terms.novelty_transition, expected.novelty_transition));
      RC_ASSERT(close(terms.final_states, expected.final_states));
      RC_ASSERT(close(terms.total(), expected.total()));
    }
  }
}

/// P(outcomes, last state) of a sequence of outcomes and the controls between them, over all ways
/// through the states.
std::vector<double> joint(const Pomdp& pomdp, const std::vector<double>& initial,
                          const std::vector<std::size_t>& controls,
                          const std::vector<std::vector<std::size_t>>& outcomes) {
  const std::size_t states = pomdp.num_states();
  std::vector<double> result(states);
  std::vector<std::size_t> way(outcomes.size());
  for (bool more = true; more;) {
    double p = initial[way[0]];
    for (std::size_t t = 0; t < way.size(); ++t) {
      if (t > 0) p *= probability(pomdp.transition_counts[controls[t - 1]], way[t], way[t - 1]);
      for (std::size_t g = 0; g < pomdp.modalities.size(); ++g)
        if (outcomes[t][g] != kMissingOutcome)
          p *= probability(pomdp.modalities[g].likelihood_counts, outcomes[t][g], way[t]);
    }
    result[way.back()] += p;
    more = false;
    for (std::size_t t = 0; t < way.size() && !more; ++t) {
      more = ++way[t] < states;
      if (!more) way[t] = 0;
    }
  }
  return result;
}

RC_GTEST_PROP(Pomdp, FilteringEqualsEnumeration, (std::uint64_t seed)) {
  Random random(seed);
  const auto pomdp = test::random_pomdp(random, 4, 3, 3, 4);
  const PomdpTables tables(pomdp);
  auto belief = tables.initial_state;
  std::vector<std::size_t> controls;
  std::vector<std::vector<std::size_t>> seen;
  double log_evidence = 0;
  for (std::size_t t = 0; t < 4; ++t) {
    if (t > 0) {
      controls.push_back(random.index(tables.num_controls()));
      belief = predict_state(tables, belief, controls.back());
    }
    auto& outcomes = seen.emplace_back();
    const std::size_t state = random.categorical(belief);
    for (std::size_t g = 0; g < tables.modalities.size(); ++g) {
      std::vector<double> shown;
      for (std::size_t o = 0; o < tables.modalities[g].likelihood.rows(); ++o)
        shown.push_back(tables.modalities[g].likelihood(o, state));
      outcomes.push_back(random.index(4) == 0 ? kMissingOutcome : random.categorical(shown));
    }
    log_evidence += update_belief(tables, outcomes, belief);
    const auto p = joint(pomdp, tables.initial_state, controls, seen);
    double evidence = 0;
    for (const double x : p) evidence += x;
    RC_ASSERT(close(log_evidence, std::log(evidence)));
    for (std::size_t s = 0; s < belief.size(); ++s) RC_ASSERT(close(belief[s], p[s] / evidence));
    const auto outcome = predict_outcome(tables, belief, 0);
    for (std::size_t o = 0; o < outcome.size(); ++o) {
      double expected = 0;
      for (std::size_t s = 0; s < belief.size(); ++s)
        expected += p[s] / evidence * probability(pomdp.modalities[0].likelihood_counts, o, s);
      RC_ASSERT(close(outcome[o], expected));
    }
  }
}

TEST(UpdateBelief, WhatOneOutcomeMakesImprobableAnotherSaves) {
  // Three outcomes say state 0, by odds whose product is out of range; a fourth rules it out.
  Pomdp pomdp;
  for (int g = 0; g < 4; ++g) pomdp.modalities.push_back({Matrix<double>(2, 2, 1.0), {}, false});
  for (int g = 0; g < 3; ++g) pomdp.modalities[g].likelihood_counts(0, 1) = 1e-200;
  pomdp.modalities[3].likelihood_counts(0, 0) = 0;
  pomdp.transition_counts = {Matrix<double>(2, 2, 1.0)};
  pomdp.initial_state = {1, 1};
  const PomdpTables tables(pomdp);
  std::vector<double> belief{0.5, 0.5};
  const double log_evidence = update_belief(tables, std::vector<std::size_t>{0, 0, 0, 0}, belief);
  EXPECT_EQ(belief, (std::vector<double>{0, 1}));
  EXPECT_NEAR(log_evidence, std::log(0.5) - 600 * std::log(10.0) + std::log(0.5), 1e-9);
}

TEST(ExpectedFreeEnergy, Errors) {
  Pomdp pomdp{{{Matrix<double>(2, 2, 1.0), {0, 1}, false}},
              {Matrix<double>(2, 2, 1.0)},
              {1, 1},
              {0, 0},
              false};
  pomdp.modalities[0].likelihood_counts(0, 0) = 0;
  const PomdpTables tables(pomdp);
  std::vector<double> belief{1, 0}, short_belief{1}, nan_belief{std::nan(""), 0};
  EXPECT_THROW(predict_state(tables, short_belief, 0), Error);
  EXPECT_THROW(predict_state(tables, nan_belief, 0), Error);
  EXPECT_THROW(predict_state(tables, belief, 1), Error);
  EXPECT_THROW(predict_outcome(tables, belief, 1), Error);
  EXPECT_THROW(expected_free_energy(tables, belief, 1, belief), Error);
  EXPECT_THROW(update_belief(tables, std::vector<std::size_t>{2}, belief), Error);
  EXPECT_THROW(update_belief(tables, std::vector<std::size_t>{}, belief), Error);
  EXPECT_THROW(update_belief(tables, std::vector<std::size_t>{0}, belief), ImpossibleEvidence);
}

}  // namespace
}  // namespace rgm
