#include "rgm/learning/kinds_learning.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "rgm/base/random.h"
#include "support/random_kinds.h"

namespace rgm {
namespace {

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Outcomes that now stand still, now jump about: two kinds of change.
Outcomes restless(Random& random, std::size_t steps, std::size_t cells) {
  Outcomes result(steps, 2 * cells);
  std::vector<bool> moves(cells);
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t c = 0; c < cells; ++c) {
      if (random.uniform() < 0.1) moves[c] = !moves[c];
      for (std::size_t g = 2 * c; g < 2 * c + 2; ++g)
        result(t, g) = t == 0 || moves[c] ? Outcome{static_cast<std::uint16_t>(random.index(5)), 0}
                                          : result(t - 1, g);
    }
  return result;
}

Kinds fresh(std::size_t cells, const KindsOptions& options = {}) {
  std::vector<std::vector<std::size_t>> columns;
  for (std::size_t c = 0; c < cells; ++c) columns.push_back({2 * c, 2 * c + 1});
  return make_kinds(std::vector<std::size_t>(2 * cells, 5), columns, true, options);
}

TEST(LearnKinds, CountsEveryOutcomeOnce) {
  Random random(3);
  auto outcomes = restless(random, 50, 2);
  outcomes(10, 1) = {};
  auto kinds = fresh(2);
  learn_kinds(kinds, std::span(&outcomes, 1));
  double after_last = 0, after_two = 0;
  for (const auto& followers : kinds.tables[0].after_last) after_last += sum(followers.totals);
  for (const auto& [pair, followers] : kinds.tables[0].after_two) {
    after_two += sum(followers.totals);
    EXPECT_NEAR(sum(followers.totals), sum(followers.counts), 1e-9);
  }
  // The first step has no last; where one is missing, so have it and what follows it.
  EXPECT_NEAR(after_last, 4 * 49 - 2, 1e-9);
  EXPECT_NEAR(after_two, 4 * 48 - 3, 1e-9);
  EXPECT_NEAR(sum(kinds.frequencies[0]), 50, 1e-12);
  EXPECT_NEAR(sum(kinds.frequencies[1]), 49, 1e-12);
  EXPECT_NEAR(sum(kinds.chain.values()), 2 * 50, 1e-9);
  kinds.validate();
}

TEST(LearnKinds, PredictsNewSequencesBetterThanWithoutWhatWasLearnt) {
  Random random(5);
  const auto training = restless(random, 400, 3), test = restless(random, 200, 3);
  auto kinds = fresh(3), none = fresh(3);
  learn_kinds(kinds, std::span(&training, 1));
  const double known = learn_kinds(kinds, std::span(&test, 1));
  const double unknown = learn_kinds(none, std::span(&test, 1));
  EXPECT_GT(known, unknown + 20);
  // Better than any model that does not know when a cell moves: frequencies cost ln 5 an outcome.
  EXPECT_GT(known, -0.75 * std::log(5.0) * 6 * 200);
}

/// Two columns of four that follow a fixed walk of length `period`, now and then disturbed.
Outcomes walk(Random& random, std::size_t steps, std::size_t period) {
  Outcomes result(steps, 2);
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t g = 0; g < 2; ++g) {
      const std::size_t place = t % period;
      const bool disturbed = random.uniform() < 0.05;
      result(t, g) = {static_cast<std::uint16_t>(disturbed ? random.index(4)
                                                           : (place * place + g * place / 2) % 4),
                      0};
    }
  return result;
}

