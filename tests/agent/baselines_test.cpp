#include "rgm/agent/baselines.h"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/env/grid_game.h"

namespace rgm {
namespace {

CurvePoint last_window(const PlayRecord& record, std::size_t window = 2048) {
  return learning_curve(record, window).back();
}

TEST(Baselines, RandomPlayTakesAllActionsAlike) {
  GridGame game(pong_rules());
  const auto player = random_player(game.spaces(), 3);
  std::vector<double> count(3);
  for (std::size_t i = 0; i < 30'000; ++i) ++count.at(player->act());
  for (const double n : count) EXPECT_NEAR(n, 10'000, 400);
  const auto rates = last_window(play(game, *player, 40'960, 1), 40'960);
  EXPECT_NEAR(rates.hits, 1.3, 0.3);
  EXPECT_NEAR(rates.misses, 10.3, 0.3);
}

TEST(Baselines, TheTwoFramePlayerComesToTheCeiling) {
  for (const auto& [name, frames, hits, misses] : {std::tuple{"pong", 10'240, 11.4, 0.1},
                                                   {"breakout", 12'288, 14.5, 0.3},
                                                   {"arcade", 24'576, 6.0, 4.0}}) {
    GridGame game(game_rules(name));
    const auto player = two_frame_player(game.spaces(), {}, 1);
    const auto rates = last_window(play(game, *player, frames, 1));
    EXPECT_GE(rates.hits, hits) << name;
    EXPECT_LE(rates.misses, misses) << name;
  }
}

TEST(Baselines, QLearningLearnsMoreSlowly) {
  GridGame game(breakout_rules());
  const auto player = q_learning_player(game.spaces(), {}, 1);
  const auto record = play(game, *player, 100'000, 1);
  const auto curve = learning_curve(record, 2048);
  EXPECT_LT(curve[4].hits, 12);
  EXPECT_GT(curve.back().hits, 13.5);
  EXPECT_LT(curve.back().misses, 2.5);
}

TEST(Baselines, ThePlayersLearnFromWhatOthersDoAndKeepIt) {
  GridGame game(breakout_rules());
  const auto& spaces = game.spaces();
  for (const auto& player :
       {two_frame_player(spaces, {}, 1), q_learning_player(spaces, {.exploring_frames = 0}, 1)}) {
    Random random(2);
    player->begin(game.reset(5));
    for (std::size_t i = 0; i < 100'000; ++i) {
      const std::size_t action = random.index(3);
      player->observe(action, game.step(action));
    }
    EXPECT_GT(last_window(play(game, *player, 2048, 1)).hits, 13);
  }
}

TEST(Baselines, SameSeedSamePlay) {
  GridGame game(arcade_rules());
  const auto misses = [&](auto make, std::uint64_t seed) {
    const auto player = make(seed);
    return play(game, *player, 6000, 1).misses;
  };
  const auto& spaces = game.spaces();
  const auto random = [&](std::uint64_t seed) { return random_player(spaces, seed); };
  const auto q_learning = [&](std::uint64_t seed) { return q_learning_player(spaces, {}, seed); };
  const auto two_frames = [&](std::uint64_t seed) { return two_frame_player(spaces, {}, seed); };
  EXPECT_EQ(misses(random, 1), misses(random, 1));
  EXPECT_NE(misses(random, 1), misses(random, 2));
  EXPECT_EQ(misses(q_learning, 1), misses(q_learning, 1));
  EXPECT_NE(misses(q_learning, 1), misses(q_learning, 2));
  EXPECT_EQ(misses(two_frames, 1), misses(two_frames, 1));
  EXPECT_NE(misses(two_frames, 1), misses(two_frames, 2));
}

TEST(Baselines, WrongOptionsAreErrors) {
  const auto spaces = GridGame(pong_rules()).spaces();
  EXPECT_THROW(q_learning_player(spaces, {.miss_price = -1}, 0), Error);
  EXPECT_THROW(q_learning_player(spaces, {.rate = 2}, 0), Error);
  EXPECT_THROW(q_learning_player(spaces, {.exploration = -0.1}, 0), Error);
  EXPECT_THROW(q_learning_player(spaces, {.last_exploration = 1.1}, 0), Error);
  EXPECT_THROW(two_frame_player(spaces, {.discount = 1}, 0), Error);
  EXPECT_THROW(two_frame_player(spaces, {.planning_interval = 0}, 0), Error);
}

}  // namespace
}  // namespace rgm
