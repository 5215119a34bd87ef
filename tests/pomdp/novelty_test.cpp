#include "rgm/pomdp/novelty.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "rgm/base/error.h"
#include "rgm/math/information.h"
#include "support/random_graph.h"

namespace rgm {
namespace {

/// Σ_o predictive(o) · KL[posterior after o || prior].
double by_enumeration(const std::vector<double>& counts) {
  double total = 0, gain = 0;
  for (const double a : counts) total += a;
  for (std::size_t o = 0; o < counts.size(); ++o) {
    auto after = counts;
    after[o] += 1;
    gain += counts[o] / total * kl_dirichlet(after, counts);
  }
  return gain;
}

RC_GTEST_PROP(Novelty, IsTheExpectedDivergenceFromThePrior, (std::uint64_t seed)) {
  Random random(seed);
  std::vector<double> counts(1 + random.index(6));
  for (double& a : counts) a = std::exp(1.5 * random.normal());  // lgamma of more loses digits
  const double gain = expected_information_gain(counts);
  RC_ASSERT(std::abs(gain - by_enumeration(counts)) <= 1e-10);
  RC_ASSERT(gain >= 0);
  // Impossible outcomes tell nothing.
  counts.push_back(0);
  RC_ASSERT(std::abs(expected_information_gain(counts) - gain) <= 1e-14);
}

TEST(Novelty, TinyAndHugeCounts) {
  // (outcomes − 1) / (2 a_0) to first order; the difference of log beta functions has no digit left
  // there.
  for (const double count : {1e8, 1e12, 1e200}) {
    const std::vector<double> three(3, count);
    EXPECT_NEAR(expected_information_gain(three) * 3 * count, 1, 1e-7);
  }
  // With next to no counts the first outcome settles which one it is: ln K.
  const std::vector<double> tiny(4, 1e-200);
  EXPECT_NEAR(expected_information_gain(tiny), std::log(4), 1e-12);
  const std::vector<double> mixed{1e6, 1e-9};
  EXPECT_GT(expected_information_gain(mixed), 0);
  EXPECT_LT(expected_information_gain(mixed), 1e-12);
  EXPECT_EQ(expected_information_gain(std::vector<double>{3.5}), 0);
}

RC_GTEST_PROP(Novelty, OfTransitionsHasAPriorOnEveryNextState, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t states = 1 + random.index(6), paths = 1 + random.index(3);
  const auto transition = test::random_graph(random, states, paths, random.index(2 * states));
  const double concentration = std::exp(2 * random.normal());
  const std::size_t possible = states + random.index(3);
  const auto all = transition_novelties(transition, paths + 1, concentration, possible);
  for (std::size_t s = 0; s < states; ++s)
    for (std::size_t u = 0; u <= paths; ++u) {
      std::vector<double> counts(possible, concentration);
      if (u < paths)
        for (const auto& [next, count] : transition.successors(s, u)) counts[next] += count;
      const double gain = transition_novelty(transition, s, u, concentration, possible);
      RC_ASSERT(std::abs(gain - by_enumeration(counts)) <= 1e-10);
      RC_ASSERT(std::abs(all(s, u) - gain) <= 1e-13);
    }
}

TEST(Novelty, Errors) {
  EXPECT_THROW(expected_information_gain(std::vector<double>{}), Error);
  EXPECT_THROW(expected_information_gain(std::vector<double>{0, 0}), Error);
  EXPECT_THROW(expected_information_gain(std::vector<double>{1, -1}), Error);
  EXPECT_THROW(expected_information_gain(std::vector<double>{1, std::nan("")}), Error);
  Transition transition(3, 1);
  transition.add(0, 0, 0, 1);
  transition.add(1, 0, 0, 1);
  EXPECT_THROW(transition_novelty(transition, 3, 0, 1), Error);
  EXPECT_THROW(transition_novelty(transition, 0, 0, 0), Error);
  EXPECT_THROW(transition_novelty(transition, 0, 0, std::nan("")), Error);
  EXPECT_THROW(transition_novelty(transition, 0, 0, 1, 1), Error);
  EXPECT_THROW(transition_novelties(transition, 0, 1), Error);
}

}  // namespace
}  // namespace rgm
