#include "rgm/base/random.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "rgm/base/error.h"

namespace rgm {
namespace {

// From the definition of xoshiro256** and SplitMix64, computed apart from this code.
TEST(Random, DrawsAreThoseOfThePublishedGenerator) {
  Random zero(0), other(123456789);
  for (std::uint64_t bits :
       {0x99ec5f36cb75f2b4U, 0xbf6e1f784956452aU, 0x1a5f849d4933e6e0U, 0x6aa594f1262d2d2cU})
    EXPECT_EQ(zero.bits(), bits);
  for (std::uint64_t bits :
       {0xd1eea10c836f0cc2U, 0xe1bb9dfa08f02548U, 0x1503f3b726a1b888U, 0x88bf5a022cf9d5c2U})
    EXPECT_EQ(other.bits(), bits);
}

// Seeds in recipes and model files promise the same results in every version: these draws must not
// change.
TEST(Random, DistributionsDoNotChange) {
  Random random(42);
  EXPECT_EQ(random.uniform(), 0.083862971059882163);
  EXPECT_NEAR(random.normal(), -0.41536520949523315, 1e-14);
  EXPECT_NEAR(random.normal(), 2.2712679195432028, 1e-14);
  for (std::size_t index : {4, 4, 7, 8, 5, 9, 3, 0}) EXPECT_EQ(random.index(10), index);
  EXPECT_EQ(random.choose(10, 5), (std::vector<std::size_t>{2, 8, 4, 0, 3}));
  EXPECT_EQ(random.fork(7).bits(), 0xe806c44020652d59U);
}

TEST(Random, ForksDependOnSeedAndStreamAlone) {
  Random drawn(9), fresh(9);
  for (int i = 0; i < 100; ++i) drawn.bits();
  EXPECT_EQ(drawn.fork(3).bits(), fresh.fork(3).bits());
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 100; ++seed)
    for (std::uint64_t stream = 0; stream < 100; ++stream)
      firsts.insert(Random(seed).fork(stream).bits());
  EXPECT_EQ(firsts.size(), 10000);
}

TEST(Random, CategoricalFrequencies) {
  constexpr int kDraws = 100000;
  const std::array weights{0.0, 1.0, 3.0, 0.0, 6.0, 0.0};
  std::array<int, 6> counts{};
  Random random(1);
  for (int i = 0; i < kDraws; ++i) ++counts[random.categorical(weights)];
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double p = weights[i] / 10;
    EXPECT_NEAR(counts[i], p * kDraws, 4 * std::sqrt(p * (1 - p) * kDraws)) << i;
  }
}

TEST(Random, IndexFrequenciesAndMomentsOfTheNormal) {
  constexpr int kDraws = 100000;
  std::array<int, 7> counts{};
  Random random(2);
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    ++counts[random.index(7)];
    const double z = random.normal();
    sum += z;
    squares += z * z;
  }
  for (int count : counts) EXPECT_NEAR(count, kDraws / 7.0, 4 * std::sqrt(kDraws / 7.0));
  EXPECT_NEAR(sum / kDraws, 0, 0.015);
  EXPECT_NEAR(squares / kDraws, 1, 0.02);
}

TEST(Random, Errors) {
  Random random(0);
  EXPECT_THROW(random.index(0), Error);
  EXPECT_THROW(random.categorical({}), Error);
  EXPECT_THROW(random.categorical(std::array{0.0, 0.0}), Error);
  EXPECT_THROW(random.categorical(std::array{1.0, std::nan("")}), Error);
  EXPECT_THROW(random.choose(3, 4), Error);
}

RC_GTEST_PROP(Random, DrawsStayInRange, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t n = 1 + random.index(50), k = random.index(n + 1);
  const double u = random.uniform();
  RC_ASSERT(u >= 0 && u < 1);
  RC_ASSERT(std::isfinite(random.normal()));
  RC_ASSERT(random.index(n) < n);
  const auto chosen = random.choose(n, k);
  RC_ASSERT(std::set<std::size_t>(chosen.begin(), chosen.end()).size() == k);
  for (std::size_t i : chosen) RC_ASSERT(i < n);
  std::vector<double> weights(n);
  weights[random.index(n)] = 1e-300;
  RC_ASSERT(weights[random.categorical(weights)] > 0);
}

}  // namespace
}  // namespace rgm
