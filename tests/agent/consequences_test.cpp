#include "rgm/agent/consequences.h"

#include <gtest/gtest.h>

#include <cmath>

namespace rgm {
namespace {

TEST(ConsequencesOfAction, AreCounted) {
  const EnvironmentSpaces spaces{{{"pixels", {2}, 0, 0, {}}, {"action", {3, 2}, 0, 0, {}}},
                                 {"a", "b"}};
  ConsequencesOfAction consequences(spaces);
  const std::vector<Symbol> at_0{1, 0, 0}, at_1{1, 1, 0}, unseen{1, kMissingSymbol, 0};
  for (int i = 0; i < 3; ++i) consequences.learn(at_0, 1, at_1);
  consequences.learn(at_0, 1, unseen);
  const double first = (3 + 1.0 / 16) / (3 + 3.0 / 16), second = (4 + 1.0 / 16) / (4 + 2.0 / 16);
  EXPECT_NEAR(consequences.log_probability(at_0, 1, at_1), std::log(first * second), 1e-12);
  EXPECT_NEAR(consequences.log_probability(at_0, 0, at_1), std::log(1.0 / 6), 1e-12);
  EXPECT_NEAR(consequences.log_probability(at_0, 1, unseen), std::log(second), 1e-12);
}

}  // namespace
}  // namespace rgm
