#include "rgm/model/transition.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <map>

#include "rgm/base/error.h"
#include "rgm/base/random.h"

namespace rgm {
namespace {

TEST(Transition, CountsAddUpInOrderOfAppearance) {
  Transition transition(3, 2);
  transition.add(2, 0, 1, 1);
  transition.add(1, 0, 1, 2);
  transition.add(2, 0, 1, 1);
  EXPECT_EQ(transition.successors(0, 1), (std::vector<Transition::Successor>{{2, 2}, {1, 2}}));
  EXPECT_EQ(transition.probability(1, 0, 1), 0.5);
  EXPECT_EQ(transition.probability(0, 0, 1), 0);
  EXPECT_TRUE(Transition().empty());
}

TEST(Transition, WithoutSuccessorsAStateStays) {
  const Transition transition(2, 1);
  EXPECT_EQ(transition.probability(1, 1, 0), 1);
  EXPECT_EQ(transition.probability(0, 1, 0), 0);
}

RC_GTEST_PROP(Transition, ProbabilitiesSumToOneAndTheUnseenIsImpossible, (std::uint64_t seed)) {
  Random random(seed);
  Transition transition(1 + random.index(6), 1 + random.index(3));
  std::map<std::vector<std::size_t>, double> counts, totals;
  for (std::size_t draw = 0; draw < 20; ++draw) {
    const std::size_t next = random.index(transition.num_states()),
                      state = random.index(transition.num_states());
    const std::size_t path = random.index(transition.num_paths());
    const double count = 0.1 + random.uniform();
    transition.add(next, state, path, count);
    counts[{next, state, path}] += count;
    totals[{state, path}] += count;
  }
  for (std::size_t state = 0; state < transition.num_states(); ++state)
    for (std::size_t path = 0; path < transition.num_paths(); ++path) {
      double sum = 0;
      for (std::size_t next = 0; next < transition.num_states(); ++next) {
        const double p = transition.probability(next, state, path);
        sum += p;
        if (totals.contains({state, path})) {
          const double count = counts[{next, state, path}];
          RC_ASSERT(std::abs(p - count / totals[{state, path}]) < 1e-14);
          RC_ASSERT((p == 0) == (count == 0));
        }
      }
      RC_ASSERT(std::abs(sum - 1) < 1e-14);
    }
}

TEST(Transition, Errors) {
  EXPECT_THROW(Transition(0, 1), Error);
  EXPECT_THROW(Transition(1, 0), Error);
  Transition transition(2, 1);
  EXPECT_THROW(transition.add(2, 0, 0, 1), Error);
  EXPECT_THROW(transition.add(0, 2, 0, 1), Error);
  EXPECT_THROW(transition.add(0, 0, 1, 1), Error);
  EXPECT_THROW(transition.add(0, 0, 0, 0), Error);
  EXPECT_THROW(transition.add(0, 0, 0, std::nan("")), Error);
  EXPECT_THROW(transition.successors(2, 0), Error);
  EXPECT_THROW(transition.probability(0, 0, 1), Error);
}

}  // namespace
}  // namespace rgm
