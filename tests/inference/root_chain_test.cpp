#include "rgm/inference/root_chain.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "inference/log_chain.h"
#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/inference/sequence_states.h"
#include "rgm/inference/smooth.h"

// The root's chain by itself, where states lie further apart than numbers reach.

namespace rgm {
namespace {

using test::chain;
using test::kNever;
using test::log_add;
using test::LogChain;

constexpr double kTolerance = 1e-9;

bool near(double actual, double expected) {
  return std::abs(actual - expected) <= kTolerance + 1e-13 * std::abs(expected);
}

void check_smoothing(const Hierarchy& hierarchy, const Outcomes& outcomes, const LogChain& expected,
                     bool with_counts, std::size_t memory) {
  const SequenceTables tables(hierarchy);
  SequenceCounts counts(tables);
  std::size_t step = 0;
  const double evidence = smooth(
      tables, outcomes, {.memory = memory},
      [&](std::size_t first, const Episode& episode) {
        RC_ASSERT(first == step);
        for (std::size_t s = 0; s < expected.prior.size(); ++s)
          RC_ASSERT(near(episode.posterior(0, 0, 0)[s], expected.posteriors[step][s]));
        ++step;
      },
      &counts);
  RC_ASSERT(step == outcomes.items());
  RC_ASSERT(near(evidence, expected.evidence));
  RC_ASSERT(near(smooth(tables, outcomes, {}), expected.evidence));
  if (!with_counts) return;
  std::size_t at = 0;
  for (const auto& state : expected.arcs)
    for (double count : state) RC_ASSERT(near(counts.levels[0][0].arcs[at++], count));
  for (std::size_t s = 0; s < expected.initial.size(); ++s)
    RC_ASSERT(near(counts.initial_states[s], expected.initial[s]) &&
              near(counts.restarts[s], expected.restarts[s]));
}

/// A power of ten down to 10^least.
double tiny(Random& random, double least) { return std::pow(10, least * random.uniform()); }

/// A chain with structural zeros, and outcomes that its states find up to `least` powers of ten
/// improbable.
Hierarchy random_chain(Random& random, double least) {
  const std::size_t states = 1 + random.index(4), modalities = 1 + random.index(2), outcomes = 2;
  const double error = random.index(5) == 0 ? 0.0 : tiny(random, least);
  std::vector<std::size_t> shows;
  for (std::size_t i = 0; i < states * modalities; ++i) shows.push_back(random.index(outcomes));
  auto result = chain(states, modalities, outcomes, error,
                      [&](std::size_t g, std::size_t s) { return shows[s * modalities + g]; });
  auto& transition = result.levels[0].factors[0].transition;
  const std::size_t arcs = random.index(2 * states * states + 1);
  for (std::size_t i = 0; i < arcs; ++i)
    transition.add(random.index(states), random.index(states), random.index(2),
                   random.index(4) == 0 ? tiny(random, least) : 0.1 + random.uniform());
  for (double& d : result.initial_state_counts)
    d = random.index(2) == 0 ? 0.0 : 0.1 + random.uniform();
  if (random.index(3) == 0)
    result.initial_state_counts[random.index(states)] = 1;
  else
    result.initial_state_counts[0] += tiny(random, least);
  double total = 0;
  for (double d : result.initial_state_counts) total += d;
  if (total == 0) result.initial_state_counts[0] = 1;
  if (random.index(3) == 0) result.restart_concentration = tiny(random, least / 3);
  result.validate();
  return result;
}

Outcomes random_outcomes(Random& random, const Hierarchy& hierarchy, std::size_t steps) {
  Outcomes result(steps, hierarchy.num_modalities());
  std::size_t shown = random.index(2);
  for (std::size_t t = 0; t < steps; ++t) {
    if (random.index(3) == 0) shown = random.index(2);
    for (std::size_t g = 0; g < result.modalities(); ++g)
      if (random.index(8) > 0) result(t, g) = {static_cast<std::uint16_t>(shown), 0};
  }
  return result;
}

void check_filtering(const Hierarchy& hierarchy, const Outcomes& outcomes, LogChain& expected) {
  const SequenceTables tables(hierarchy);
  SequenceFilter filter(tables);
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    const double before = t == 0 ? 0 : expected.evidence;
    expected.infer(t + 1);
    if (expected.evidence == kNever) {
      RC_ASSERT_THROWS_AS(filter.push(outcomes, t), ImpossibleEvidence);
      RC_ASSERT_THROWS_AS(smooth(tables, outcomes, {}), ImpossibleEvidence);
      RC_ASSERT_THROWS_AS(smooth(tables, outcomes, {}, [](std::size_t, const Episode&) {}),
                          ImpossibleEvidence);
      RC_ASSERT_THROWS_AS(most_probable_states(tables, outcomes), ImpossibleEvidence);
      return;
    }
    RC_ASSERT(near(filter.push(outcomes, t), expected.evidence - before));
    for (std::size_t s = 0; s < expected.prior.size(); ++s) {
      RC_ASSERT(near(filter.root_posterior()[s], expected.posteriors[t][s]));
      RC_ASSERT(near(filter.filtered().posterior(0, 0, 0)[s], expected.posteriors[t][s]));
    }
  }
  RC_ASSERT(near(filter.log_evidence(), expected.evidence));
}

RC_GTEST_PROP(RootChain, EqualsEnumerationBeyondTheRangeOfNumbers, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 20; ++i) {
    Random random(20 * std::uint64_t{seed} + i);
    const auto hierarchy = random_chain(random, random.index(2) == 0 ? -300 : -20);
    const auto outcomes = random_outcomes(random, hierarchy, 1 + random.index(5));
    LogChain expected(hierarchy, outcomes);
    check_filtering(hierarchy, outcomes, expected);
    if (expected.evidence == kNever) continue;
    check_smoothing(hierarchy, outcomes, expected, true, random.index(2) == 0 ? 0 : 1U << 20U);
    const auto path = most_probable_states(SequenceTables(hierarchy), outcomes);
    RC_ASSERT(near(path.log_probability, expected.best));
  }
}

