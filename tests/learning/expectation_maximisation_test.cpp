#include "rgm/learning/expectation_maximisation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <ostream>
#include <string>
#include <vector>

#include "support/learning_support.h"

namespace rgm {
namespace {

using test::close;
using test::error_of;
using test::expect_close;
using test::random_outcomes;
using test::random_roots;
using test::random_tree;

/// Random items about a tree, without those that are impossible under it.
ItemSet random_items(Random& random, const Hierarchy& hierarchy, const Outcomes& outcomes,
                     SoftReading reading) {
  const TreeTables<double> tables(hierarchy);
  const auto roots = random_roots(random, hierarchy, outcomes.items());
  ItemSet set{&outcomes, {}, {}, {}};
  for (std::size_t i = 0; i < outcomes.items(); ++i) {
    const std::string error = error_of([&] {
      expected_counts(tables, {&outcomes, {i}, {roots[i]}, {}}, {reading, 1});
    });
    if (!error.empty()) continue;
    set.items.push_back(i);
    set.root_states.push_back(roots[i]);
  }
  return set;
}

TEST(ExpectedCounts, AreThoseOfEnumerationOverManyShards) {
  Random random(1);
  constexpr std::size_t kItems = 1300;  // eleven batches in eight shards, the last not full
  for (const auto reading : {SoftReading::kLikelihood, SoftReading::kCount}) {
    const auto hierarchy =
        random_tree(random, {.min_levels = 2, .max_bottom_factors = 2, .max_states = 3});
    const auto outcomes = random_outcomes(random, hierarchy, 50);
    ItemSet set{&outcomes, {}, random_roots(random, hierarchy, kItems), {}};
    for (std::size_t i = 0; i < kItems; ++i) {
      set.items.push_back(random.index(outcomes.items()));
      set.weights.push_back(random.normal());
    }
    std::vector<double> log_evidence;
    const auto counts =
        expected_counts(TreeTables<double>(hierarchy), set, {reading, 2}, &log_evidence);
    const test::EnumeratedCounts expected(hierarchy, set, reading);
    for (std::size_t n = 0; n < expected.levels.size(); ++n)
      for (std::size_t f = 0; f < expected.levels[n].size(); ++f)
        expect_close(counts.levels[n][f], expected.levels[n][f], 1e-10);
    for (std::size_t s = 0; s < expected.root.size(); ++s)
      EXPECT_TRUE(close(counts.root[s], expected.root[s], 1e-10));
    ASSERT_EQ(log_evidence.size(), kItems);
    for (std::size_t i = 0; i < kItems; ++i)
      EXPECT_TRUE(close(log_evidence[i], expected.log_evidence[i], 1e-10));
  }
}

// An item among others whose evidence leaves the range of single precision counts as in double.
TEST(ExpectedCounts, OfPossibleItemsBeyondSinglePrecision) {
  const auto hierarchy = test::contradicted_tree(15);
  constexpr std::size_t kItems = 300, kBeyond = 137;
  Outcomes outcomes(kItems, 30);
  for (std::size_t i = 0; i < kItems; ++i)
    for (std::size_t g = 0; g < 30; ++g)
      outcomes(i, g) = {static_cast<std::uint16_t>(i == kBeyond ? g / 15 : i % 2), 0};
  const auto set = ItemSet::all(outcomes);
  const InferenceOptions options{SoftReading::kLikelihood, 2};
  const TreeTables<float> single(hierarchy);
  const TreeTables<double> exact(hierarchy);
  std::vector<double> evidence, exact_evidence;
  const auto counts = expected_counts(single, set, options, &evidence);
  const auto exact_counts = expected_counts(exact, set, options, &exact_evidence);
  EXPECT_NEAR(exact_evidence[kBeyond], 15 * std::log(1e-4), 0.1);
  for (std::size_t i = 0; i < kItems; ++i) EXPECT_TRUE(close(evidence[i], exact_evidence[i], 1e-5));
  for (std::size_t n = 0; n < 2; ++n)
    for (std::size_t f = 0; f < counts.levels[n].size(); ++f)
      for (std::size_t i = 0; i < counts.levels[n][f].values().size(); ++i)
        EXPECT_NEAR(counts.levels[n][f].values()[i], exact_counts.levels[n][f].values()[i], 1e-3);
  const auto joint = root_log_joint(single, set, options);
  const auto exact_joint = root_log_joint(exact, set, options);
  for (std::size_t s = 0; s < 2; ++s)
    EXPECT_TRUE(close(joint(kBeyond, s), exact_joint(kBeyond, s), 1e-5));

  auto impossible = hierarchy;  // what is so in double, too, is an error that names the item
  for (auto& factor : impossible.levels[0].factors)
    for (std::size_t g = 0; g < 15; ++g) factor.likelihood.set_concentration(g, 0);
  EXPECT_NE(test::error_of([&] {
              expected_counts(TreeTables<float>(impossible), set, options);
            }).find("item 137"),
            std::string::npos);
}

TEST(RootLogJoint, IsThatOfEnumeration) {
  Random random(2);
  const auto hierarchy = random_tree(random);
  const auto outcomes = random_outcomes(random, hierarchy, 300);
  const auto joint = root_log_joint(TreeTables<double>(hierarchy), ItemSet::all(outcomes),
                                    {SoftReading::kLikelihood, 2});
  const test::JointDistribution truth(hierarchy);
  for (std::size_t i = 0; i < outcomes.items(); i += 7) {
    const auto expected = truth.infer(outcomes, i, -1, SoftReading::kLikelihood).root_joint;
    for (std::size_t s = 0; s < expected.size(); ++s)
      EXPECT_TRUE(close(joint(i, s), std::log(expected[s]), 1e-10));
  }
}

/// One EM pass, by enumeration: a ← Σ expected counts, root counts ← expected + 1 / states.
TEST(ExpectationMaximisation, OnePassSetsCountsToTheirExpectedSums) {
  Random random(3);
  for (std::size_t t = 0; t < 10; ++t) {
    const auto before = random_tree(random);
    const auto outcomes = random_outcomes(random, before, 6);
    auto set = ItemSet::all(outcomes);
    set.root_states = random_roots(random, before, 6);
    for (std::size_t i = 0; i < 6; ++i) set.weights.push_back(random.uniform());
    const auto reading = t % 2 ? SoftReading::kCount : SoftReading::kLikelihood;
    const test::EnumeratedCounts expected(before, set, reading);

    auto after = before;
    const auto result = expectation_maximisation<double>(after, set, {1, 0, {reading, 1}});
    for (std::size_t n = 0; n < after.levels.size(); ++n)
      for (std::size_t f = 0; f < after.levels[n].factors.size(); ++f)
        expect_close(after.levels[n].factors[f].likelihood.counts(), expected.levels[n][f], 1e-10);
    for (std::size_t s = 0; s < expected.root.size(); ++s)
      EXPECT_TRUE(close(after.initial_state_counts[s],
                        expected.root[s] + 1 / static_cast<double>(expected.root.size()), 1e-10));
    const double total = std::inner_product(set.weights.begin(), set.weights.end(),
                                            expected.log_evidence.begin(), 0.0);
    ASSERT_EQ(result.log_evidence.size(), 1U);
    EXPECT_TRUE(close(result.log_evidence[0], total / 6, 1e-10));
    EXPECT_TRUE(close(result.objective[0], total + log_prior(before), 1e-10));
  }
}

TEST(LogPrior, WeighsLogProbabilitiesByTheirConcentration) {
  Hierarchy hierarchy;
  const std::vector<std::size_t> outcomes{2, 3};
  const std::vector<double> concentrations{0.5, 0.0};
  Likelihood likelihood(outcomes, concentrations, 1);
  likelihood.counts()(0, 0) = 2;  // 2.5 and 0.5 of 3; the second modality has no background
  likelihood.counts()(2, 0) = 1;
  hierarchy.levels.push_back(
      {{{Modality::Kind::kOutcome, 0, 2}, {Modality::Kind::kOutcome, 1, 3}}, {}, 1});
  hierarchy.levels[0].factors.push_back({{0, 1}, likelihood, 1, {}, 0, 0});
  hierarchy.initial_state_counts = {4};
  EXPECT_NEAR(log_prior(hierarchy), 0.5 * std::log(2.5 / 3) + 0.5 * std::log(0.5 / 3), 1e-14);
}

struct EmCase {
  const char* name;
  SoftReading reading;
  double structural_zeros;
};

void PrintTo(const EmCase& c, std::ostream* out) { *out << c.name; }

class Monotone : public testing::TestWithParam<EmCase> {};

TEST_P(Monotone, EmNeverLowersItsObjective) {
  Random random(4);
  for (std::size_t t = 0; t < 30; ++t) {
    SCOPED_TRACE("tree " + std::to_string(t));
    auto hierarchy = random_tree(random, {.structural_zeros = GetParam().structural_zeros});
    const auto outcomes = random_outcomes(random, hierarchy, 12);
    const auto set = random_items(random, hierarchy, outcomes, GetParam().reading);
    if (set.items.empty()) continue;
    const auto result =
        expectation_maximisation<double>(hierarchy, set, {15, 0, {GetParam().reading, 1}});
    ASSERT_EQ(result.objective.size(), 15U);
    for (std::size_t pass = 1; pass < 15; ++pass)
      EXPECT_GE(result.objective[pass], result.objective[pass - 1] - 1e-9) << "pass " << pass;
    EXPECT_GT(result.objective[14], result.objective[0]);
    EXPECT_NO_THROW(hierarchy.validate());
  }
}

INSTANTIATE_TEST_SUITE_P(Readings, Monotone,
                         testing::Values(EmCase{"Likelihood", SoftReading::kLikelihood, 0},
                                         EmCase{"Count", SoftReading::kCount, 0},
                                         EmCase{"LikelihoodWithZeros", SoftReading::kLikelihood,
                                                0.5},
                                         EmCase{"CountWithZeros", SoftReading::kCount, 0.5}),
                         testing::PrintToStringParamName());

TEST(ExpectationMaximisation, WithoutPriorNeverLowersTheEvidence) {
  Random random(5);
  for (std::size_t t = 0; t < 20; ++t) {
    SCOPED_TRACE("tree " + std::to_string(t));
    auto hierarchy = random_tree(random, {.structural_zeros = 1});
    hierarchy.initial_state_counts.assign(hierarchy.root().num_states(), 1.0);
    const auto outcomes = random_outcomes(random, hierarchy, 12);
    auto set = random_items(random, hierarchy, outcomes, SoftReading::kLikelihood);
    if (set.items.empty()) continue;
    // The root alone keeps a prior count; with its state observed in equal shares that is no pull.
    const std::size_t states = hierarchy.root().num_states();
    auto items = set.items;
    set.items.clear();
    set.root_states.clear();
    const TreeTables<double> tables(hierarchy);
    for (const std::size_t i : items) {
      ItemSet one{&outcomes, std::vector<std::size_t>(states, i), {}, {}};
      for (std::size_t s = 0; s < states; ++s) one.root_states.push_back(static_cast<int>(s));
      if (!error_of([&] { expected_counts(tables, one, {SoftReading::kLikelihood, 1}); }).empty())
        continue;
      set.items.insert(set.items.end(), one.items.begin(), one.items.end());
      set.root_states.insert(set.root_states.end(), one.root_states.begin(), one.root_states.end());
    }
    if (set.items.empty()) continue;
    const auto result =
        expectation_maximisation<double>(hierarchy, set, {15, 0, {SoftReading::kLikelihood, 1}});
    for (std::size_t pass = 1; pass < 15; ++pass)
      EXPECT_GE(result.log_evidence[pass], result.log_evidence[pass - 1] - 1e-10)
          << "pass " << pass;
  }
}

TEST(ExpectationMaximisation, StructuralZerosNeverComeBack) {
  Random random(6);
  std::size_t zeros = 0;
  for (std::size_t t = 0; t < 40; ++t) {
    SCOPED_TRACE("tree " + std::to_string(t));
    const auto before = random_tree(random, {.structural_zeros = 0.6});
    const auto outcomes = random_outcomes(random, before, 8);
    const auto set = random_items(random, before, outcomes, SoftReading::kCount);
    if (set.items.empty()) continue;
    auto after = before;
    expectation_maximisation<double>(after, set, {6, 0, {SoftReading::kCount, 1}});
    for (std::size_t n = 0; n < before.levels.size(); ++n)
      for (std::size_t f = 0; f < before.levels[n].factors.size(); ++f) {
        const auto& old = before.levels[n].factors[f].likelihood;
        const auto was = old.expectation(),
                   is = after.levels[n].factors[f].likelihood.expectation();
        for (std::size_t k = 0; k < was.size(); ++k)
          if (was.values()[k] == 0) {
            ++zeros;
            EXPECT_EQ(is.values()[k], 0) << "level " << n << ", factor " << f << ", entry " << k;
          }
      }
  }
  EXPECT_GT(zeros, 100U);
}

template <class Real>
class Bits : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(Bits, Precisions);

TYPED_TEST(Bits, AreTheSameForAnyNumberOfThreads) {
  Random random(7);
  const auto before = random_tree(random, {.min_levels = 3, .max_states = 9});
  const auto outcomes = random_outcomes(random, before, 900);
  Hierarchy first;
  EmResult first_result;
  Matrix<double> first_joint;
  for (const int threads : {1, 2, 5}) {
    auto hierarchy = before;
    const InferenceOptions inference{SoftReading::kLikelihood, threads};
    const auto result =
        expectation_maximisation<TypeParam>(hierarchy, ItemSet::all(outcomes), {3, 0, inference});
    auto joint =
        root_log_joint(TreeTables<TypeParam>(hierarchy), ItemSet::all(outcomes), inference);
    if (threads == 1) {
      first = hierarchy;
      first_result = result;
      first_joint = std::move(joint);
      continue;
    }
    EXPECT_TRUE(hierarchy == first) << threads << " threads";
    EXPECT_TRUE(joint == first_joint) << threads << " threads";
    EXPECT_EQ(result.log_evidence, first_result.log_evidence);
    EXPECT_EQ(result.objective, first_result.objective);
  }
}

TEST(ExpectationMaximisation, SparseLikelihoodsLearnTheSameAsDenseOnes) {
  Random random(17);
  for (std::size_t t = 0; t < 10; ++t) {
    auto dense_one = random_tree(random);
    const auto outcomes = random_outcomes(random, dense_one, 6);
    auto set = ItemSet::all(outcomes);
    if (t % 2) {  // no background, and root states of which nothing is expected
      auto& likelihood = dense_one.levels.back().factors[0].likelihood;
      for (double& a : likelihood.counts().values()) a += 0.1;
      for (std::size_t g = 0; g < likelihood.num_modalities(); ++g)
        likelihood.set_concentration(g, 0);
      set.root_states.assign(6, 0);
    }
    auto sparse_one = test::sparse(dense_one);
    const EmOptions options{3, 0, {SoftReading::kLikelihood, 1}};
    const auto a = expectation_maximisation<double>(dense_one, set, options);
    const auto b = expectation_maximisation<double>(sparse_one, set, options);
    EXPECT_EQ(a.log_evidence, b.log_evidence);
    EXPECT_TRUE(sparse_one.levels[0].factors[0].likelihood.is_sparse());
    EXPECT_TRUE(dense(sparse_one) == dense_one);
  }
}

TEST(ExpectationMaximisation, AWeightOfTwoIsAnItemTwice) {
  Random random(8);
  const auto before = random_tree(random);
  const auto outcomes = random_outcomes(random, before, 5);
  ItemSet weighted{&outcomes, {0, 1, 2, 3, 4}, {}, {2, 1, 0, 1, 1}};
  ItemSet repeated{&outcomes, {0, 0, 1, 3, 4}, {}, {}};
  auto a = before, b = before;
  const auto first = expectation_maximisation<double>(a, weighted, {4, 0, {}});
  const auto second = expectation_maximisation<double>(b, repeated, {4, 0, {}});
  for (std::size_t pass = 0; pass < 4; ++pass)
    EXPECT_TRUE(close(first.objective[pass], second.objective[pass], 1e-10));
  for (std::size_t n = 0; n < a.levels.size(); ++n)
    for (std::size_t f = 0; f < a.levels[n].factors.size(); ++f)
      expect_close(a.levels[n].factors[f].likelihood.counts(),
                   b.levels[n].factors[f].likelihood.counts(), 1e-9);
}

TEST(ExpectationMaximisation, StopsWhenTheEvidenceGainsTooLittle) {
  Random random(9);
  auto hierarchy = random_tree(random);
  const auto outcomes = random_outcomes(random, hierarchy, 20);
  std::vector<std::size_t> passes;
  const auto result =
      expectation_maximisation<double>(hierarchy, ItemSet::all(outcomes), {1000, 1e-3, {}},
                                       [&](std::size_t pass, const EmResult& so_far) {
                                         EXPECT_EQ(so_far.log_evidence.size(), pass);
                                         passes.push_back(pass);
                                       });
  EXPECT_TRUE(result.converged);
  EXPECT_LT(result.log_evidence.size(), 1000U);
  EXPECT_EQ(passes.size(), result.log_evidence.size());
  EXPECT_EQ(passes.back(), passes.size());
  for (std::size_t pass = 1; pass + 1 < passes.size(); ++pass)
    EXPECT_GE(result.log_evidence[pass] - result.log_evidence[pass - 1], 1e-3);
}

TEST(ExpectationMaximisation, AnInterruptionLeavesAWholeModel) {
  Random random(10);
  const auto before = random_tree(random);
  const auto outcomes = random_outcomes(random, before, 9);
  auto stopped = before, two_passes = before;
  EXPECT_THROW(expectation_maximisation<double>(stopped, ItemSet::all(outcomes), {9, 0, {}},
                                                [](std::size_t pass, const EmResult&) {
                                                  if (pass == 2) throw Interrupted();
                                                }),
               Interrupted);
  expectation_maximisation<double>(two_passes, ItemSet::all(outcomes), {2, 0, {}});
  EXPECT_TRUE(stopped == two_passes);
}

TEST(ExpectationMaximisation, RefusesBadItems) {
  Random random(11);
  auto hierarchy = random_tree(random);
  const auto outcomes = random_outcomes(random, hierarchy, 3);
  const auto before = hierarchy;
  const auto error = [&](const ItemSet& set, int threads = 1) {
    return error_of([&] {
      expectation_maximisation<double>(hierarchy, set, {2, 0, {SoftReading::kCount, threads}});
    });
  };
  EXPECT_EQ(error({nullptr, {0}, {}, {}}), "learning: items: expected at least one, got none");
  EXPECT_EQ(error({&outcomes, {}, {}, {}}), "learning: items: expected at least one, got none");
  EXPECT_EQ(error({&outcomes, {0, 3}, {}, {}}), "learning: item: expected below 3, got 3");
  EXPECT_EQ(error({&outcomes, {0, 1}, {0}, {}}),
            "learning: root_states: expected one for each of 2 items, got 1");
  EXPECT_EQ(error({&outcomes, {0, 1}, {}, {1, 1, 1}}),
            "learning: weights: expected one for each of 2 items, got 3");
  EXPECT_NE(error({&outcomes, {0}, {99}, {}}).find("root state"), std::string::npos);
  EXPECT_NE(error(ItemSet::all(outcomes), -1).find("threads"), std::string::npos);
  const Outcomes wide(2, outcomes.modalities() + 1);
  EXPECT_NE(error(ItemSet::all(wide)).find("modalities"), std::string::npos);
  EXPECT_TRUE(hierarchy == before);
}

}  // namespace
}  // namespace rgm
