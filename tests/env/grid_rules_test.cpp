#include "rgm/env/grid_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/env/exact_values.h"

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

/// Calls `look(state, screen)` for every state that play may come to, with how often each symbol is
/// on the screen and where the ball is (cells, if there is none).
struct Screen {
  std::vector<Symbol> grid;
  std::vector<std::size_t> count;
  std::size_t ball = 0;
};
void for_each_screen(const GridRules& rules, Symbol ball,
                     const std::function<void(std::size_t, const Screen&)>& look) {
  const auto values = exact_values(rules, {.horizon = 1});
  for (std::size_t state = 0; state < rules.num_states(); ++state) {
    if (!values.reachable[state]) continue;
    Screen screen{std::vector<Symbol>(rules.rows() * rules.columns(), kMissingSymbol),
                  std::vector<std::size_t>(5), 0};
    rules.draw(state, screen.grid);
    for (const Symbol symbol : screen.grid) ++screen.count.at(symbol);
    screen.ball = static_cast<std::size_t>(std::find(screen.grid.begin(), screen.grid.end(), ball) -
                                           screen.grid.begin());
    look(state, screen);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(GridRules, BreakoutShowsABallAPaddleAndAWall) {
  for (const bool random_start : {false, true}) {
    const auto rules = breakout_rules({.random_start = random_start});
    std::size_t hits = 0, misses = 0;
    for_each_screen(*rules, 1, [&](std::size_t state, const Screen& screen) {
      const std::size_t bricks = screen.count[2] + screen.count[3], row = screen.ball / 9;
      EXPECT_TRUE(bricks == 9 || bricks == 18 || bricks == 27);
      EXPECT_EQ(screen.count[1], 1u);
      const bool struck = screen.ball == 99 + rules->paddle(state);  // the ball hides the paddle
      EXPECT_EQ(screen.count[0], struck ? 0u : 1u);
      EXPECT_EQ(screen.grid[99 + rules->paddle(state)], struck ? 1 : 0);
      EXPECT_GE(row, bricks / 9);
      EXPECT_EQ(rules->miss(state), row == 11 && !struck);
      EXPECT_TRUE(!rules->hit(state) || row == bricks / 9);
      hits += rules->hit(state);
      misses += rules->miss(state);
    });
    EXPECT_GT(hits, 20u);
    EXPECT_GT(misses, 20u);
  }
}

TEST(GridRules, ArcadeShowsBombsToo) {
  for (const std::size_t bombs : {0, 1, 3, 5}) {
    const auto rules = arcade_rules({.bombs = bombs});
    std::size_t most = 0, costs_without_ball = 0;
    for_each_screen(*rules, 1, [&](std::size_t state, const Screen& screen) {
      const std::size_t row = screen.ball / 9;
      most = std::max(most, screen.count[3]);
      EXPECT_LE(screen.count[3], bombs);
      if (row < 11) costs_without_ball += rules->miss(state);
      EXPECT_TRUE(!rules->hit(state) || row == screen.count[2] / 9);
      EXPECT_TRUE(row != 11 || rules->miss(state));  // the paddle hides a ball that it strikes
      EXPECT_FALSE(rules->hit(state) && rules->miss(state));
    });
    EXPECT_EQ(most, bombs);
    EXPECT_EQ(costs_without_ball > 0, bombs > 0);
  }
}

TEST(GridRules, OptionsChangeTheGames) {
  std::vector<GridRules::Next> next;
  for (const auto& name : game_names()) {
    const auto rules = game_rules(name, {.paddle_speed = 3});
    const auto start = rules->starts()[0].state;
    rules->successors(start, 2, next);
    EXPECT_EQ(rules->paddle(next[0].state), rules->paddle(start) + 3) << name;
    rules->successors(start, 1, next);
    EXPECT_EQ(rules->paddle(next[0].state), rules->paddle(start)) << name;
    EXPECT_EQ(game_rules(name, {.rows = 10, .columns = 11})->columns(), 11u) << name;
    EXPECT_GT(game_rules(name, {.random_start = true})->starts().size(), 1000u) << name;
  }
  EXPECT_EQ(breakout_rules()->starts().size(), 3u);
  EXPECT_EQ(arcade_rules()->starts().size(), 5u);
  EXPECT_EQ(breakout_rules({.spread = 0})->starts().size(), 1u);
}

TEST(GridRules, UnknownGamesAndWrongOptionsAreErrors) {
  EXPECT_THROW(game_rules("pongg"), Error);
  EXPECT_THROW(game_rules("arcade", {.bombs = 6}), Error);
  EXPECT_THROW(game_rules("breakout", {.rows = 3}), Error);
  EXPECT_THROW(game_rules("pong", {.paddle_speed = 0}), Error);
}

}  // namespace
}  // namespace rgm
