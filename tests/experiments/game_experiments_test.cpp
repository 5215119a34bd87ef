#include "rgm/experiments/game_experiments.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "rgm/experiments/game_brittleness.h"
#include "rgm/experiments/game_comparison.h"
#include "rgm/experiments/game_map.h"

namespace rgm {
namespace {

GameSetup pong(std::size_t frames) {
  auto setup = game_setup("pong");
  setup.settings.frames = frames;
  return setup;
}
GameSetup short_setup() { return pong(6000); }

/// Pong on a small screen, which is learnt in a moment.
GameSetup small_pong() {
  return game_setup(
      "pong", "",
      std::vector<std::string>{"game.rows=6", "game.columns=5", "frames=4096",
                               "learning.random_frames=500", "planning.novelty_frames=2000"});
}

TEST(GameExperimentsTest, PongIsLearntWhateverIsWatched) {
  const auto unwatched = demonstrate_game(short_setup(), 3);
  std::size_t frame = 0, known = 0, right = 0;
  std::vector<WatchedFrame> shown;
  const auto watched = demonstrate_game(
      short_setup(), 3,
      {[&] { return ++frame > 5500; }, [&](const WatchedFrame& one) { shown.push_back(one); }});
  EXPECT_EQ(unwatched.play.record.hits, watched.play.record.hits) << "who watches changes nothing";
  EXPECT_EQ(unwatched.play.visited, watched.play.visited);
  EXPECT_EQ(unwatched.states, watched.states);
  ASSERT_EQ(shown.size(), 500U);
  for (const auto& one : shown) {
    if (one.expected.front() == kMissingSymbol) continue;
    ++known;
    right += one.expected == one.shown ? 1 : 0;
  }
  EXPECT_GT(known, 400U);
  EXPECT_GT(right, known * 9 / 10) << "nothing in this game is random";
  const auto& misses = watched.play.record.misses;
  EXPECT_EQ(shown.back().misses,
            static_cast<std::size_t>(std::count(misses.end() - 256, misses.end(), 1)));
  EXPECT_EQ(watched.misses_in_last_1000,
            static_cast<std::size_t>(std::count(misses.end() - 1000, misses.end(), 1)));
  EXPECT_NEAR(watched.ceiling.hits, 256.0 / 22, 0.01)
      << "a hit each time that the ball crosses the grid and comes back";
  EXPECT_EQ(watched.ceiling.misses, 0);
  EXPECT_LE(watched.decision_seconds, watched.slow_decision_seconds);
}

TEST(GameExperimentsTest, ThePapersWayReduces) {
  auto setup = game_setup("pong", "game-paper");
  const auto d = demonstrate_game(setup, 1);
  ASSERT_TRUE(d.reduction);
  EXPECT_EQ(d.reduction->states_before, d.states);
  EXPECT_LT(d.reduction->states_after, d.states);
  EXPECT_GE(d.last.hits, 11);
  EXPECT_GE(d.reduction->after.hits, 11);
  EXPECT_EQ(d.reduction->after.misses, 0);
}

TEST(GameExperimentsTest, RatesArePer256Frames) {
  PlayRecord record;
  record.hits = {1, 0, 0, 1};
  record.misses = {0, 1, 0, 0};
  const auto rates = event_rates(record, 2, 4);
  EXPECT_EQ(rates.hits, 128);
  EXPECT_EQ(rates.misses, 0);
  EXPECT_EQ(reward_of({5, 2}), 1);
  EXPECT_THROW(event_rates(record, 2, 2), Error);
  EXPECT_THROW(event_rates(record, 2, 5), Error);
  EXPECT_THROW(game_setup("chess"), Error);
  EXPECT_THROW(game_setup("pong", "gaem"), Error);
}

TEST(GameExperimentsTest, EventsAtTheEndOfARecord) {
  const std::vector<std::uint8_t> record{1, 1, 0, 1};
  EXPECT_EQ(events_at_end(record), 3U);
  EXPECT_EQ(events_at_end(record, 3), 2U);
  EXPECT_EQ(events_at_end(record, 0), 0U);
  EXPECT_EQ(events_at_end({}), 0U);
}

TEST(GameMapTest, AnOrbitIsARing) {
  constexpr std::size_t kLength = 40;
  std::vector<std::optional<std::size_t>> walk;
  for (std::size_t t = 0; t < 5 * kLength; ++t) walk.emplace_back(100 + 3 * (t % kLength));
  walk[0].reset();
  const auto map = map_of_walk(walk);
  ASSERT_EQ(map.states.size(), kLength);
  EXPECT_EQ(map.states.front(), 100U);
  EXPECT_EQ(map.arcs.size(), kLength);
  EXPECT_FALSE(map.walk.front());
  EXPECT_EQ(map.walk[1], 1U);
  // Neighbours are equally far apart, and all places on an ellipse around the middle.
  double mean_x = 0, mean_y = 0;
  for (const auto& place : map.places) {
    mean_x += place[0] / kLength;
    mean_y += place[1] / kLength;
    EXPECT_NEAR(std::hypot(place[0], place[1]), 1, 0.02);
  }
  EXPECT_NEAR(mean_x, 0, 0.02);
  EXPECT_NEAR(mean_y, 0, 0.02);
  const double side = 2 * std::sin(std::acos(-1.0) / kLength);
  for (std::size_t s = 0; s < kLength; ++s) {
    const auto &a = map.places[s], &b = map.places[(s + 1) % kLength];
    EXPECT_NEAR(std::hypot(a[0] - b[0], a[1] - b[1]), side, 0.02);
  }
}

TEST(GameMapTest, NoForecastWithoutCostIsShorterThanTheDistance) {
  const auto d = demonstrate_game(short_setup(), 0);
  const auto steps = steps_to_reward(d.agent->model());
  ASSERT_EQ(steps.size(), d.agent->model().num_states());
  std::size_t goals = 0;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    if (steps[s] == 0) {
      ++goals;
      EXPECT_EQ(d.agent->model().reward()[s], 1);
      EXPECT_EQ(d.agent->model().cost()[s], 0);
    }
    const auto ahead = d.agent->forecast(s);
    const auto costs = [&](std::size_t state) { return d.agent->model().cost()[state] > 0; };
    if (steps[s] != 0 && d.agent->model().reward()[ahead.back()] > 0 &&
        std::ranges::none_of(ahead, costs)) {
      EXPECT_GE(ahead.size() - 1, steps[s]);
    }
  }
  EXPECT_GT(goals, 0U);
}

TEST(GameComparisonTest, PlayersAreComparedOnTheSameSeeds) {
  const auto comparison = compare_players(pong(6144), {.first_seed = 5, .seeds = 2});
  EXPECT_EQ(comparison.seeds, (std::vector<std::uint64_t>{5, 6}));
  ASSERT_EQ(comparison.players.size(), 8U);
  for (const auto& runs : comparison.players) {
    EXPECT_EQ(runs.last.size(), 2U);
    if (runs.curves.empty()) continue;
    ASSERT_EQ(runs.curves.front().size(), 6U);
    // The last four windows are the frames that are measured.
    double hits = 0;
    for (std::size_t i = 2; i < 6; ++i) hits += runs.curves[1][i].hits / 4;
    EXPECT_NEAR(hits, runs.last[1].hits, 1e-9) << runs.player;
  }
  EXPECT_EQ(demonstrate_game(pong(6144), 6).last.hits, comparison.players[4].last[1].hits);
  EXPECT_EQ(comparison.players[4].player, kThisAgent);
  EXPECT_EQ(comparison.players[5].player, kPaperAgent);
  EXPECT_THROW(compare_players(pong(6144), {.seeds = 0}), Error);
  EXPECT_THROW(compare_players(pong(4095), {}), Error);

  const auto mean = mean_curve(comparison.players[0].curves);
  ASSERT_EQ(mean.size(), 6U);
  const auto &a = comparison.players[0].curves[0][3], &b = comparison.players[0].curves[1][3];
  EXPECT_NEAR(mean[3].reward.mean, (a.hits + b.hits) / 2 - (a.misses + b.misses), 1e-9);
  EXPECT_EQ(mean[3].frames, 4096U);
}

TEST(GameComparisonTest, AllPlayTheGameOfTheSetup) {
  const auto setup = small_pong();
  const auto comparison = compare_players(setup, {.first_seed = 5, .seeds = 1});
  const auto alone = demonstrate_game(setup, 5);
  EXPECT_NEAR(comparison.ceiling.hits, alone.ceiling.hits, 0.1);
  EXPECT_GT(comparison.ceiling.hits, 20) << "the ball crosses a small screen sooner";
  EXPECT_EQ(comparison.players[4].states.front(), alone.states)
      << "the settings are those of the setup";
  EXPECT_EQ(comparison.players[4].last.front().hits, alone.last.hits);

  auto paper = game_setup("pong", "game-paper",
                          std::vector<std::string>{"game.rows=6", "game.columns=5", "frames=4096"});
  const auto of_paper = compare_players(paper, {.first_seed = 5, .seeds = 1});
  EXPECT_EQ(of_paper.players.size() + 1, comparison.players.size())
      << "the paper's agent is there once";
  EXPECT_EQ(of_paper.players[4].player, kThisAgent);
  EXPECT_EQ(of_paper.players[4].last.front().hits, comparison.players[5].last.front().hits)
      << "and is the same beside others";
}

TEST(GameBrittlenessTest, DisturbedGames) {
  const auto observations = [](const DisturbedGame& disturbed) {
    const auto environment = disturbed_game("breakout", disturbed, 0);
    std::vector<Symbol> result;
    const auto first = environment->reset(1);
    result.assign(first.begin(), first.end());
    for (std::size_t t = 0; t < 50; ++t) {
      const auto next = environment->step(t % 3);
      result.insert(result.end(), next.begin(), next.end());
    }
    return result;
  };
  const auto usual = observations({Disturbance::kSticky, 0});
  for (const DisturbedGame disturbed : {DisturbedGame{Disturbance::kSticky, 0.5},
                                        {Disturbance::kStarts, 1},
                                        {Disturbance::kDistractors, 2},
                                        {Disturbance::kFastPaddle, 2},
                                        {Disturbance::kPatch, 2}})
    EXPECT_NE(observations(disturbed), usual) << name_of(disturbed.disturbance);
  EXPECT_EQ(std::ranges::count(observations({Disturbance::kPatch, 2}), kMissingSymbol), 4 * 51);
  EXPECT_EQ(disturbed_game("breakout", {Disturbance::kPatch, 2}, 0, {.rows = 15})
                ->spaces()
                .streams.front()
                .rows,
            15U);
  EXPECT_THROW(disturbed_game("breakout", {Disturbance::kPatch, 1.5}, 0), Error);
  EXPECT_THROW(disturbed_game("breakout", {Disturbance::kPatch, 10}, 0), Error);
  EXPECT_THROW(disturbed_game("breakout", {Disturbance::kSticky, 2}, 0), Error);
}

TEST(GameBrittlenessTest, WhatWasLearntIsPlayedUndisturbedAndNot) {
  const BrittlenessOptions options{
      .first_seed = 3, .seeds = 1, .games = 2, .recovery_frames = 1024};
  const auto results = brittleness_experiment(short_setup(), options);
  ASSERT_FALSE(results.empty());
  EXPECT_EQ(results.front().disturbed.strength, 0);
  EXPECT_GE(reward_of(results.front().agent.front()), 10) << "as it was learnt";
  EXPECT_GE(reward_of(results.front().flat.front()), 10);
  std::size_t recoveries = 0;
  for (const auto& result : results) recoveries += result.agent_again.empty() ? 0 : 1;
  EXPECT_EQ(recoveries, 5U) << "one of each disturbance";
}

TEST(GameBrittlenessTest, TheGameOfTheSetupIsDisturbed) {
  const BrittlenessOptions options{
      .first_seed = 3, .seeds = 1, .games = 2, .recovery_frames = 1024};
  auto setup = small_pong();
  setup.settings.game.paddle_speed = 2;
  const auto fast = brittleness_experiment(setup, options);
  EXPECT_GT(fast.front().agent.front().hits, 20) << "as it was learnt, on a small screen";
  EXPECT_EQ(fast.back().disturbed.disturbance, Disturbance::kFastPaddle);
  EXPECT_EQ(fast.back().disturbed.strength, 4) << "twice as fast";

  setup.settings.game.random_start = true;
  setup.settings.game.paddle_speed = 3;
  for (const auto& result : brittleness_experiment(setup, options)) {
    EXPECT_NE(result.disturbed.disturbance, Disturbance::kStarts)
        << "no other start than those that are known";
    EXPECT_NE(result.disturbed.disturbance, Disturbance::kFastPaddle) << "the screen is too narrow";
  }
  setup.settings.agent.random_frames = 10'000;
  EXPECT_NO_THROW(brittleness_experiment(setup, options))
      << "nothing was learnt, yet all is played";
  EXPECT_THROW(brittleness_experiment(setup, {.recovery_frames = 1000}), Error);
}

}  // namespace
}  // namespace rgm
