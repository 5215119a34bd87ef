#include "rgm/inference/tree_counts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "inference/tree_support.h"

namespace rgm {
namespace {

using test::all_items;
using test::close;
using test::compare_with_enumeration;
using test::ComparedTree;
using test::Inference;
using test::kTolerance;
using test::random_outcomes;
using test::random_tree;

template <class Real>
class TreeCountsTest : public testing::Test {};
TYPED_TEST_SUITE(TreeCountsTest, test::Precisions);

/// The counts of all items are the weighted sum of those of enumeration.
template <class Real>
void compare_counts(const ComparedTree<Real>& tree) {
  std::vector<double> root_counts(tree.hierarchy.root().num_states());
  for (std::size_t i = 0; i < tree.expected.size(); ++i)
    for (std::size_t s = 0; s < root_counts.size(); ++s)
      root_counts[s] += tree.weights[i] * tree.expected[i].posterior.back().front()[s];
  for (std::size_t s = 0; s < root_counts.size(); ++s)
    EXPECT_TRUE(close(tree.actual.counts.root[s], root_counts[s], kTolerance<Real>));
  for (std::size_t n = 0; n < tree.hierarchy.levels.size(); ++n)
    for (std::size_t f = 0; f < tree.hierarchy.levels[n].factors.size(); ++f) {
      SCOPED_TRACE("level " + std::to_string(n) + ", factor " + std::to_string(f));
      const auto actual = tree.actual.counts.levels[n][f].values();
      const auto& likelihood = tree.hierarchy.levels[n].factors[f].likelihood;
      ASSERT_EQ(actual.size(), likelihood.num_rows() * likelihood.num_states());
      std::vector<double> counts(actual.size());
      for (std::size_t i = 0; i < tree.expected.size(); ++i)
        for (std::size_t k = 0; k < counts.size(); ++k)
          counts[k] += tree.weights[i] * tree.expected[i].counts[n][f].values()[k];
      for (std::size_t k = 0; k < counts.size(); ++k)
        EXPECT_TRUE(close(actual[k], counts[k], kTolerance<Real>));
    }
}

TYPED_TEST(TreeCountsTest, EqualEnumeration) {
  EXPECT_EQ(compare_with_enumeration<TypeParam>(1, 120, {}, compare_counts<TypeParam>), 480U);
}

TYPED_TEST(TreeCountsTest, EqualEnumerationWithStructuralZeros) {
  EXPECT_GT(compare_with_enumeration<TypeParam>(2, 120, {.structural_zeros = 0.5},
                                                compare_counts<TypeParam>),
            100U);
}

TYPED_TEST(TreeCountsTest, OfABatchAreTheSumOfThoseOfItsItems) {  // to rounding
  Random random(4);
  for (const std::size_t states : {4, 40}) {
    const Hierarchy hierarchy =
        random_tree(random, {.min_levels = 3, .min_states = states, .max_states = states});
    const Outcomes outcomes = random_outcomes(random, hierarchy, 23);
    const Inference<TypeParam> batch(hierarchy, outcomes, all_items(outcomes));
    Inference<TypeParam> sum(hierarchy, outcomes, {0});
    for (std::size_t i = 1; i < outcomes.items(); ++i) {
      const Inference<TypeParam> single(hierarchy, outcomes, {i});
      for (std::size_t n = 0; n < hierarchy.levels.size(); ++n)
        for (std::size_t f = 0; f < hierarchy.levels[n].factors.size(); ++f) {
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

}  // namespace
}  // namespace rgm
