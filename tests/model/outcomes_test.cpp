#include "rgm/model/outcomes.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/random.h"

namespace rgm {
namespace {

TEST(Outcome, FourBytesThatStartAsMissing) {
  static_assert(sizeof(Outcome) == 4);
  EXPECT_TRUE(Outcome{}.missing());
  EXPECT_FALSE((Outcome{3, 0}).missing());
  EXPECT_EQ((Outcome{3, 0x4000}).upper_weight(), 0.25);
}

TEST(Outcomes, HoldWhatIsSet) {
  Outcomes outcomes(3, 2);
  EXPECT_EQ(outcomes.items(), 3);
  EXPECT_TRUE(outcomes(2, 1).missing());
  outcomes(1, 0) = {5, 7};
  EXPECT_EQ(outcomes.item(1)[0], (Outcome{5, 7}));
  EXPECT_EQ(Outcomes().items(), 0);
}

TEST(Outcomes, SoftOutcomesMayBeReplaced) {
  Outcomes outcomes(2, 2);
  outcomes.set_soft(1, 1, std::vector{1.0, 2.0});
  outcomes.set_soft(0, 1, std::vector{0.0, 0.5, 0.0});
  outcomes.set_soft(1, 1, std::vector{3.0, 0.0, 1.0});
  EXPECT_TRUE(outcomes(1, 1).distribution());
  EXPECT_TRUE(std::ranges::equal(outcomes.soft(1, 1), std::vector{3.0, 0.0, 1.0}));
  EXPECT_TRUE(std::ranges::equal(outcomes.soft(0, 1), std::vector{0.0, 0.5, 0.0}));
  EXPECT_THROW(outcomes.soft(0, 0), Error);
}

TEST(Outcomes, Errors) {
  Outcomes outcomes(2, 2);
  EXPECT_THROW(outcomes.set_soft(2, 0, std::vector{1.0}), Error);
  EXPECT_THROW(outcomes.set_soft(0, 2, std::vector{1.0}), Error);
  EXPECT_THROW(outcomes.set_soft(0, 0, std::vector{0.0, 0.0}), Error);
  EXPECT_THROW(outcomes.set_soft(0, 0, std::vector{-1.0, 2.0}), Error);
  EXPECT_THROW(outcomes.set_soft(0, 0, std::vector{std::nan("")}), Error);
  EXPECT_THROW(outcomes.set_soft(0, 0, {}), Error);
  EXPECT_THROW(outcomes.select(std::vector<std::size_t>{2}), Error);
  EXPECT_TRUE(outcomes(0, 0).missing());  // what failed left nothing behind
}

RC_GTEST_PROP(Outcomes, SelectionKeepsEverything, (std::uint64_t seed)) {
  Random random(seed);
  Outcomes outcomes(1 + random.index(8), 1 + random.index(4));
  std::map<std::pair<std::size_t, std::size_t>, std::vector<double>> soft;
  for (std::size_t draw = 0; draw < 20; ++draw) {
    const std::size_t i = random.index(outcomes.items()), g = random.index(outcomes.modalities());
    if (random.index(2) == 0) {
      soft[{i, g}] = {random.uniform(), 0.5, random.uniform()};
      outcomes.set_soft(i, g, soft[{i, g}]);
    } else if (!soft.contains({i, g})) {
      outcomes(i, g) = {static_cast<std::uint16_t>(random.index(9)),
                        static_cast<std::uint16_t>(random.index(65536))};
    }
  }
  std::vector<std::size_t> indices(random.index(10));
  for (auto& index : indices) index = random.index(outcomes.items());
  const auto selected = outcomes.select(indices);
  RC_ASSERT(selected.items() == indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i)
    for (std::size_t g = 0; g < outcomes.modalities(); ++g) {
      RC_ASSERT(selected(i, g) == outcomes(indices[i], g));
      if (outcomes(indices[i], g).distribution())
        RC_ASSERT(std::ranges::equal(selected.soft(i, g), soft[{indices[i], g}]));
    }
}

}  // namespace
}  // namespace rgm
