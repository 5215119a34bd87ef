#include "rgm/inference/tree.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <type_traits>
#include <vector>

#include "rgm/base/error.h"
#include "support/error_of.h"
#include "support/random_tree.h"

namespace rgm {
namespace {

using test::error_of;
using test::JointDistribution;
using test::random_outcomes;
using test::random_tree;
using test::TreeShape;

std::vector<std::size_t> all_items(const Outcomes& outcomes) {
  std::vector<std::size_t> items(outcomes.items());
  std::iota(items.begin(), items.end(), std::size_t{0});
  return items;
}

/// Everything that message passing says about some items.
template <class Real>
struct Inference {
  TreeBeliefs<Real> beliefs;
  ExpectedCounts<Real> counts;

  Inference(const Hierarchy& hierarchy, const Outcomes& outcomes,
            const std::vector<std::size_t>& items, SoftReading reading = SoftReading::kLikelihood,
            const std::vector<int>& root_states = {}, const std::vector<double>& weights = {})
      : Inference(TreeTables<Real>(hierarchy), outcomes, items, reading, root_states, weights) {}
  Inference(const TreeTables<Real>& tables, const Outcomes& outcomes,
            const std::vector<std::size_t>& items, SoftReading reading,
            const std::vector<int>& root_states, const std::vector<double>& weights)
      : counts(tables) {
    upward(tables, outcomes, items, root_states, reading, beliefs);
    downward(tables, root_states, weights, beliefs);
    accumulate(tables, outcomes, items, reading, beliefs, counts);
    finish(tables, counts);
  }
};

/// |actual − expected| ≤ tolerance · max(1, |expected|); a number that is not finite never is.
testing::AssertionResult close(double actual, double expected, double tolerance) {
  if (std::abs(actual - expected) <= tolerance * std::max(1.0, std::abs(expected)))
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "got " << actual << ", expected " << expected;
}

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
constexpr double kTolerance = std::is_same_v<Real, double> ? 1e-10 : 1e-4;

template <class Real>
class TreeTest : public testing::Test {};
using Precisions = testing::Types<double, float>;
TYPED_TEST_SUITE(TreeTest, Precisions);

/// Compares evidence, posteriors and counts with enumeration on random trees; tells how many items
/// were possible.
template <class Real>
std::size_t compare_with_enumeration(std::uint64_t seed, std::size_t trees,
                                     const TreeShape& shape) {
  Random random(seed);
  std::size_t possible = 0;
  for (std::size_t t = 0; t < trees; ++t) {
    SCOPED_TRACE("tree " + std::to_string(t));
    const Hierarchy hierarchy = random_tree(random, shape);
    const JointDistribution joint(hierarchy);
    const Outcomes outcomes = random_outcomes(random, hierarchy, 4);
    const SoftReading reading = t % 2 ? SoftReading::kCount : SoftReading::kLikelihood;
    std::vector<std::size_t> items;
    std::vector<int> root_states;
    std::vector<double> weights;
    std::vector<test::Enumeration> expected;
    for (const std::size_t item : {3, 0, 2, 1}) {
      const int root_state = static_cast<int>(random.index(hierarchy.root().num_states() + 1)) - 1;
      auto truth = joint.infer(outcomes, item, root_state, reading);
      if (truth.evidence > 0) {
        items.push_back(item);
        root_states.push_back(root_state);
        weights.push_back(random.normal());
        expected.push_back(std::move(truth));
      } else {
        const std::vector<std::size_t> one{item};
        const std::vector<int> root{root_state};
        EXPECT_NE(error_of([&] {
                    Inference<Real>(hierarchy, outcomes, one, reading, root);
                  }).find("impossible"),
                  std::string::npos);
      }
    }
    possible += items.size();

    const Inference<Real> actual(hierarchy, outcomes, items, reading, root_states, weights);
    std::vector<double> root_counts(hierarchy.root().num_states());
    for (std::size_t i = 0; i < items.size(); ++i) {
      EXPECT_TRUE(
          close(actual.beliefs.log_evidence[i], std::log(expected[i].evidence), kTolerance<Real>));
      for (std::size_t s = 0; s < root_counts.size(); ++s) {
        if (expected[i].root_joint[s] > 0)
          EXPECT_TRUE(close(actual.beliefs.root_log_joint(i, s),
                            std::log(expected[i].root_joint[s]), kTolerance<Real>));
        else
          EXPECT_EQ(actual.beliefs.root_log_joint(i, s), -std::numeric_limits<double>::infinity());
        root_counts[s] += weights[i] * expected[i].posterior.back().front()[s];
      }
    }
    for (std::size_t s = 0; s < root_counts.size(); ++s)
      EXPECT_TRUE(close(actual.counts.root[s], root_counts[s], kTolerance<Real>));
    for (std::size_t n = 0; n < hierarchy.levels.size(); ++n)
      for (std::size_t f = 0; f < hierarchy.levels[n].factors.size(); ++f) {
        SCOPED_TRACE("level " + std::to_string(n) + ", factor " + std::to_string(f));
        Matrix<double> counts(hierarchy.levels[n].factors[f].likelihood.num_rows(),
                              hierarchy.levels[n].factors[f].num_states());
        for (std::size_t i = 0; i < items.size(); ++i) {
          for (std::size_t s = 0; s < counts.cols(); ++s)
            EXPECT_TRUE(close(actual.beliefs.levels[n][f].posterior(i, s),
                              weights[i] * expected[i].posterior[n][f][s], kTolerance<Real>));
          for (std::size_t k = 0; k < counts.size(); ++k)
            counts.values()[k] += weights[i] * expected[i].counts[n][f].values()[k];
        }
        for (std::size_t k = 0; k < counts.size(); ++k)
          EXPECT_TRUE(
              close(actual.counts.levels[n][f].values()[k], counts.values()[k], kTolerance<Real>));
      }
  }
  return possible;
}

TYPED_TEST(TreeTest, EqualsEnumeration) {
  EXPECT_EQ(compare_with_enumeration<TypeParam>(1, 120, {}), 480U);
}

TYPED_TEST(TreeTest, EqualsEnumerationWithStructuralZeros) {
  EXPECT_GT(compare_with_enumeration<TypeParam>(2, 120, {.structural_zeros = 0.5}), 100U);
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
    Inference<TypeParam> sum(hierarchy, outcomes, {0});
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
          if (i == 0) continue;
          const auto counts = single.counts.levels[n][f].values();
          for (std::size_t k = 0; k < counts.size(); ++k)
            sum.counts.levels[n][f].values()[k] += counts[k];
        }
    }
    for (std::size_t n = 0; n < hierarchy.levels.size(); ++n)
      for (std::size_t f = 0; f < hierarchy.levels[n].factors.size(); ++f)
        for (std::size_t k = 0; k < batch.counts.levels[n][f].size(); ++k)
          EXPECT_TRUE(close(sum.counts.levels[n][f].values()[k],
                            batch.counts.levels[n][f].values()[k], kTolerance<TypeParam> / 10));
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

TYPED_TEST(TreeTest, SetColumnAndRootPriorEqualNewTables) {
  Random random(6);
  for (int t = 0; t < 20; ++t) {
    Hierarchy hierarchy = random_tree(random);
    TreeTables<TypeParam> tables(hierarchy);
    for (std::size_t n = 0; n < hierarchy.levels.size(); ++n)
      for (std::size_t f = 0; f < hierarchy.levels[n].factors.size(); ++f) {
        auto& likelihood = hierarchy.levels[n].factors[f].likelihood;
        const std::size_t g = random.index(likelihood.num_modalities()),
                          s = random.index(likelihood.num_states());
        std::vector<double> counts(likelihood.num_outcomes(g));
        for (std::size_t o = 0; o < counts.size(); ++o) {
          likelihood.counts()(likelihood.offset(g) + o, s) += 3 * random.uniform();
          counts[o] =
              likelihood.counts()(likelihood.offset(g) + o, s) + likelihood.concentration(g);
        }
        tables.set_column(n, f, g, s, counts);
      }
    hierarchy.initial_state_counts.front() += 2;
    tables.set_root_prior(hierarchy.initial_state_counts);
    const Outcomes outcomes = random_outcomes(random, hierarchy, 3);
    const auto items = all_items(outcomes);
    TreeBeliefs<TypeParam> beliefs;
    upward(tables, outcomes, items, {}, SoftReading::kLikelihood, beliefs);
    const Inference<TypeParam> fresh(hierarchy, outcomes, items);
    for (std::size_t i = 0; i < items.size(); ++i)
      EXPECT_TRUE(close(beliefs.log_evidence[i], fresh.beliefs.log_evidence[i],
                        kTolerance<TypeParam> / 100));
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

/// A root with `children` factors below it, each with one outcome; `toward[c]` is the root state (0
/// or 1) that the first state of child c prefers by the odds 1 : `odds`, and the outcome of every
/// child is known to be that of its first state.
struct Star {
  Hierarchy hierarchy;
  Outcomes outcomes;

  Star(const std::vector<std::size_t>& toward, double odds) : outcomes(1, toward.size()) {
    hierarchy.levels.resize(2);
    Factor root;
    const std::vector<std::size_t> two(1, 2), twos(toward.size(), 2);
    root.likelihood = Likelihood(twos, std::vector<double>(toward.size()), 2);
    for (std::size_t c = 0; c < toward.size(); ++c) {
      hierarchy.levels[0].modalities.push_back({Modality::Kind::kOutcome, c, 2});
      hierarchy.levels[1].modalities.push_back({Modality::Kind::kInitialState, c, 2});
      Factor child;
      child.modalities = {c};
      child.likelihood = Likelihood(two, std::vector<double>{0}, 2);
      child.likelihood.counts()(0, 0) = child.likelihood.counts()(1, 1) = 1;
      hierarchy.levels[0].factors.push_back(child);
      root.modalities.push_back(c);
      for (std::size_t p = 0; p < 2; ++p) {
        root.likelihood.counts()(2 * c, p) = p == toward[c] ? 1 : odds;
        root.likelihood.counts()(2 * c + 1, p) = p == toward[c] ? odds : 1;
      }
      outcomes(0, c) = {0, 0};
    }
    hierarchy.levels[1].factors.push_back(root);
    hierarchy.initial_state_counts = {1, 1};
  }
};

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

TYPED_TEST(TreeTest, SequencesAreErrors) {
  Star star({0}, 0.1);
  star.hierarchy.levels[0].time_scale = 2;
  star.hierarchy.levels[0].factors[0].transition = Transition(2, 1);
  EXPECT_NE(error_of([&] { TreeTables<TypeParam> tables(star.hierarchy); }).find("level 0"),
            std::string::npos);
}

}  // namespace
}  // namespace rgm