RC_GTEST_PROP(RootChain, LongSequencesEqualMessagesOfLogarithms, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 4; ++i) {
    Random random(4 * std::uint64_t{seed} + i);
    const auto hierarchy = random_chain(random, random.index(2) == 0 ? -100 : -5);
    const auto outcomes = random_outcomes(random, hierarchy, 50);
    LogChain expected(hierarchy, outcomes);
    expected.pass_messages();
    if (expected.evidence == kNever) continue;
    check_smoothing(hierarchy, outcomes, expected, false, random.index(2) == 0 ? 0 : 1U << 20U);
  }
}

/// `steps` steps of evidence for what modality 0 shows in one state, then `others` for another.
Outcomes one_then_other(std::size_t steps, std::size_t others) {
  Outcomes result(steps + others, 1);
  for (std::size_t t = 0; t < steps + others; ++t)
    result(t, 0) = {static_cast<std::uint16_t>(t < steps ? 0 : 1), 0};
  return result;
}

TEST(RootChain, EvidenceForAStateThatCannotBe) {
  auto hierarchy = chain(2, 1, 2, 1e-4, [](std::size_t, std::size_t s) { return s; });
  hierarchy.initial_state_counts = {1, 0};
  const auto outcomes = one_then_other(0, 100);
  smooth(SequenceTables(hierarchy), outcomes, {}, [](std::size_t, const Episode& episode) {
    EXPECT_DOUBLE_EQ(episode.posterior(0, 0, 0)[0], 1);
    EXPECT_DOUBLE_EQ(episode.posterior(0, 0, 0)[1], 0);
  });
  EXPECT_NEAR(smooth(SequenceTables(hierarchy), outcomes, {}), 100 * std::log(1e-4 / 1.0001), 1e-9);
}

TEST(RootChain, EvidenceThatTurnsAfterBeliefsHaveLeftTheRangeOfNumbers) {
  const auto hierarchy = chain(2, 1, 2, 1e-4, [](std::size_t, std::size_t s) { return s; });
  const auto outcomes = one_then_other(100, 120);
  const double of_second =
      std::log(0.5) + 100 * std::log(1e-4 / 1.0001) + 120 * std::log(1 / 1.0001);
  const SequenceTables tables(hierarchy);
  const double evidence = smooth(tables, outcomes, {}, [](std::size_t, const Episode& episode) {
    EXPECT_NEAR(episode.posterior(0, 0, 0)[1], 1, 1e-9);
  });
  EXPECT_NEAR(evidence, of_second, 1e-9);
  EXPECT_NEAR(evidence, -921.7, 0.1);
  SequenceFilter filter(tables);
  for (std::size_t t = 0; t < outcomes.items(); ++t) filter.push(outcomes, t);
  EXPECT_NEAR(filter.log_evidence(), of_second, 1e-9);
  EXPECT_NEAR(filter.predict()[0][1], 1 / 1.0001, 1e-9);
}

/// Two circles of three states each that never meet, told apart by one modality of two.
Hierarchy disjoint_chains(double error) {
  auto result =
      chain(6, 2, 3, error, [](std::size_t g, std::size_t s) { return g == 0 ? s / 3 : s % 3; });
  for (std::size_t s = 0; s < 6; ++s)
    result.levels[0].factors[0].transition.add(s / 3 * 3 + (s + 1) % 3, s, 0, 1);
  result.validate();
  return result;
}