RC_GTEST_PROP(LearnKinds, WithMemoryPredictionsAreDistributionsAndWhatIsPushed,
              (std::uint32_t seed)) {
  Random random(seed);
  auto training = walk(random, 60, 7);
  for (std::size_t t = 0; t < 60; t += 3) {  // soft ones, of which each outcome counts but a part
    training(t, 1) = {1, 0x4000};
    training.set_soft(t + 1, 0, std::vector{0.25, 0.25, 0.25, 0.25});
  }
  auto kinds = make_kinds({4, 4}, {{0, 1}}, false, {.number = 3, .memory = 2});
  learn_kinds(kinds, std::span(&training, 1));
  auto outcomes = walk(random, 30, 7);
  outcomes(11, 0) = {};
  outcomes(12, 1) = {1, 0x4000};  // a soft one
  outcomes.set_soft(13, 0, std::vector{0.5, 0.0, 0.25, 1.0});
  KindsFilter filter(kinds);
  std::vector<double> predicted;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    filter.begin_step();
    for (std::size_t g = 0; g < 2; ++g) {
      filter.predict(g, predicted);
      RC_ASSERT(std::abs(sum(predicted) - 1) < 1e-12);
      double expected = 0;
      for_each_outcome_weight(outcomes, t, g, 4, [&](std::size_t o, double weight) {
        expected += weight * predicted[o];
      });
      if (outcomes(t, g).missing()) expected = 1;
      RC_ASSERT(std::abs(filter.probability(g, outcomes, t) - expected) < 1e-12);
      RC_ASSERT(std::abs(filter.push(g, outcomes, t) - expected) < 1e-12);
      RC_ASSERT(std::abs(sum(filter.belief(0)) - 1) < 1e-12);
    }
    filter.finish_step();
  }
}

TEST(LearnKinds, MemoryKnowsWhatComesAgain) {
  Random random(11);
  const auto training = walk(random, 300, 7), test = walk(random, 300, 7);
  std::vector<double> evidence;
  for (const std::size_t memory : {0, 1, 2}) {
    auto kinds = make_kinds({4, 4}, {{0, 1}}, false, {.memory = memory});
    learn_kinds(kinds, std::span(&training, 1));
    evidence.push_back(learn_kinds(kinds, std::span(&test, 1)));
    if (memory == 2) {
      EXPECT_GT(kinds.memory[1].size(), kinds.memory[0].size());
    }
  }
  EXPECT_GT(evidence[1], evidence[0]);
  EXPECT_GT(evidence[2], evidence[1]);
}

TEST(LearnKinds, GoesOnWhereItWas) {
  Random random(7);
  const std::vector<Outcomes> both{restless(random, 60, 2), restless(random, 70, 2)};
  auto together = fresh(2), one_by_one = fresh(2);
  const double all = learn_kinds(together, both);
  double parts = learn_kinds(one_by_one, std::span(both).first(1));
  parts += learn_kinds(one_by_one, std::span(both).last(1));
  EXPECT_NEAR(all, parts, 1e-9);
  EXPECT_EQ(together, one_by_one);
}

RC_GTEST_PROP(RelearnKinds, FirstPassHasTheFiltersEvidenceAndCountsAll, (std::uint32_t seed)) {
  Random random(seed);
  const std::vector<std::size_t> sizes{3, 3, 2};
  auto kinds = test::random_kinds(random, sizes, {{0, 2}, {1}}, {.number = 3});
  const auto outcomes = test::random_sequence(random, sizes, 12, 0.2);
  const auto before = kinds;
  const auto evidence = relearn_kinds(kinds, std::span(&outcomes, 1), 1);
  KindsFilter filter(before);
  double expected = 0;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    filter.begin_step();
    for (std::size_t g = 0; g < sizes.size(); ++g)
      expected += std::log(filter.push(g, outcomes, t));
    filter.finish_step();
  }
  RC_ASSERT(std::abs(evidence.front() - expected) < 1e-9);
  kinds.validate();
  double observed = 0;
  for (std::size_t t = 0; t < outcomes.items(); ++t)
    for (std::size_t g = 0; g < sizes.size(); ++g) observed += outcomes(t, g).missing() ? 0 : 1;
  double counted = 0;
  for (const auto& column : kinds.frequencies) counted += sum(column);
  RC_ASSERT(std::abs(counted - observed) < 1e-9);
}

TEST(RelearnKinds, RaisesTheEvidence) {
  Random random(9);
  const auto outcomes = restless(random, 400, 3);
  auto kinds = fresh(3);
  learn_kinds(kinds, std::span(&outcomes, 1));
  const auto evidence = relearn_kinds(kinds, std::span(&outcomes, 1), 5);
  ASSERT_EQ(evidence.size(), 5U);
  EXPECT_GT(evidence.back(), evidence.front());
}

}  // namespace
}  // namespace rgm
