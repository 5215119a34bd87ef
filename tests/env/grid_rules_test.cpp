#include "rgm/env/grid_rules.h"

#include <gtest/gtest.h>

#include "rgm/base/error.h"

namespace rgm {
namespace {

TEST(GridRules, ProbabilitiesOfStartsAndSuccessorsSumToOne) {
  for (const auto& name : game_names()) {
    for (const bool random_start : {false, true}) {
      const auto rules = game_rules(name, {.random_start = random_start});
      double total = 0;
      std::vector<GridRules::Next> next;
      for (const auto& [start, probability] : rules->starts()) {
        total += probability;
        for (std::size_t action = 0; action < GridRules::kActions; ++action) {
          rules->successors(start, action, next);
          double sum = 0;
          for (const auto& n : next) {
            ASSERT_LT(n.state, rules->num_states());
            sum += n.probability;
          }
          ASSERT_NEAR(sum, 1, 1e-12) << name;
        }
      }
      EXPECT_NEAR(total, 1, 1e-9) << name;
    }
  }
}

TEST(GridRules, UnknownGamesAndWrongOptionsAreErrors) {
  EXPECT_THROW(game_rules("pongg"), Error);
  EXPECT_THROW(game_rules("arcade", {.bombs = 6}), Error);
  EXPECT_THROW(game_rules("breakout", {.rows = 3}), Error);
  EXPECT_THROW(game_rules("pong", {.paddle_speed = 0}), Error);
}

}  // namespace
}  // namespace rgm
