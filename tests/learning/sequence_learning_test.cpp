#include "rgm/learning/sequence_learning.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "rgm/inference/sequence_states.h"
#include "support/random_sequence.h"

namespace rgm {
namespace {

RC_GTEST_PROP(SequenceLearning, NoPassLowersTheObjective, (std::uint64_t seed)) {
  Random random(seed);
  auto hierarchy = test::random_sequence_tree(random);
  std::vector<Outcomes> sequences;
  for (std::size_t i = 0; i < 3; ++i)
    sequences.push_back(sample_sequence(hierarchy, 1 + random.index(20), random).outcomes);
  const auto result =
      sequence_expectation_maximisation(hierarchy, sequences, {.passes = 6, .smallest = 0});
  for (std::size_t i = 1; i < result.objective.size(); ++i)
    RC_ASSERT(result.objective[i] >= result.objective[i - 1] - 1e-8);
  hierarchy.validate();
}

// Restarts rare and frequent, where counts of the arcs alone would be wrong: the objective, judged
// by enumeration, never falls.
TEST(SequenceLearning, NoPassLowersTheObjectiveWithRestarts) {
  std::size_t judged = 0;
  for (std::uint64_t seed = 0; judged < 1000; ++seed) {
    Random random(seed);
    auto hierarchy = test::random_sequence_tree(random);
    hierarchy.restart_concentration = std::exp(4 * random.normal());
    const std::vector<Outcomes> data{
        sample_sequence(hierarchy, hierarchy.episode_length() * test::between(random, 2, 4), random)
            .outcomes};
    if (test::SequenceJoint(hierarchy, data[0], {}).size() > 3000) continue;
    ++judged;
    double before = -std::numeric_limits<double>::infinity();
    for (std::size_t pass = 0; pass < 4; ++pass) {
      const double evidence = test::SequenceJoint(hierarchy, data[0], {}).infer().evidence;
      const double objective = std::log(evidence) + log_prior(hierarchy);
      const auto result =
          sequence_expectation_maximisation(hierarchy, data, {.passes = 1, .smallest = 0});
      ASSERT_NEAR(result.objective[0], objective, 1e-8) << "seed " << seed;
      ASSERT_GE(objective, before - 1e-9) << "seed " << seed << ", pass " << pass;
      before = objective;
    }
    hierarchy.validate();
  }
}

TEST(SequenceLearning, BitsAreTheSameForAnyNumberOfThreads) {
  Random random(5);
  const auto before = test::random_sequence_tree(random, {.max_states = 4});
  for (const std::size_t count : {1, 5, 40}) {
    std::vector<Outcomes> sequences;
    for (std::size_t i = 0; i < count; ++i)
      sequences.push_back(sample_sequence(before, 1 + random.index(20), random).outcomes);
    Hierarchy first;
    EmResult first_result;
    for (const int threads : {1, 2, 3}) {
      auto hierarchy = before;
      const auto result = sequence_expectation_maximisation(hierarchy, sequences,
                                                            {.passes = 3, .threads = threads});
      if (threads == 1) {
        first = hierarchy;
        first_result = result;
        continue;
      }
      EXPECT_TRUE(hierarchy == first) << count << " sequences, " << threads << " threads";
      EXPECT_EQ(result.log_evidence, first_result.log_evidence);
      EXPECT_EQ(result.objective, first_result.objective);
    }
  }
}

RC_GTEST_PROP(SequenceLearning, ZerosStayZeros, (std::uint64_t seed)) {
  Random random(seed);
  auto hierarchy = test::random_sequence_tree(random, {.structural_zeros = 1});
  const auto before = hierarchy;
  const std::vector<Outcomes> sequences{
      sample_sequence(hierarchy, 1 + random.index(20), random).outcomes};
  sequence_expectation_maximisation(hierarchy, sequences, {.passes = 3, .smallest = 0});
  for (std::size_t n = 0; n < before.levels.size(); ++n)
    for (std::size_t f = 0; f < before.levels[n].factors.size(); ++f) {
      const auto was = before.levels[n].factors[f].likelihood.expectation();
      const auto is = hierarchy.levels[n].factors[f].likelihood.expectation();
      for (std::size_t i = 0; i < was.size(); ++i)
        RC_ASSERT(was.values()[i] > 0 || is.values()[i] == 0);
    }
}

TEST(SequenceLearning, LearnsTheTransitionsThatGaveTheData) {
  // One factor, its states seen without noise; a chain of which two transitions have 3:1 odds.
  Hierarchy truth;
  Level level;
  level.modalities = {{Modality::Kind::kOutcome, 0, 3}};
  Factor factor;
  factor.modalities = {0};
  factor.likelihood = Likelihood::sparse(std::vector<std::size_t>{3}, std::vector{0.01}, 3);
  for (std::size_t s = 0; s < 3; ++s) factor.likelihood.add(0, s, s, 10);
  factor.num_paths = 2;
  factor.transition = Transition(3, 2);
  factor.transition.add(1, 0, 0, 3);
  factor.transition.add(2, 0, 1, 1);
  factor.transition.add(0, 1, 0, 1);
  factor.transition.add(0, 2, 0, 1);
  level.factors = {factor};
  truth.levels = {level};
  truth.initial_state_counts = {1, 1, 1};
  truth.validate();
  Random random(1);
  const std::vector<Outcomes> data{sample_sequence(truth, 4000, random).outcomes};
  auto learnt = truth;
  learnt.levels[0].factors[0].transition.set_counts(0, {1, 1});
  sequence_expectation_maximisation(learnt, data, {.passes = 3});
  const auto& arcs = learnt.root().transition.arcs(0);
  EXPECT_NEAR(arcs[0].count / (arcs[0].count + arcs[1].count), 0.75,
              0.03);  // 4 standard errors of 2,000 draws

  // Online: the same expectations are added to what is known.
  auto online = truth;
  const SequenceTables tables(online);
  SequenceCounts counts(tables);
  smooth(tables, data[0], {}, {}, &counts);
  add_counts(online, counts);
  double before = 0, after = 0;
  for (std::size_t s = 0; s < 3; ++s) {
    for (const auto& arc : truth.root().transition.arcs(s)) before += arc.count;
    for (const auto& arc : online.root().transition.arcs(s)) after += arc.count;
  }
  EXPECT_NEAR(after - before, 3999, 1e-6);
}

TEST(SequenceLearning, Errors) {
  Random random(1);
  auto hierarchy = test::random_sequence_tree(random);
  EXPECT_THROW(sequence_expectation_maximisation(hierarchy, {}), Error);
  auto other = test::random_sequence_tree(random);
  while (other.levels.size() == hierarchy.levels.size()) other = test::random_sequence_tree(random);
  const SequenceCounts counts{SequenceTables(other)};
  EXPECT_THROW(add_counts(hierarchy, counts), Error);
  EXPECT_THROW(set_counts(hierarchy, counts), Error);
}

}  // namespace
}  // namespace rgm
