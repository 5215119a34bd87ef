#include "rgm/env/exact_values.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "rgm/base/error.h"
#include "rgm/base/random.h"

namespace rgm {
namespace {

/// The definition: every action, every outcome, every frame.
double enumerated(const GridRules& rules, std::size_t state, const ExactValueOptions& options,
                  std::size_t horizon) {
  if (horizon == 0) return 0;
  double best = -1e9;
  std::vector<GridRules::Next> next;
  for (std::size_t action = 0; action < GridRules::kActions; ++action) {
    rules.successors(state, action, next);
    double sum = 0;
    for (const auto& [then, probability] : next)
      sum += probability * (rules.hit(then) - options.miss_price * rules.miss(then) +
                            options.discount * enumerated(rules, then, options, horizon - 1));
    best = std::max(best, sum);
  }
  return best;
}

TEST(ExactValues, EqualEnumeration) {
  const ExactValueOptions options{.horizon = 6, .discount = 0.9, .miss_price = 1.5};
  Random random(4);
  for (const auto& name : game_names()) {
    const auto rules = game_rules(name, {.random_start = true});
    const auto values = exact_values(*rules, options);
    bool hits = false, misses = false;
    for (std::size_t i = 0; i < 200;) {
      const std::size_t state = random.index(rules->num_states());
      if (!values.reachable[state]) continue;
      ++i;
      const double expected = enumerated(*rules, state, options, options.horizon);
      ASSERT_NEAR(values.value[state], expected, 1e-8) << name << ", state " << state;
      hits = hits || expected > 0;
      misses = misses || expected < 0;
    }
    EXPECT_TRUE(hits && misses) << name;
  }
}

// The ceilings, of whoever knows the rules, and what looking a little less far ahead achieves.
TEST(ExactValues, CeilingsOfTheGames) {
  for (const auto& [name, hits] :
       {std::pair{"pong", 256 / 22.0}, {"breakout", 14.77}, {"arcade", 12.8}}) {
    const auto rules = game_rules(name);
    for (const std::size_t horizon : {13, 2048}) {
      const auto rates =
          best_play(*rules, exact_values(*rules, {.horizon = horizon}), 256 * 200, 1);
      EXPECT_NEAR(rates.hits, hits, 0.1) << name << ", horizon " << horizon;
      EXPECT_EQ(rates.misses, 0) << name << ", horizon " << horizon;
    }
  }
}

TEST(ExactValues, ValueOfALongGameIsWhatBestPlayCollects) {
  constexpr std::size_t kFrames = 4096;
  const auto rules = breakout_rules();
  const auto values = exact_values(*rules, {.horizon = kFrames});
  double expected = 0;
  for (const auto& [state, probability] : rules->starts())
    expected += probability * values.value[state];
  EXPECT_NEAR(best_play(*rules, values, kFrames, 3).hits, expected * 256 / kFrames, 0.1);
}

TEST(ExactValues, StatesThatAreNeverReachedAreToldApart) {
  const auto rules = breakout_rules();
  const auto values = exact_values(*rules, {.horizon = 8});
  const auto reached = std::count(values.reachable.begin(), values.reachable.end(), true);
  EXPECT_GT(reached, 1000);
  EXPECT_LT(static_cast<std::size_t>(reached), rules->num_states() / 2);
  for (const auto& start : rules->starts()) EXPECT_TRUE(values.reachable[start.state]);
}

// A state knows the last action; the ceiling is that of whoever knows the stickiness, too.
TEST(ExactValues, StickyRulesEqualTheEquationOfTheirMixture) {
  const auto rules = breakout_rules({.rows = 8, .columns = 5});
  const ExactValueOptions options{.horizon = 5, .discount = 0.9};
  const auto sticky = sticky_rules(rules, 0.25);
  const auto values = exact_values(*sticky, options);
  std::size_t looked_at = 0;
  for (std::size_t s = 0; s < sticky->num_states(); s += 37) {
    if (!values.reachable[s]) continue;
    ++looked_at;
    ASSERT_NEAR(values.value[s], enumerated(*sticky, s, options, options.horizon), 1e-8) << s;
  }
  EXPECT_GT(looked_at, 20U);
  const auto never = exact_values(*sticky_rules(rules, 0), options);
  const auto plain = exact_values(*rules, options);
  for (std::size_t s = 0; s < rules->num_states(); ++s) {
    if (!plain.reachable[s] || !never.reachable[s * 4]) continue;
    ASSERT_NEAR(never.value[s * 4], plain.value[s], 1e-9);
  }
  EXPECT_THROW(sticky_rules(rules, 1.5), Error);
  EXPECT_THROW(game_rules("pong", {.sticky = -0.5}), Error);
}

// In the same screens, as often, as the variation shows to whoever does not know the rules.
TEST(ExactValues, StickyRulesDistributeAsTheVariationDoes) {
  const auto rules = sticky_rules(pong_rules(), 0.25);
  std::vector<GridRules::Next> next;
  const std::size_t bat_moved_left = 4 * 4;  // any state whose bat is not at a wall
  rules->successors(bat_moved_left, 2, next);
  ASSERT_EQ(next.size(), 2U);
  EXPECT_EQ(next[0].state % 4, 2U);
  EXPECT_EQ(next[0].probability, 0.75);
  EXPECT_EQ(next[1].state % 4, 0U);
  EXPECT_EQ(next[1].probability, 0.25);
  rules->successors(bat_moved_left + 3, 2, next);  // before the first action
  ASSERT_EQ(next.size(), 1U);
}

TEST(ExactValues, WrongOptionsAreErrors) {
  const auto rules = pong_rules();
  EXPECT_THROW(exact_values(*rules, {.horizon = 0}), Error);
  EXPECT_THROW(exact_values(*rules, {.discount = 0}), Error);
  EXPECT_THROW(exact_values(*rules, {.discount = 1.1}), Error);
  EXPECT_THROW(exact_values(*rules, {.miss_price = -1}), Error);
  EXPECT_THROW(best_play(*rules, exact_values(*rules, {.horizon = 1}), 0, 0), Error);
}

}  // namespace
}  // namespace rgm
