#include "rgm/inference/smooth.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "rgm/base/error.h"
#include "rgm/inference/sequence_filter.h"
#include "support/random_sequence.h"

namespace rgm {
namespace {

constexpr double kTolerance = 1e-10;

/// A random model with a sequence that it can enumerate.
struct Case {
  Hierarchy hierarchy;
  Outcomes outcomes;
  SoftReading reading = SoftReading::kLikelihood;
};

Case random_case(std::uint64_t seed) {
  Random random(seed);
  for (;;) {
    Case result{test::random_sequence_tree(random, {.max_time_scale = 2 + random.index(2)}),
                {},
                random.index(2) == 0 ? SoftReading::kLikelihood : SoftReading::kCount};
    const std::size_t length = result.hierarchy.episode_length();
    result.outcomes = test::random_outcomes(random, result.hierarchy, 1 + random.index(3 * length));
    test::SequenceJoint joint(result.hierarchy, result.outcomes, result.reading);
    if (joint.size() < 50'000) return result;
  }
}

void expect_near(std::span<const double> actual, std::span<const double> expected,
                 const char* what) {
  RC_ASSERT(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (std::abs(actual[i] - expected[i]) > kTolerance)
      RC_FAIL(std::string(what) + ": " + std::to_string(actual[i]) + " is not " +
              std::to_string(expected[i]));
  }
}

void check_smoothing(std::uint64_t seed) {
  const auto [hierarchy, outcomes, reading] = random_case(seed);
  const auto expected = test::SequenceJoint(hierarchy, outcomes, reading).infer();
  const SequenceTables tables(hierarchy);
  if (expected.evidence == 0) {
    RC_ASSERT_THROWS_AS(smooth(tables, outcomes, {reading}), Error);
    return;
  }
  SequenceCounts counts(tables);
  std::size_t next = 0;
  const double log_evidence = smooth(
      tables, outcomes, {reading},
      [&](std::size_t first, const Episode& episode) {
        RC_ASSERT(first == next);
        next += tables.steps(0);
        for (std::size_t n = 0; n < tables.num_levels(); ++n)
          for (std::size_t t = 0; t < tables.steps(n); ++t) {
            const std::size_t step = first / tables.steps(0) * tables.steps(n) + t;
            for (std::size_t f = 0; f < tables.level(n).size(); ++f) {
              expect_near(episode.posterior(n, t, f), expected.states[n][step][f],
                          "posterior of a state");
              if (n + 1 < tables.num_levels())
                expect_near(episode.path_posterior(n, t, f),
                            expected.paths[n][step - t % tables.time_scale(n)][f],
                            "posterior of a path");
            }
          }
      },
      &counts);
  RC_ASSERT(next >= outcomes.items());
  RC_ASSERT(std::abs(log_evidence - std::log(expected.evidence)) < kTolerance);
  for (std::size_t n = 0; n < tables.num_levels(); ++n)
    for (std::size_t f = 0; f < tables.level(n).size(); ++f) {
      const auto& likelihood = hierarchy.levels[n].factors[f].likelihood;
      Matrix<double> dense(likelihood.num_rows(), likelihood.num_states());
      for (std::size_t s = 0; s < likelihood.num_states(); ++s)
        for (const auto& [key, count] : counts.levels[n][f].likelihood[s])
          dense(likelihood.offset(key >> 32U) + (key & 0xFFFFFFFFU), s) = count;
      expect_near(dense.values(), expected.likelihood[n][f].values(),
                  "expected count of an outcome");
      std::vector<double> arcs;
      for (const auto& state : expected.arcs[n][f])
        arcs.insert(arcs.end(), state.begin(), state.end());
      expect_near(counts.levels[n][f].arcs, arcs, "expected count of a transition");
    }
  expect_near(counts.initial_states, expected.initial_states, "expected count of an initial state");
}

RC_GTEST_PROP(Smooth, EqualsEnumeration, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 10; ++i) check_smoothing(10 * std::uint64_t{seed} + i);
}

/// A state after the other in a circle, seen by many modalities that nearly always show the state.
Hierarchy circle(std::size_t modalities, std::size_t time_scale) {
  constexpr std::size_t kStates = 3;
  Level level;
  Factor factor;
  for (std::size_t g = 0; g < modalities; ++g) {
    level.modalities.push_back({Modality::Kind::kOutcome, g, kStates});
    factor.modalities.push_back(g);
  }
  factor.likelihood = Likelihood::sparse(std::vector<std::size_t>(modalities, kStates),
                                         std::vector(modalities, 0.001), kStates);
  factor.transition = Transition(kStates, 1);
  for (std::size_t s = 0; s < kStates; ++s) {
    for (std::size_t g = 0; g < modalities; ++g) factor.likelihood.add(g, s, s, 1);
    factor.transition.add((s + 1) % kStates, s, 0, 1);
  }
  level.time_scale = time_scale;
  level.factors = {factor};
  Level root;
  root.modalities = {{Modality::Kind::kInitialState, 0, kStates}};
  Factor top;
  top.modalities = {0};
  top.likelihood = Likelihood::sparse(std::vector<std::size_t>{kStates}, std::vector{1.0}, 1);
  root.factors = {top};
  Hierarchy result;
  result.levels = {level, root};
  result.initial_state_counts = {1};
  result.validate();
  return result;
}

TEST(Smooth, WhatIsImprobableBeyondTheRangeOfNumbersIsNotImpossible) {
  // The same picture all the time, where every state is followed by another: one step of each
  // episode fits.
  constexpr std::size_t kModalities = 400;
  for (const std::size_t length : {2U, 3U, 5U}) {
    const auto hierarchy = circle(kModalities, length);
    Outcomes outcomes(length, kModalities);
    for (std::size_t t = 0; t < length; ++t)
      for (std::size_t g = 0; g < kModalities; ++g) outcomes(t, g) = {0, 0};
    const double fits = kModalities * std::log(1.001 / 1.003),
                 misses = kModalities * std::log(0.001 / 1.003);
    std::vector<double> weights;  // of the first state, ln
    for (std::size_t s = 0; s < 3; ++s) {
      weights.push_back(-std::log(3));
      for (std::size_t t = 0; t < length; ++t) weights[s] += (s + t) % 3 == 0 ? fits : misses;
    }
    const double most = *std::ranges::max_element(weights);
    double total = 0;
    for (double& w : weights) total += w = std::exp(w - most);
    const SequenceTables tables(hierarchy);
    SequenceCounts counts(tables);
    const double log_evidence = smooth(
        tables, outcomes, {},
        [&](std::size_t, const Episode& episode) {
          for (std::size_t t = 0; t < length; ++t)
            for (std::size_t s = 0; s < 3; ++s)
              EXPECT_NEAR(episode.posterior(0, t, 0)[(s + t) % 3], weights[s] / total, 1e-9)
                  << length << ' ' << t << ' ' << s;
        },
        &counts);
    EXPECT_NEAR(log_evidence, most + std::log(total), 1e-6);
    for (std::size_t s = 0; s < 3; ++s) {
      double expected = 0;
      for (std::size_t t = 0; t + 1 < length; ++t) expected += weights[(s + 2 * t) % 3] / total;
      EXPECT_NEAR(counts.levels[0][0].arcs[s], expected, 1e-9);
    }
    SequenceFilter filter(tables), other(tables);
    for (std::size_t t = 0; t < length; ++t) filter.push(outcomes, t);
    EXPECT_NEAR(filter.log_evidence(), log_evidence, 1e-6);
    // What was in logarithms is forgotten with the episode.
    const auto next = filter.predict(), first = other.predict();
    for (std::size_t o = 0; o < 3; ++o) EXPECT_NEAR(next[0][o], first[0][o], 1e-12);
    for (std::size_t s = 0; s < 3; ++s) EXPECT_NEAR(filter.predict_states(0)[s], 1.0 / 3, 1e-12);
  }
}

void check_filtering(std::uint64_t seed) {
  const auto [hierarchy, outcomes, reading] = random_case(seed);
  const SequenceTables tables(hierarchy);
  const auto up_to =
      [&](std::size_t steps) {  // the outcomes of the first steps; what comes after is missing
        Outcomes past(steps + 1, outcomes.modalities());
        for (std::size_t t = 0; t < steps; ++t)
          for (std::size_t g = 0; g < outcomes.modalities(); ++g) {
            past(t, g) = outcomes(t, g);
            if (outcomes(t, g).distribution()) past.set_soft(t, g, outcomes.soft(t, g));
          }
        return past;
      };
  SequenceFilter filter(tables, reading), by_factor(tables, reading);
  double evidence = 1;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    const auto past = up_to(t);
    const auto before = test::SequenceJoint(hierarchy, past, reading).infer();
    if (before.evidence == 0) return;
    for (std::size_t f = 0; f < tables.level(0).size(); ++f)
      expect_near(filter.predict_states(f), before.states[0][t][f], "predicted state");
    // Outcomes are predicted by the states predicted.
    OutcomeDistributions predicted(outcomes.modalities());
    for (std::size_t f = 0; f < tables.level(0).size(); ++f)
      expected_outcomes(tables, f, before.states[0][t][f], predicted);
    const auto actual = filter.predict();
    for (std::size_t g = 0; g < predicted.size(); ++g) {
      expect_near(actual[g], predicted[g], "predicted outcome");
      double total = 0;
      for (double p : actual[g]) total += p;
      RC_ASSERT(std::abs(total - 1) < kTolerance);
    }
    const auto with_it = up_to(t + 1);
    const auto after = test::SequenceJoint(hierarchy, with_it, reading).infer();
    if (after.evidence == 0) {
      RC_ASSERT_THROWS_AS(filter.push(outcomes, t), ImpossibleEvidence);
      double by_parts = 0;
      for (std::size_t f = 0; f < tables.level(0).size() && std::isfinite(by_parts); ++f)
        by_parts += by_factor.try_push_factor(f, outcomes, t);
      RC_ASSERT(by_parts == -std::numeric_limits<double>::infinity());
      return;
    }
    const double gain = filter.push(outcomes, t);
    RC_ASSERT(std::abs(gain - std::log(after.evidence / evidence)) < kTolerance);
    double by_parts = 0;
    for (std::size_t f = 0; f < tables.level(0).size(); ++f)
      by_parts += by_factor.push_factor(f, outcomes, t);
    by_factor.finish_step();
    RC_ASSERT(std::abs(by_parts - gain) < kTolerance);
    evidence = after.evidence;
    const auto& episode = filter.filtered();
    for (std::size_t f = 0; f < tables.level(0).size(); ++f)
      expect_near(episode.posterior(0, t % tables.steps(0), f), after.states[0][t][f],
                  "filtered state");
  }
  RC_ASSERT(std::abs(filter.log_evidence() - std::log(evidence)) < kTolerance);
}

RC_GTEST_PROP(Filter, EqualsEnumerationOfThePast, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 10; ++i) check_filtering(10 * std::uint64_t{seed} + i);
}

// Both borrow their tables.
static_assert(std::is_constructible_v<Episode, const SequenceTables&> &&
              std::is_constructible_v<SequenceFilter, const SequenceTables&>);
static_assert(!std::is_constructible_v<Episode, SequenceTables> &&
              !std::is_constructible_v<SequenceFilter, SequenceTables> &&
              !std::is_constructible_v<SequenceFilter, SequenceTables, SoftReading>);

}  // namespace
}  // namespace rgm
