#include "rgm/inference/sequence_states.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "rgm/inference/sequence_filter.h"
#include "rgm/inference/smooth.h"
#include "support/random_sequence.h"

namespace rgm {
namespace {

RC_GTEST_PROP(MostProbableSequence, EqualsEnumeration, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 10; ++i) {
    Random random(10 * std::uint64_t{seed} + i);
    const auto hierarchy =
        test::random_sequence_tree(random, {.max_time_scale = 2 + random.index(2)});
    const auto reading = random.index(2) == 0 ? SoftReading::kLikelihood : SoftReading::kCount;
    const auto outcomes =
        test::random_outcomes(random, hierarchy, 1 + random.index(3 * hierarchy.episode_length()));
    test::SequenceJoint joint(hierarchy, outcomes, reading);
    if (joint.size() > 20'000) continue;
    const auto expected = joint.infer();
    const SequenceTables tables(hierarchy);
    if (expected.best == 0) {
      RC_ASSERT_THROWS_AS(most_probable_states(tables, outcomes, reading), Error);
      continue;
    }
    const auto best = most_probable_states(tables, outcomes, reading);
    RC_ASSERT(std::abs(best.log_probability - std::log(expected.best)) < 1e-10);
    RC_ASSERT(std::abs(std::log(joint.probability(best.states, best.paths)) -
                       best.log_probability) < 1e-10);
  }
}

TEST(SampleSequence, FrequenciesAreProbabilities) {
  Random random(5);
  auto hierarchy = test::random_sequence_tree(random, {.max_levels = 2, .structural_zeros = 0});
  while (hierarchy.levels.size() != 2 || hierarchy.episode_length() != 2)
    hierarchy = test::random_sequence_tree(random, {.max_levels = 2, .structural_zeros = 0});
  constexpr std::size_t kDraws = 20'000;
  const SequenceTables tables(hierarchy);
  Outcomes nothing(3, hierarchy.num_modalities());
  const auto posteriors = test::SequenceJoint(hierarchy, nothing, SoftReading::kLikelihood).infer();
  OutcomeDistributions distributions;
  for (std::size_t f = 0; f < tables.level(0).size(); ++f)
    expected_outcomes(tables, f, posteriors.states[0][2][f], distributions);
  std::vector<std::vector<double>> frequency;
  for (const auto& p : distributions) frequency.emplace_back(p.size());
  for (std::size_t i = 0; i < kDraws; ++i) {
    const auto sample = sample_sequence(hierarchy, 3, random);
    for (std::size_t g = 0; g < frequency.size(); ++g)
      frequency[g][sample.outcomes(2, g).token] += 1.0 / kDraws;
  }
  for (std::size_t g = 0; g < frequency.size(); ++g)
    for (std::size_t o = 0; o < frequency[g].size(); ++o)
      EXPECT_NEAR(frequency[g][o], distributions[g][o],
                  5 * std::sqrt(distributions[g][o] * (1 - distributions[g][o]) / kDraws) + 1e-9);
}

RC_GTEST_PROP(SampleSequence, IsPossibleAndDoesNotLeaveWhatWasSeen, (std::uint64_t seed)) {
  Random random(seed);
  const auto hierarchy = test::random_sequence_tree(random);
  const SequenceTables tables(hierarchy);
  for (const bool background : {true, false}) {
    const auto sample =
        sample_sequence(hierarchy, 1 + random.index(9), random, {.background = background});
    RC_ASSERT(smooth(tables, sample.outcomes, {}) <= 1e-9);  // a probability, not zero
    for (std::size_t t = 0; t < sample.outcomes.items() && !background; ++t)
      for (std::size_t f = 0; f < tables.level(0).size(); ++f)
        for (const auto& observed : tables.level(0)[f].observed) {
          const std::size_t s = sample.states.states[0][t][f];
          bool any = false, seen = false;
          for (std::size_t o = 0; o < observed.num_outcomes; ++o)
            for (std::size_t i = observed.begin[o]; i < observed.begin[o + 1]; ++i) {
              any = any || observed.states[i] == s;
              seen = seen ||
                     (observed.states[i] == s && o == sample.outcomes(t, observed.modality).token);
            }
          RC_ASSERT(seen || !any);
        }
  }
}

TEST(SampleSequence, SameSeedSameSequenceAndErrors) {
  Random model_random(3);
  const auto hierarchy = test::random_sequence_tree(model_random);
  Random a(7), b(7);
  const auto one = sample_sequence(hierarchy, 12, a), two = sample_sequence(hierarchy, 12, b);
  EXPECT_EQ(one.states.states, two.states.states);
  for (std::size_t t = 0; t < 12; ++t)
    for (std::size_t g = 0; g < hierarchy.num_modalities(); ++g)
      EXPECT_EQ(one.outcomes(t, g), two.outcomes(t, g));
  EXPECT_THROW(sample_sequence(hierarchy, 0, a), Error);
  EXPECT_THROW(sample_sequence(hierarchy, 1, a, {.root_state = 1000}), Error);
  EXPECT_THROW(most_probable_states(SequenceTables(hierarchy), Outcomes(1, 1)), Error);
}

}  // namespace
}  // namespace rgm
