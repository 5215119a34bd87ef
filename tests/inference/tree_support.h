#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "rgm/inference/tree.h"
#include "rgm/inference/tree_counts.h"
#include "support/error_of.h"
#include "support/random_tree.h"

// What the tests of a tree's messages, tables and counts share.

namespace rgm::test {

inline std::vector<std::size_t> all_items(const Outcomes& outcomes) {
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
inline testing::AssertionResult close(double actual, double expected, double tolerance) {
  if (std::abs(actual - expected) <= tolerance * std::max(1.0, std::abs(expected)))
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "got " << actual << ", expected " << expected;
}

template <class Real>
constexpr double kTolerance = std::is_same_v<Real, double> ? 1e-10 : 1e-4;

using Precisions = testing::Types<double, float>;

/// Some items of a random tree: what message passing says about them, and what enumeration does.
template <class Real>
struct ComparedTree {
  Hierarchy hierarchy;
  std::vector<double> weights;        // [item]
  std::vector<Enumeration> expected;  // [item]
  Inference<Real> actual;
};

/// Calls `compare(tree)` with random trees, each with its possible items of four; those that are
/// impossible must be errors. Returns how many were possible.
template <class Real, class Compare>
std::size_t compare_with_enumeration(std::uint64_t seed, std::size_t trees, const TreeShape& shape,
                                     Compare compare) {
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
    std::vector<Enumeration> expected;
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

    compare(ComparedTree<Real>{hierarchy,
                               weights,
                               std::move(expected),
                               {hierarchy, outcomes, items, reading, root_states, weights}});
  }
  return possible;
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

}  // namespace rgm::test
