#include "rgm/inference/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <type_traits>
#include <vector>

#include "rgm/base/error.h"
#include "support/random_tree.h"

namespace rgm {
namespace {

using test::JointDistribution;
using test::random_outcomes;
using test::random_tree;

/// Five standard deviations of a count of `draws` with probability `p`, and one for small counts.
double five_sigma(double p, double draws) { return 5 * std::sqrt(draws * p * (1 - p)) + 1; }

/// Frequencies of states, of pairs of child and parent state and of outcomes against their exact
/// probabilities.
void compare_frequencies(const Hierarchy& hierarchy, Random& random, int root_state) {
  constexpr int kDraws = 20000;
  const JointDistribution joint(hierarchy);
  const auto exact = joint.infer(Outcomes(1, hierarchy.num_modalities()), 0, root_state,
                                 SoftReading::kLikelihood);  // nothing observed
  auto states = exact.posterior;
  auto pairs = exact.counts;  // above level 0: P(child state, parent state)
  for (auto& level : states)
    for (auto& factor : level) std::fill(factor.begin(), factor.end(), 0.0);
  for (auto& level : pairs)
    for (auto& factor : level) factor.fill(0);
  for (int i = 0; i < kDraws; ++i) {
    const auto drawn = sample(hierarchy, random, {.root_state = root_state});
    for (std::size_t n = 0; n < states.size(); ++n)
      for (std::size_t f = 0; f < states[n].size(); ++f) {
        const std::size_t state = drawn.states[n][f];
        ++states[n][f][state];
        const auto& factor = hierarchy.levels[n].factors[f];
        for (std::size_t g = 0; g < factor.modalities.size(); ++g) {
          const std::size_t source = hierarchy.levels[n].modalities[factor.modalities[g]].source;
          const std::size_t outcome =
              n > 0 ? drawn.states[n - 1][source] : drawn.outcomes[source].token;
          ++pairs[n][f](factor.likelihood.offset(g) + outcome, state);
        }
      }
  }
  for (std::size_t n = 0; n < states.size(); ++n)
    for (std::size_t f = 0; f < states[n].size(); ++f) {
      const auto& likelihood = hierarchy.levels[n].factors[f].likelihood;
      for (std::size_t s = 0; s < states[n][f].size(); ++s) {
        const double p = exact.posterior[n][f][s];
        EXPECT_NEAR(states[n][f][s], kDraws * p, five_sigma(p, kDraws));
        for (std::size_t g = 0; g < likelihood.num_modalities(); ++g)
          for (std::size_t o = 0; o < likelihood.num_outcomes(g); ++o) {
            const double both = p * joint.likelihood(n, f, g, o, s);
            EXPECT_NEAR(pairs[n][f](likelihood.offset(g) + o, s), kDraws * both,
                        five_sigma(both, kDraws));
          }
      }
    }
}

TEST(SampleTest, FrequenciesAreTheMarginals) {
  Random random(21);
  for (int t = 0; t < 6; ++t) {
    const Hierarchy hierarchy = random_tree(random, {.structural_zeros = 0.2});
    compare_frequencies(hierarchy, random, -1);
    compare_frequencies(hierarchy, random,
                        static_cast<int>(random.index(hierarchy.root().num_states())));
  }
}

TEST(SampleTest, DistributionsAreThoseOfTheDrawnStates) {
  Random random(22);
  for (int t = 0; t < 20; ++t) {
    const Hierarchy hierarchy = random_tree(random, {.structural_zeros = 0.5});
    const JointDistribution joint(hierarchy);
    const auto drawn = sample(hierarchy, random);
    EXPECT_EQ(drawn.outcomes.size(), hierarchy.num_modalities());
    for (std::size_t f = 0; f < hierarchy.levels[0].factors.size(); ++f) {
      const auto& group = hierarchy.levels[0].factors[f].modalities;
      for (std::size_t g = 0; g < group.size(); ++g) {
        const auto& modality = hierarchy.levels[0].modalities[group[g]];
        const auto& distribution = drawn.distributions[modality.source];
        ASSERT_EQ(distribution.size(), modality.num_outcomes);
        for (std::size_t o = 0; o < distribution.size(); ++o)
          EXPECT_NEAR(distribution[o], joint.likelihood(0, f, g, o, drawn.states[0][f]), 1e-12);
        EXPECT_EQ(drawn.outcomes[modality.source].share, 0);
        EXPECT_GT(distribution[drawn.outcomes[modality.source].token], 0);
      }
    }
  }
}

TEST(SampleTest, SameSeedSameSample) {
  Random random(23);
  const Hierarchy hierarchy = random_tree(random, {.min_levels = 3});
  Random first(1), second(1);
  for (int i = 0; i < 10; ++i) {
    const auto a = sample(hierarchy, first), b = sample(hierarchy, second);
    EXPECT_EQ(a.states, b.states);
    EXPECT_EQ(a.outcomes, b.outcomes);
    EXPECT_EQ(a.distributions, b.distributions);
  }
}

TEST(ExpectedOutcomesTest, OfAStateEqualEnumeration) {
  Random random(24);
  for (int t = 0; t < 25; ++t) {
    const Hierarchy hierarchy = random_tree(random);
    const JointDistribution joint(hierarchy);
    const std::size_t level = random.index(hierarchy.levels.size());
    const std::size_t factor = random.index(hierarchy.levels[level].factors.size());
    const std::size_t state = random.index(hierarchy.levels[level].factors[factor].num_states());
    const auto actual = expected_outcomes(hierarchy, level, factor, state);

    std::vector<bool> below(
        hierarchy.levels[level].factors.size());  // factors of the level that belong to the subtree
    below[factor] = true;
    for (std::size_t n = level; n > 0; --n) {
      std::vector<bool> next(hierarchy.levels[n - 1].factors.size());
      for (std::size_t f = 0; f < below.size(); ++f)
        for (const std::size_t g : hierarchy.levels[n].factors[f].modalities)
          next[hierarchy.levels[n].modalities[g].source] = below[f];
      below = next;
    }
    double total = 0;
    std::vector<std::vector<double>> states(below.size(),
                                            std::vector<double>(8));  // P(state of level 0, state)
    joint.for_each([&](const test::States& s, double p) {
      if (s[level][factor] != state) return;
      total += p;
      for (std::size_t f = 0; f < states.size(); ++f) states[f][s[0][f]] += p;
    });
    for (std::size_t f = 0; f < below.size(); ++f) {
      const auto& bottom = hierarchy.levels[0].factors[f];
      for (std::size_t g = 0; g < bottom.modalities.size(); ++g) {
        const auto& distribution =
            actual[hierarchy.levels[0].modalities[bottom.modalities[g]].source];
        ASSERT_EQ(distribution.size(), below[f] ? bottom.likelihood.num_outcomes(g) : 0);
        for (std::size_t o = 0; o < distribution.size(); ++o) {
          double expected = 0;
          for (std::size_t s = 0; s < bottom.num_states(); ++s)
            expected += joint.likelihood(0, f, g, o, s) * states[f][s] / total;
          EXPECT_NEAR(distribution[o], expected, 1e-10);
        }
      }
    }
  }
}

template <class Real>
class BeliefsTest : public testing::Test {};
using Precisions = testing::Types<double, float>;
TYPED_TEST_SUITE(BeliefsTest, Precisions);

/// Beliefs about all items of `outcomes`.
template <class Real>
TreeBeliefs<Real> infer(const TreeTables<Real>& tables, const Outcomes& outcomes,
                        SoftReading reading, const std::vector<int>& root_states = {},
                        const std::vector<double>& weights = {}) {
  std::vector<std::size_t> items(outcomes.items());
  std::iota(items.begin(), items.end(), std::size_t{0});
  TreeBeliefs<Real> beliefs;
  upward(tables, outcomes, items, root_states, reading, beliefs);
  downward(tables, root_states, weights, beliefs);
  return beliefs;
}

TYPED_TEST(BeliefsTest, ExpectedOutcomesEqualEnumeration) {
  const double tolerance = std::is_same_v<TypeParam, double> ? 1e-10 : 1e-5;
  Random random(25);
  for (int t = 0; t < 25; ++t) {
    const Hierarchy hierarchy = random_tree(random);
    const JointDistribution joint(hierarchy);
    const TreeTables<TypeParam> tables(hierarchy);
    const Outcomes outcomes = random_outcomes(random, hierarchy, 2);
    const auto beliefs = infer(tables, outcomes, SoftReading::kLikelihood, {}, {1.0, -0.3});
    for (std::size_t i = 0; i < 2; ++i) {
      const auto actual = expected_outcomes(hierarchy, beliefs, i);
      const auto exact = joint.infer(outcomes, i, -1, SoftReading::kLikelihood);
      for (std::size_t f = 0; f < hierarchy.levels[0].factors.size(); ++f) {
        const auto& factor = hierarchy.levels[0].factors[f];
        for (std::size_t g = 0; g < factor.modalities.size(); ++g)
          for (std::size_t o = 0; o < factor.likelihood.num_outcomes(g); ++o) {
            double expected = 0;
            for (std::size_t s = 0; s < factor.num_states(); ++s)
              expected += joint.likelihood(0, f, g, o, s) * exact.posterior[0][f][s];
            EXPECT_NEAR(actual[hierarchy.levels[0].modalities[factor.modalities[g]].source][o],
                        expected, tolerance);
          }
      }
    }
  }
}

TYPED_TEST(BeliefsTest,
           CompletionIsTheRatioOfEvidences) {  // P(o_g | rest) = P(o_g, rest) / P(rest)
  Random random(26);
  for (int t = 0; t < 20; ++t) {
    const Hierarchy hierarchy = random_tree(random);
    const TreeTables<TypeParam> tables(hierarchy);
    const auto& modality = hierarchy.levels[0].modalities[random.index(hierarchy.num_modalities())];
    Outcomes outcomes = random_outcomes(random, hierarchy, 1);
    outcomes(0, modality.source) = {};
    const auto rest = infer(tables, outcomes, SoftReading::kLikelihood);
    const auto completed = expected_outcomes(hierarchy, rest, 0)[modality.source];
    for (std::size_t o = 0; o < completed.size(); ++o) {
      outcomes(0, modality.source) = {static_cast<std::uint16_t>(o), 0};
      const auto all = infer(tables, outcomes, SoftReading::kLikelihood);
      EXPECT_NEAR(completed[o], std::exp(all.log_evidence[0] - rest.log_evidence[0]), 1e-5);
    }
  }
}

TYPED_TEST(BeliefsTest, MostProbableStatesEqualEnumeration) {
  Random random(27);
  int compared = 0;
  for (int t = 0; t < 60; ++t) {
    const Hierarchy hierarchy = random_tree(random, {.structural_zeros = t % 3 == 0 ? 0.3 : 0.0});
    const JointDistribution joint(hierarchy);
    const TreeTables<TypeParam> tables(hierarchy);
    const auto reading = t % 2 ? SoftReading::kCount : SoftReading::kLikelihood;
    const Outcomes outcomes = random_outcomes(random, hierarchy, 1);
    const int root_state = static_cast<int>(random.index(hierarchy.root().num_states() + 1)) - 1;
    const auto exact = joint.infer(outcomes, 0, root_state, reading);
    if (exact.evidence == 0) continue;
    const auto beliefs = infer(tables, outcomes, reading, {root_state});
    const auto states = most_probable_states(tables, beliefs, 0, root_state);
    EXPECT_TRUE(root_state < 0 || states.back().front() == static_cast<std::size_t>(root_state));
    // Equally probable states may be told apart by rounding: their probability is what counts.
    EXPECT_NEAR(joint.prior(states) * joint.evidence(states, outcomes, 0, reading) / exact.best,
                1.0, 1e-5);
    ++compared;
  }
  EXPECT_GT(compared, 40);
}

TEST(SampleTest, SparseLikelihoodsGiveTheSameAsDenseOnes) {
  Random random(29);
  for (int t = 0; t < 20; ++t) {
    const Hierarchy hierarchy = random_tree(random, {.structural_zeros = 0.3});
    const Hierarchy sparse = test::sparse(hierarchy);
    EXPECT_TRUE(dense(sparse) == hierarchy);
    Random first(t), second(t);
    const auto a = sample(hierarchy, first), b = sample(sparse, second);
    EXPECT_EQ(a.states, b.states);
    EXPECT_EQ(a.outcomes, b.outcomes);
    EXPECT_EQ(a.distributions, b.distributions);
    EXPECT_EQ(expected_outcomes(hierarchy, hierarchy.levels.size() - 1, 0, 0),
              expected_outcomes(sparse, hierarchy.levels.size() - 1, 0, 0));
  }
}

TEST(MostProbableStates, AnObservedRootIsTheMostProbableHoweverImprobable) {
  // A root state that its outcomes make so improbable that its message is 0 in single precision.
  Hierarchy one;
  one.levels.resize(1);
  Factor factor;
  const std::vector<std::size_t> two(20, 2);
  factor.likelihood = Likelihood(two, std::vector<double>(20, 1e-4), 2);
  for (std::size_t g = 0; g < 20; ++g) {
    one.levels[0].modalities.push_back({Modality::Kind::kOutcome, g, 2});
    factor.modalities.push_back(g);
    for (std::size_t s = 0; s < 2; ++s) factor.likelihood.add(g, s, s, 1);
  }
  one.levels[0].factors = {factor};
  one.initial_state_counts = {1, 1};
  Outcomes outcomes(1, 20);
  for (auto& outcome : outcomes.item(0)) outcome = {0, 0};
  const auto beliefs = infer(TreeTables<float>(one), outcomes, SoftReading::kLikelihood, {1});
  EXPECT_EQ(most_probable_states(TreeTables<float>(one), beliefs, 0, 1), (TreeStates{{1}}));
  EXPECT_EQ(most_probable_states(TreeTables<float>(one), beliefs, 0, -1), (TreeStates{{0}}));

  // A product of a message and a prior that leaves the range of numbers.
  one.initial_state_counts = {1, 1e-300};
  const TreeTables<double> tables(one);
  const auto exact = infer(tables, outcomes, SoftReading::kLikelihood, {1});
  EXPECT_EQ(most_probable_states(tables, exact, 0, 1), (TreeStates{{1}}));
}

TEST(SampleTest, WrongInputsAreErrors) {
  Random random(28);
  Hierarchy hierarchy = random_tree(random, {.min_levels = 2, .max_levels = 2});
  const int states = static_cast<int>(hierarchy.root().num_states());
  EXPECT_THROW(sample(hierarchy, random, {.root_state = states}), Error);
  EXPECT_THROW(expected_outcomes(hierarchy, 2, 0, 0), Error);
  EXPECT_THROW(expected_outcomes(hierarchy, 1, 1, 0), Error);
  EXPECT_THROW(expected_outcomes(hierarchy, 1, 0, hierarchy.root().num_states()), Error);

  const TreeTables<double> tables(hierarchy);
  const std::vector<std::size_t> items{0};
  TreeBeliefs<double> beliefs;
  upward(tables, Outcomes(1, hierarchy.num_modalities()), items, {}, SoftReading::kLikelihood,
         beliefs);
  EXPECT_THROW(expected_outcomes(hierarchy, beliefs, 0), Error);  // before downward
  downward(tables, {}, std::vector<double>{0.0}, beliefs);
  EXPECT_THROW(expected_outcomes(hierarchy, beliefs, 0), Error);  // no weight, no posterior
  EXPECT_THROW(expected_outcomes(hierarchy, beliefs, 1), Error);
  EXPECT_THROW(most_probable_states(tables, beliefs, 1), Error);
  EXPECT_THROW(most_probable_states(tables, beliefs, 0, states), Error);

  hierarchy.levels[0].time_scale = 2;
  EXPECT_THROW(sample(hierarchy, random), Error);
  EXPECT_THROW(expected_outcomes(hierarchy, 0, 0, 0), Error);
}

}  // namespace
}  // namespace rgm