TEST(RootChain, TwoDisjointChains) {
  const auto hierarchy = disjoint_chains(1e-4);
  for (const std::size_t first : {100U, 149U, 150U, 151U, 300U}) {
    Outcomes outcomes(300, 2);
    for (std::size_t t = 0; t < 300; ++t) {
      outcomes(t, 0) = {static_cast<std::uint16_t>(t < first ? 0 : 1), 0};
      outcomes(t, 1) = {static_cast<std::uint16_t>(t % 3), 0};
    }
    LogChain expected(hierarchy, outcomes);
    expected.pass_messages();
    for (const std::size_t memory : {std::size_t{0}, std::size_t{1} << 20U})
      check_smoothing(hierarchy, outcomes, expected, false, memory);
    const SequenceTables tables(hierarchy);
    SequenceFilter filter(tables);
    for (std::size_t t = 0; t < 300; ++t) filter.push(outcomes, t);
    EXPECT_NEAR(filter.log_evidence(), expected.evidence, 1e-9);
    for (std::size_t s = 0; s < 6; ++s)
      EXPECT_NEAR(filter.root_posterior()[s], expected.posteriors.back()[s], 1e-9);
  }
}

TEST(RootChain, WhatIsImpossibleStaysSo) {
  const SequenceTables tables(disjoint_chains(0));
  const auto impossible = one_then_other(1, 1);
  Outcomes outcomes(2, 2);
  for (std::size_t t = 0; t < 2; ++t) outcomes(t, 0) = impossible(t, 0);
  EXPECT_THROW(smooth(tables, outcomes, {}), ImpossibleEvidence);
  SequenceCounts counts(tables);
  EXPECT_THROW(smooth(tables, outcomes, {}, {}, &counts), ImpossibleEvidence);
  EXPECT_THROW(smooth(tables, outcomes, {.memory = 0}, {}, &counts), ImpossibleEvidence);
  SequenceFilter filter(tables);
  filter.push(outcomes, 0);
  EXPECT_THROW(filter.push(outcomes, 1), ImpossibleEvidence);
}

/// A chain of random arcs, `share` of all pairs.
RootChain random_root_chain(Random& random, std::size_t states, double share, bool restarts,
                            Matrix<double>& expected) {
  std::vector<double> prior, restart, probability;
  std::vector<std::size_t> begin{0};
  std::vector<std::uint32_t> next;
  double total = 0;
  for (std::size_t s = 0; s < states; ++s) total += prior.emplace_back(random.uniform());
  for (double& p : prior) p /= total;
  expected = Matrix<double>(states, states);
  for (std::size_t s = 0; s < states; ++s) {
    restart.push_back(restarts ? 0.1 : 0.0);
    const std::size_t first = next.size();
    for (std::size_t to = 0; to < states; ++to)
      if (random.uniform() < share) next.push_back(static_cast<std::uint32_t>(to));
    const auto arcs = static_cast<double>(next.size() - first);
    if (arcs == 0 && restarts) restart.back() = 1;
    for (std::size_t a = first; a < next.size(); ++a) {
      probability.push_back((1 - restart.back()) / arcs);
      expected(s, next[a]) += probability.back();
    }
    if (arcs == 0 && !restarts) expected(s, s) = 1;
    for (std::size_t to = 0; to < states; ++to) expected(s, to) += restart.back() * prior[to];
    begin.push_back(next.size());
  }
  return {prior, restart, begin, next, probability};
}

RC_GTEST_PROP(RootChain, StepsForwardsAndBackAreItsMatrix, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t states = 12 + random.index(30);
  const bool sparse = random.index(2) == 0;
  Matrix<double> matrix;
  const auto chain =
      random_root_chain(random, states, sparse ? 0.05 : 0.4, random.index(2) == 0, matrix);
  RootMessage message{std::vector<double>(states), {}}, forwards, back;
  for (double& p : message.values) p = random.index(5) == 0 ? 0.0 : random.uniform();
  message.values[0] = 1;
  RootProduct product;
  product.multiply({message});
  chain.advance(product, forwards);
  chain.retreat(product, back);
  RC_ASSERT(forwards.logs.empty() && back.logs.empty());
  for (std::size_t s = 0; s < states; ++s) {
    double to = 0, from = 0;
    for (std::size_t i = 0; i < states; ++i) {
      to += product.values()[i] * matrix(i, s);
      from += matrix(s, i) * product.values()[i];
    }
    RC_ASSERT(std::abs(forwards.values[s] - to) < 1e-14);
    RC_ASSERT(std::abs(back.values[s] - from) < 1e-14);
  }
}

TEST(RootChain, MatrixAboveATenthOfAllPairs) {
  Random random(1);
  Matrix<double> matrix;
  EXPECT_TRUE(random_root_chain(random, 40, 0.2, true, matrix).is_dense());
  EXPECT_FALSE(random_root_chain(random, 40, 0.05, true, matrix).is_dense());
}

