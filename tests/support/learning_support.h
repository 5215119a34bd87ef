#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "rgm/learning/expectation_maximisation.h"
#include "support/error_of.h"
#include "support/random_tree.h"

// What the tests of learning share.

namespace rgm::test {

/// |actual − expected| ≤ tolerance · max(1, |expected|); a number that is not finite never is.
inline testing::AssertionResult close(double actual, double expected, double tolerance) {
  if (std::abs(actual - expected) <= tolerance * std::max(1.0, std::abs(expected)))
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "got " << actual << ", expected " << expected;
}

/// Expects the values of two matrices to be close, one by one.
template <class A, class B>
void expect_close(const A& actual, const B& expected, double tolerance) {
  ASSERT_EQ(actual.rows(), expected.rows());
  ASSERT_EQ(actual.cols(), expected.cols());
  for (std::size_t r = 0; r < expected.rows(); ++r)
    for (std::size_t c = 0; c < expected.cols(); ++c)
      EXPECT_TRUE(
          close(static_cast<double>(actual(r, c)), static_cast<double>(expected(r, c)), tolerance))
          << "row " << r << ", column " << c;
}

/// For every item an observed root state or −1.
inline std::vector<int> random_roots(Random& random, const Hierarchy& hierarchy,
                                     std::size_t items) {
  std::vector<int> roots(items);
  for (int& root : roots)
    root = static_cast<int>(random.index(hierarchy.root().num_states() + 1)) - 1;
  return roots;
}

/// Sums over items of what enumeration says.
struct EnumeratedCounts {
  std::vector<std::vector<Matrix<double>>> levels;  ///< [level][factor] → [row, state]
  std::vector<double> root;
  std::vector<double> log_evidence;  ///< [item]

  EnumeratedCounts(const Hierarchy& hierarchy, const ItemSet& set, SoftReading reading)
      : root(hierarchy.root().num_states()) {
    const JointDistribution joint(hierarchy);
    for (std::size_t i = 0; i < set.items.size(); ++i) {
      const auto truth = joint.infer(*set.outcomes, set.items[i],
                                     set.root_states.empty() ? -1 : set.root_states[i], reading);
      const double weight = set.weights.empty() ? 1 : set.weights[i];
      log_evidence.push_back(std::log(truth.evidence));
      if (i == 0) {
        levels = truth.counts;
        for (auto& level : levels)
          for (auto& factor : level) factor.fill(0);
      }
      for (std::size_t n = 0; n < levels.size(); ++n)
        for (std::size_t f = 0; f < levels[n].size(); ++f)
          for (std::size_t k = 0; k < levels[n][f].size(); ++k)
            levels[n][f].values()[k] += weight * truth.counts[n][f].values()[k];
      for (std::size_t s = 0; s < root.size(); ++s)
        root[s] += weight * truth.posterior.back().front()[s];
    }
  }
};

}  // namespace rgm::test
