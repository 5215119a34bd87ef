#include "rgm/inference/episode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/inference/smooth.h"

namespace rgm {
namespace {

/// A state after the other in a circle, seen by many modalities that nearly always show the state.
Hierarchy circle(std::size_t modalities, std::size_t time_scale, double concentration = 0.001) {
  constexpr std::size_t kStates = 3;
  Level level;
  Factor factor;
  for (std::size_t g = 0; g < modalities; ++g) {
    level.modalities.push_back({Modality::Kind::kOutcome, g, kStates});
    factor.modalities.push_back(g);
  }
  factor.likelihood = Likelihood::sparse(std::vector<std::size_t>(modalities, kStates),
                                         std::vector(modalities, concentration), kStates);
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

TEST(Episode, WhatIsImprobableBeyondTheRangeOfNumbersIsNotImpossible) {
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

TEST(Episode, TheSmallestConcentrationsGiveFiniteEvidence) {
  // ln A of what was not seen is −230; of ten modalities it is beyond the range of numbers.
  constexpr std::size_t kModalities = 30;
  for (const double concentration : {1e-100, 1e-80})
    for (const std::size_t length : {1U, 2U}) {
      const SequenceTables tables(circle(kModalities, length, concentration));
      SequenceFilter filter(tables);
      Outcomes outcomes(1, kModalities);
      for (std::size_t g = 0; g < kModalities; ++g)  // two thirds the first state, the rest another
        outcomes(0, g) = {static_cast<std::uint16_t>(g % 3 == 0 ? 1 : 0), 0};
      filter.push(outcomes, 0);
      EXPECT_NEAR(filter.log_evidence(), kModalities / 3 * std::log(concentration) - std::log(3),
                  1e-9)
          << concentration << ' ' << length;
    }
}

TEST(Episode, LogLikelihoodsAreNumbers) {
  const SequenceTables tables(circle(2, 2));
  Episode episode(tables);
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  for (const double wrong : {std::nan(""), kInfinite})
    EXPECT_THROW(episode.observe(0, 0, std::vector{0.0, wrong, 0.0}), Error);
  episode.observe(0, 0, std::vector{0.0, -kInfinite, 0.0});
  EXPECT_TRUE(episode.update());
}

// It borrows its tables.
static_assert(std::is_constructible_v<Episode, const SequenceTables&> &&
              !std::is_constructible_v<Episode, SequenceTables>);

}  // namespace
}  // namespace rgm