/// Numbers as far apart as can be, of which every sum has its own scale.
RC_GTEST_PROP(RootChain, StepsKeepWhatNumbersLose, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t states = 12 + random.index(10);
  const double share = random.index(2) == 0 ? 0.04 : 0.15;
  Matrix<double> matrix;
  const auto chain = random_root_chain(random, states, share, random.index(4) == 0, matrix);
  RootMessage message{std::vector<double>(states), std::vector<double>(states)};
  for (std::size_t s = 0; s < states; ++s) {
    message.logs[s] = random.index(4) == 0 ? kNever : -3000 * random.uniform();
    message.values[s] = std::exp(message.logs[s]);
  }
  message.logs[0] = 0;
  message.values[0] = 1;
  RootProduct product;
  const double scale = product.multiply({message});
  for (const bool forth : {true, false}) {
    RootMessage to;
    if (forth)
      chain.advance(product, to);
    else
      chain.retreat(product, to);
    for (std::size_t s = 0; s < states; ++s) {
      double expected = kNever;
      for (std::size_t i = 0; i < states; ++i)
        expected = log_add(expected,
                           message.logs[i] - scale + std::log(forth ? matrix(i, s) : matrix(s, i)));
      const double actual = to.logs.empty() ? std::log(to.values[s]) : to.logs[s];
      RC_ASSERT(actual == expected || near(actual, expected));
    }
  }
}

TEST(RootChain, SmoothingHasTheSameBitsWithAnyMemory) {
  Random random(3);
  auto hierarchy = chain(5, 1, 2, 0.3, [](std::size_t, std::size_t s) { return s % 2; });
  for (std::size_t s = 0; s < 5; ++s)
    for (std::size_t i = 0; i < 3; ++i)
      hierarchy.levels[0].factors[0].transition.add(random.index(5), s, 0, random.uniform() + 0.1);
  const SequenceTables tables(hierarchy);
  for (const std::size_t steps : {1U, 2U, 3U, 50U, 64U, 65U}) {
    const auto outcomes = random_outcomes(random, hierarchy, steps);
    std::vector<std::vector<double>> posteriors;
    std::vector<double> evidence;
    std::vector<SequenceCounts> counts;
    for (const std::size_t memory : {std::size_t{0}, std::size_t{1} << 30U, std::size_t{800}}) {
      auto& all = posteriors.emplace_back();
      counts.emplace_back(tables);
      evidence.push_back(smooth(
          tables, outcomes, {.memory = memory},
          [&](std::size_t, const Episode& episode) {
            const auto p = episode.posterior(0, 0, 0);
            all.insert(all.end(), p.begin(), p.end());
          },
          &counts.back()));
      EXPECT_EQ(evidence.back(), evidence.front());
      EXPECT_EQ(all, posteriors.front());
      EXPECT_EQ(counts.back().levels[0][0].arcs, counts.front().levels[0][0].arcs);
      EXPECT_EQ(counts.back().initial_states, counts.front().initial_states);
    }
    EXPECT_EQ(posteriors.front().size(), 5 * steps);
  }
}

TEST(RootChain, ResultsHaveTheSameBitsWhereverTheyLieInMemory) {
  for (const std::size_t successors : {2U, 9U}) {  // lists, a matrix
    constexpr std::size_t kStates = 37;
    Random random(successors);
    auto hierarchy = chain(kStates, 2, 3, 0.1,
                           [](std::size_t g, std::size_t s) { return g == 0 ? s % 3 : s / 13; });
    hierarchy.restart_concentration = 0.1;
    for (std::size_t s = 0; s < kStates; ++s)
      for (std::size_t i = 0; i < successors; ++i)
        hierarchy.levels[0].factors[0].transition.add((s + i + 1) % kStates, s, 0,
                                                      random.uniform() + 0.1);
    const auto outcomes = random_outcomes(random, hierarchy, 20);
    std::vector<double> first;
    std::vector<std::vector<char>> between;  // moves what comes after it
    for (std::size_t i = 0; i < 16; ++i) {
      between.emplace_back(24 + 16 * i);
      const SequenceTables tables(hierarchy);
      EXPECT_EQ(tables.root_chain().is_dense(), successors == 9);
      std::vector<double> all;
      SequenceCounts counts(tables);
      all.push_back(smooth(
          tables, outcomes, {},
          [&](std::size_t, const Episode& episode) {
            const auto p = episode.posterior(0, 0, 0);
            all.insert(all.end(), p.begin(), p.end());
          },
          &counts));
      const auto& arcs = counts.levels[0][0].arcs;
      all.insert(all.end(), arcs.begin(), arcs.end());
      if (i == 0) first = all;
      EXPECT_EQ(all, first) << i;
    }
  }
}

}  // namespace
}  // namespace rgm
