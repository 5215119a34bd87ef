#include "rgm/agent/player.h"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/env/grid_game.h"
#include "support/error_of.h"

namespace rgm {
namespace {

/// Rewards action 1, counts actions of 0 as costs in a stream that it may lack; shows the last
/// action.
class Echo final : public Environment {
 public:
  explicit Echo(bool cost) {
    spaces_.actions = {"a", "b", "c"};
    spaces_.streams = {{"pixels", {3}, 1, 1, {}}, {"reward", {2}, 0, 0, {}}};
    if (cost) spaces_.streams.push_back({"cost", {2}, 0, 0, {}});
  }
  const EnvironmentSpaces& spaces() const override { return spaces_; }
  std::span<const Symbol> reset(std::uint64_t seed) override {
    seed_ = seed;
    return show(2, 0, 0);
  }
  std::span<const Symbol> step(std::size_t action) override {
    if (on_step) on_step();
    return show(static_cast<Symbol>(action + broken_), action == 1, action == 0);
  }
  Images render() const override { return {}; }
  void break_it() { broken_ = 7; }
  void rename_an_action() { spaces_.actions[0] = "z"; }
  std::uint64_t seed() const { return seed_; }

  std::function<void()> on_step;

 private:
  std::span<const Symbol> show(Symbol pixel, bool reward, bool cost) {
    observation_ = {pixel, reward, cost};
    return std::span(observation_).first(spaces_.num_modalities());
  }
  EnvironmentSpaces spaces_;
  std::vector<Symbol> observation_;
  std::uint64_t seed_ = 0;
  std::size_t broken_ = 0;
};

/// Plays 0, 2, 1, 0, 2, 1, … and remembers what it is told.
class InTurn final : public Player {
 public:
  void begin(std::span<const Symbol> first) override { seen.assign({first[0]}); }
  std::size_t act() override { return (4 - seen.size() % 3) % 3; }
  void observe(std::size_t action, std::span<const Symbol> next) override {
    EXPECT_EQ(action, next[0]);
    seen.push_back(next[0]);
  }
  std::vector<std::size_t> seen;
};

TEST(Player, PlaysAndCountsHitsAndMisses) {
  Echo echo(true);
  InTurn player;
  std::size_t reports = 0, total = 0;
  const auto record = play(echo, player, 600, 5, [&](auto, std::size_t done, std::size_t all) {
    ++reports;
    total = all;
    EXPECT_LE(done, all);
  });
  EXPECT_EQ(echo.seed(), 5u);
  EXPECT_EQ(reports, 4u);
  EXPECT_EQ(total, 600u);
  ASSERT_EQ(record.frames(), 600u);
  ASSERT_EQ(record.misses.size(), 600u);
  ASSERT_EQ(record.seconds.size(), 600u);
  ASSERT_EQ(player.seen.size(), 601u);
  EXPECT_EQ(player.seen[0], 2u);
  for (std::size_t t = 0; t < 600; ++t) {
    EXPECT_EQ(record.hits[t], player.seen[t + 1] == 1);
    EXPECT_EQ(record.misses[t], player.seen[t + 1] == 0);
    EXPECT_GE(record.seconds[t], record.seconds[t == 0 ? 0 : t - 1]);
  }
  Echo without(false);
  EXPECT_EQ(play(without, player, 3, 0).misses, std::vector<std::uint8_t>({0, 0, 0}));
}

TEST(Player, LearningCurvesCountWholeWindows) {
  PlayRecord record;
  for (std::size_t t = 0; t < 11; ++t) {
    record.hits.push_back(t == 1 || t == 5);
    record.misses.push_back(t == 4 || t == 6 || t == 9);
    record.seconds.push_back(static_cast<double>(t));
  }
  const auto curve = learning_curve(record, 4);
  ASSERT_EQ(curve.size(), 2u);
  EXPECT_EQ(curve[0].frames, 4u);
  EXPECT_EQ(curve[0].seconds, 3);
  EXPECT_EQ(curve[0].hits, 64);
  EXPECT_EQ(curve[0].misses, 0);
  EXPECT_EQ(curve[1].frames, 8u);
  EXPECT_EQ(curve[1].seconds, 7);
  EXPECT_EQ(curve[1].hits, 64);
  EXPECT_EQ(curve[1].misses, 128);
  EXPECT_THROW(learning_curve(record, 0), Error);
}

TEST(Player, AnEnvironmentThatBreaksItsWordIsAnError) {
  const auto message = [](const auto& change) {
    Echo echo(true);
    InTurn player;
    change(echo);
    return test::error_of([&] { play(echo, player, 5, 0); });
  };
  EXPECT_EQ(
      message([](auto& echo) { echo.break_it(); }),
      "environment: observation of step 1: stream pixels, modality 0: expected a symbol below 3, got 7");
  EXPECT_EQ(message([](auto& echo) {
              echo.on_step = [&echo, step = 0]() mutable {
                if (++step == 4) echo.rename_an_action();
              };
            }),
            "environment: spaces: expected them never to change, they did at step 4");
  EXPECT_EQ(
      message([](auto& echo) { echo.on_step = [] { throw std::logic_error("out of coins"); }; }),
      "environment: step failed at step 1: out of coins");
}

TEST(Player, InterruptionsAndWhatThePlayerThrowsStayAsTheyAre) {
  Echo echo(true);
  InTurn player;
  echo.on_step = [] { throw Interrupted(); };
  EXPECT_THROW(play(echo, player, 5, 0), Interrupted);
  struct Clumsy final : Player {
    void begin(std::span<const Symbol>) override {}
    std::size_t act() override { throw std::logic_error("which button?"); }
    void observe(std::size_t, std::span<const Symbol>) override {}
  } clumsy;
  EXPECT_THROW(play(echo, clumsy, 5, 0), std::logic_error);
}

}  // namespace
}  // namespace rgm
