#include "rgm/inference/tree.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "inference/tree_support.h"
#include "rgm/base/error.h"
#include "support/error_of.h"
#include "support/random_tree.h"

namespace rgm {
namespace {

using test::all_items;
using test::close;
using test::compare_with_enumeration;
using test::ComparedTree;
using test::error_of;
using test::Inference;
using test::kTolerance;
using test::Precisions;
using test::random_outcomes;
using test::random_tree;
using test::Star;

template <class Real>
bool all_finite(const Inference<Real>& inference) {
  bool finite = true;
  const auto check = [&](const auto& matrix) {
    for (const auto x : matrix.values()) finite = finite && std::isfinite(x);
  };
  for (const auto& level : inference.beliefs.levels)
    for (const auto& factor : level) check(factor.posterior);
  for (const auto& level : inference.counts.levels)
    for (const auto& factor : level) check(factor);
  for (const double x : inference.beliefs.log_evidence) finite = finite && std::isfinite(x);
  return finite;
}

template <class Real>
class TreeTest : public testing::Test {};
TYPED_TEST_SUITE(TreeTest, Precisions);

template <class Real>
void compare_beliefs(const ComparedTree<Real>& tree) {
  const auto& beliefs = tree.actual.beliefs;
  for (std::size_t i = 0; i < tree.expected.size(); ++i) {
    const auto& expected = tree.expected[i];
    EXPECT_TRUE(close(beliefs.log_evidence[i], std::log(expected.evidence), kTolerance<Real>));
    for (std::size_t s = 0; s < expected.root_joint.size(); ++s) {
      if (expected.root_joint[s] > 0)
        EXPECT_TRUE(close(beliefs.root_log_joint(i, s), std::log(expected.root_joint[s]),
                          kTolerance<Real>));
      else
        EXPECT_EQ(beliefs.root_log_joint(i, s), -std::numeric_limits<double>::infinity());
    }
    for (std::size_t n = 0; n < tree.hierarchy.levels.size(); ++n)
      for (std::size_t f = 0; f < tree.hierarchy.levels[n].factors.size(); ++f) {
        SCOPED_TRACE("level " + std::to_string(n) + ", factor " + std::to_string(f));
        for (std::size_t s = 0; s < expected.posterior[n][f].size(); ++s)
          EXPECT_TRUE(close(beliefs.levels[n][f].posterior(i, s),
                            tree.weights[i] * expected.posterior[n][f][s], kTolerance<Real>));
      }
  }
}

TYPED_TEST(TreeTest, EqualsEnumeration) {
  EXPECT_EQ(compare_with_enumeration<TypeParam>(1, 120, {}, compare_beliefs<TypeParam>), 480U);
}

TYPED_TEST(TreeTest, EqualsEnumerationWithStructuralZeros) {
  EXPECT_GT(compare_with_enumeration<TypeParam>(2, 120, {.structural_zeros = 0.5},
                                                compare_beliefs<TypeParam>),
            100U);
}

TYPED_TEST(TreeTest, NothingObservedIsNoEvidence) {
  Random random(3);
  for (int t = 0; t < 30; ++t) {
    const Hierarchy hierarchy = random_tree(random);
    const Inference<TypeParam> inference(hierarchy, Outcomes(2, hierarchy.num_modalities()),
                                         {0, 1});
    for (const double log_evidence : inference.beliefs.log_evidence)
      EXPECT_NEAR(log_evidence, 0, kTolerance<TypeParam> / 100);
  }
}

TYPED_TEST(TreeTest, BatchesAgreeWithSingleItems) {  // to rounding: matrix products of other shapes
                                                     // add in another order
  Random random(4);
  for (const std::size_t states : {4, 40}) {
    const Hierarchy hierarchy =
        random_tree(random, {.min_levels = 3, .min_states = states, .max_states = states});
    const Outcomes outcomes = random_outcomes(random, hierarchy, 23);
    const Inference<TypeParam> batch(hierarchy, outcomes, all_items(outcomes));
    for (std::size_t i = 0; i < outcomes.items(); ++i) {
      const Inference<TypeParam> single(hierarchy, outcomes, {i});
      EXPECT_TRUE(close(single.beliefs.log_evidence[0], batch.beliefs.log_evidence[i],
                        kTolerance<TypeParam> / 100));
      for (std::size_t n = 0; n < hierarchy.levels.size(); ++n)
        for (std::size_t f = 0; f < hierarchy.levels[n].factors.size(); ++f) {
          const auto one = single.beliefs.levels[n][f].posterior.row(0),
                     many = batch.beliefs.levels[n][f].posterior.row(i);
          for (std::size_t s = 0; s < one.size(); ++s)
            EXPECT_TRUE(close(one[s], many[s], kTolerance<TypeParam> / 100));
        }
    }
  }
}

TYPED_TEST(TreeTest, WorkSpaceMayBeReused) {
  Random random(5);
  TreeBeliefs<TypeParam> reused;
  for (int t = 0; t < 20; ++t) {
    const Hierarchy hierarchy = random_tree(random, {.min_states = 20, .max_states = 40});
    const TreeTables<TypeParam> tables(hierarchy);
    const Outcomes outcomes = random_outcomes(random, hierarchy, test::between(random, 1, 9));
    const auto items = all_items(outcomes);
    upward(tables, outcomes, items, {}, SoftReading::kCount, reused);
    downward(tables, {}, {}, reused);
    const Inference<TypeParam> fresh(hierarchy, outcomes, items, SoftReading::kCount);
    EXPECT_EQ(reused.log_evidence, fresh.beliefs.log_evidence);
    EXPECT_EQ(reused.root_log_joint, fresh.beliefs.root_log_joint);
    for (std::size_t f = 0; f < hierarchy.levels[0].factors.size(); ++f)
      EXPECT_EQ(reused.levels[0][f].posterior, fresh.beliefs.levels[0][f].posterior);
  }
}

/// The likelihood whose modality g is modality `modalities[g]` of `from`, and whose state s is
/// state `states[s]`.
Likelihood reordered(const Likelihood& from, const std::vector<std::size_t>& modalities,
                     const std::vector<std::size_t>& states) {
  std::vector<std::size_t> outcomes;
  std::vector<double> concentrations;
  for (const std::size_t g : modalities) {
    outcomes.push_back(from.num_outcomes(g));
    concentrations.push_back(from.concentration(g));
  }
  Likelihood to(outcomes, concentrations, states.size());
  for (std::size_t g = 0; g < modalities.size(); ++g)
    for (std::size_t o = 0; o < outcomes[g]; ++o)
      for (std::size_t s = 0; s < states.size(); ++s)
        to.counts()(to.offset(g) + o, s) = from.counts()(from.offset(modalities[g]) + o, states[s]);
  return to;
}

std::vector<std::size_t> identity(std::size_t n) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

TYPED_TEST(TreeTest, OrderOfModalitiesDoesNotMatter) {
  Random random(7);
  for (int t = 0; t < 30; ++t) {
    const Hierarchy hierarchy = random_tree(random, {.max_group = 6});
    Hierarchy other = hierarchy;
    for (auto& level : other.levels)
      for (auto& factor : level.factors) {
        const auto order = test::shuffled(random, factor.modalities.size());
        factor.likelihood = reordered(factor.likelihood, order, identity(factor.num_states()));
        const auto group = factor.modalities;
        for (std::size_t g = 0; g < order.size(); ++g) factor.modalities[g] = group[order[g]];
      }
    other.validate();
    const Outcomes outcomes = random_outcomes(random, hierarchy, 5);
    const Inference<TypeParam> a(hierarchy, outcomes, all_items(outcomes)),
        b(other, outcomes, all_items(outcomes));
    for (std::size_t i = 0; i < outcomes.items(); ++i)
      EXPECT_TRUE(
          close(a.beliefs.log_evidence[i], b.beliefs.log_evidence[i], kTolerance<TypeParam> / 100));
  }
}

TYPED_TEST(TreeTest, PermutingStatesPermutesBeliefs) {
  Random random(8);
  for (int t = 0; t < 30; ++t) {
    const Hierarchy hierarchy = random_tree(random);
    Hierarchy other = hierarchy;
    std::vector<std::vector<std::vector<std::size_t>>>
        orders;  // [level][factor][new state] → old state
    for (std::size_t n = 0; n < other.levels.size(); ++n) {
      auto& level = other.levels[n];
      orders.emplace_back();
      for (auto& factor : level.factors) {
        const auto& order = orders[n].emplace_back(test::shuffled(random, factor.num_states()));
        factor.likelihood = reordered(factor.likelihood, identity(factor.modalities.size()), order);
        if (n == 0) continue;
        for (std::size_t g = 0; g < factor.modalities.size();
             ++g) {  // its outcomes are the states below
          const auto& below = orders[n - 1][level.modalities[factor.modalities[g]].source];
          const Matrix<double> counts = factor.likelihood.counts();
          for (std::size_t o = 0; o < below.size(); ++o)
            for (std::size_t s = 0; s < counts.cols(); ++s)
              factor.likelihood.counts()(factor.likelihood.offset(g) + o, s) =
                  counts(factor.likelihood.offset(g) + below[o], s);
        }
      }
    }
    for (std::size_t s = 0; s < other.initial_state_counts.size(); ++s)
      other.initial_state_counts[s] = hierarchy.initial_state_counts[orders.back().front()[s]];
    const Outcomes outcomes = random_outcomes(random, hierarchy, 5);
    const Inference<TypeParam> a(hierarchy, outcomes, all_items(outcomes)),
        b(other, outcomes, all_items(outcomes));
    for (std::size_t i = 0; i < outcomes.items(); ++i) {
      EXPECT_TRUE(
          close(b.beliefs.log_evidence[i], a.beliefs.log_evidence[i], kTolerance<TypeParam> / 100));
      for (std::size_t n = 0; n < orders.size(); ++n)
        for (std::size_t f = 0; f < orders[n].size(); ++f)
          for (std::size_t s = 0; s < orders[n][f].size(); ++s)
            EXPECT_TRUE(close(b.beliefs.levels[n][f].posterior(i, s),
                              a.beliefs.levels[n][f].posterior(i, orders[n][f][s]),
                              kTolerance<TypeParam> / 100));
    }
  }
}

TYPED_TEST(TreeTest, ManyChildrenDoNotUnderflow) {
  std::vector<std::size_t> toward(40, 0);
  std::fill(toward.begin() + 20, toward.end(),
            1);  // the first half speaks for one state, the second for the other
  const Star star(toward, 1e-5);
  const Inference<TypeParam> inference(star.hierarchy, star.outcomes, {0});
  const double expected = 20 * std::log(1e-5) - 40 * std::log1p(1e-5);
  EXPECT_TRUE(close(inference.beliefs.log_evidence[0], expected, kTolerance<TypeParam>));
  EXPECT_NEAR(static_cast<double>(inference.beliefs.levels[1][0].posterior(0, 0)), 0.5,
              kTolerance<TypeParam>);

  const Star one_sided(std::vector<std::size_t>(40, 0),
                       1e-9);  // the other state loses by a factor of 1e-360
  const Inference<TypeParam> certain(one_sided.hierarchy, one_sided.outcomes, {0});
  EXPECT_TRUE(close(certain.beliefs.log_evidence[0], std::log(0.5) - 40 * std::log1p(1e-9),
                    kTolerance<TypeParam>));
  EXPECT_NEAR(static_cast<double>(certain.beliefs.levels[1][0].posterior(0, 0)), 1.0,
              kTolerance<TypeParam>);
}

TYPED_TEST(TreeTest, ManyModalitiesDoNotUnderflow) {
  Hierarchy hierarchy;
  constexpr std::size_t kModalities = 3000;
  Factor factor;
  const std::vector<std::size_t> outcomes_each(kModalities, 2);
  factor.likelihood = Likelihood(outcomes_each, std::vector<double>(kModalities, 0.5), 2);
  hierarchy.levels.resize(1);
  Outcomes outcomes(1, kModalities);
  for (std::size_t g = 0; g < kModalities; ++g) {
    hierarchy.levels[0].modalities.push_back({Modality::Kind::kOutcome, g, 2});
    factor.modalities.push_back(g);
    factor.likelihood.counts()(2 * g, g % 2) =
        3;  // A = 7/8 under one state and 1/2 under the other
    outcomes(0, g) = {0, 0};
  }
  hierarchy.levels[0].factors.push_back(factor);
  hierarchy.initial_state_counts = {3, 1};
  const Inference<TypeParam> inference(hierarchy, outcomes, {0});
  EXPECT_TRUE(close(inference.beliefs.log_evidence[0], kModalities / 2 * std::log(7.0 / 16),
                    kTolerance<TypeParam>));
  EXPECT_NEAR(static_cast<double>(inference.beliefs.levels[0][0].posterior(0, 0)), 0.75,
              20 * kTolerance<TypeParam>);
}

TYPED_TEST(TreeTest, ExtremeCountsGiveNoNaN) {
  Random random(9);
  constexpr std::array<double, 5> kCounts{0, 1e-300, 1e-30, 1, 1e12};
  std::size_t inferred = 0;
  for (int t = 0; t < 200; ++t) {
    Hierarchy hierarchy = random_tree(random);
    for (auto& level : hierarchy.levels)
      for (auto& factor : level.factors) {
        for (double& a : factor.likelihood.counts().values())
          a = kCounts[random.index(kCounts.size())];
        for (std::size_t g = 0; g < factor.modalities.size(); ++g)
          factor.likelihood.set_concentration(g, random.uniform() < 0.5 ? 1e-300 : 1.0 / 16);
      }
    const Outcomes outcomes = random_outcomes(random, hierarchy, 3);
    const auto reading = t % 2 ? SoftReading::kCount : SoftReading::kLikelihood;
    for (const std::size_t item : all_items(outcomes)) {
      const auto error = error_of([&] {
        EXPECT_TRUE(all_finite(Inference<TypeParam>(hierarchy, outcomes, {item}, reading)))
            << "tree " << t;
        ++inferred;
      });
      EXPECT_TRUE(error.empty() || error.find("impossible") != std::string::npos) << error;
    }
  }
  EXPECT_GT(inferred, 300U);  // what lies below the smallest normal number may be called impossible
}

TYPED_TEST(TreeTest, ExtremeSoftWeights) {
  const Star star({0, 1}, 0.1);
  for (const double tiny : {1e-60, 1e-310}) {
    Outcomes outcomes = star.outcomes;
    outcomes.set_soft(0, 1, std::vector<double>{1, tiny});
    const Inference<TypeParam> inference(star.hierarchy, outcomes, {0}, SoftReading::kLikelihood);
    EXPECT_TRUE(all_finite(inference));
    EXPECT_TRUE(close(inference.beliefs.log_evidence[0], std::log(0.1) - 2 * std::log(1.1),
                      kTolerance<TypeParam>));
    // As counts, however few, the two outcomes exclude each other.
    const auto error =
        error_of([&] { Inference<TypeParam>(star.hierarchy, outcomes, {0}, SoftReading::kCount); });
    EXPECT_NE(error.find("modality 1 is impossible"), std::string::npos) << error;
  }
}

TYPED_TEST(TreeTest, ImpossibleOutcomeNamesItemAndModality) {
  Random random(10);
  Hierarchy hierarchy = random_tree(
      random, {.min_levels = 2, .max_levels = 2, .max_bottom_factors = 1, .min_outcomes = 3});
  ASSERT_GT(hierarchy.levels[0].factors[0].modalities.size(), 1U);
  auto& level = hierarchy.levels[0];
  auto& factor = level.factors.back();
  factor.likelihood.set_concentration(0, 0);
  for (std::size_t s = 0; s < factor.num_states(); ++s) {
    factor.likelihood.counts()(factor.likelihood.offset(0), s) = 0;
    factor.likelihood.counts()(factor.likelihood.offset(0) + 1, s) = 2;
  }
  const std::size_t modality = level.modalities[factor.modalities[0]].source;
  const std::string expected =
      "item 3: the outcome of modality " + std::to_string(modality) + " is impossible";
  Outcomes outcomes(5, hierarchy.num_modalities());
  const auto error = [&](SoftReading reading) {
    return error_of([&] { Inference<TypeParam>(hierarchy, outcomes, {1, 3}, reading); });
  };

  outcomes(3, modality) = {0, 0};
  EXPECT_NE(error(SoftReading::kLikelihood).find(expected), std::string::npos)
      << error(SoftReading::kLikelihood);
  outcomes(3, modality) = {0, 0x8000};  // half of it is possible
  EXPECT_EQ(error(SoftReading::kLikelihood), "");
  EXPECT_NE(error(SoftReading::kCount).find(expected), std::string::npos)
      << error(SoftReading::kCount);
  outcomes.set_soft(3, modality,
                    std::vector<double>(level.modalities[factor.modalities[0]].num_outcomes, 1.0));
  EXPECT_EQ(error(SoftReading::kLikelihood), "");
  EXPECT_NE(error(SoftReading::kCount).find(expected), std::string::npos)
      << error(SoftReading::kCount);
}

TYPED_TEST(TreeTest, ImpossibleCombinationNamesLevelAndFactor) {
  const Star star({0, 1}, 0);  // the first child demands root state 0, the second root state 1
  const auto error = error_of([&] { Inference<TypeParam>(star.hierarchy, star.outcomes, {0}); });
  EXPECT_NE(error.find("item 0: level 1, factor 0"), std::string::npos) << error;
  EXPECT_NE(error.find("impossible"), std::string::npos) << error;

  const Star agreed({0, 0}, 0);
  const std::vector<int> other{1};
  const auto root = error_of([&] {
    Inference<TypeParam>(agreed.hierarchy, agreed.outcomes, {0}, SoftReading::kLikelihood, other);
  });
  EXPECT_NE(root.find("item 0: the evidence is impossible"), std::string::npos) << root;
}

TYPED_TEST(TreeTest, WrongInputsAreErrors) {
  const Star star({0, 1, 1}, 0.1);
  const auto error = [&](const Outcomes& outcomes, const std::vector<int>& root_states = {},
                         const std::vector<double>& weights = {}) {
    return error_of([&] {
      Inference<TypeParam>(star.hierarchy, outcomes, {0}, SoftReading::kLikelihood, root_states,
                           weights);
    });
  };
  const auto names = [](const std::string& message, const std::string& part) {
    return message.find(part) != std::string::npos;
  };
  EXPECT_EQ(error(star.outcomes), "");
  EXPECT_TRUE(names(error(Outcomes(1, 2)), "expected 3 modalities, got 2"));
  EXPECT_TRUE(names(error(Outcomes(0, 3)), "item"));
  EXPECT_TRUE(names(error(star.outcomes, {0, 1}), "root_states"));
  EXPECT_TRUE(names(error(star.outcomes, {2}), "root state"));
  EXPECT_TRUE(names(error(star.outcomes, {}, {1, 1}), "weights"));

  Outcomes outcomes = star.outcomes;
  outcomes(0, 1) = {2, 0};
  EXPECT_TRUE(names(error(outcomes), "item 0, modality 1"));
  outcomes(0, 1) = {1, 1};  // its upper neighbour does not exist
  EXPECT_TRUE(names(error(outcomes), "item 0, modality 1"));
  outcomes.set_soft(0, 1, std::vector<double>{1, 2, 3});
  EXPECT_TRUE(names(error(outcomes), "item 0, modality 1"));
  outcomes.set_soft(0, 1, std::vector<double>{1, 2});
  EXPECT_EQ(error(outcomes), "");
}

}  // namespace
}  // namespace rgm
