#include "agent/foresight.h"

#include <gtest/gtest.h>

#include <vector>

#include "agent/change_tree.h"
#include "agent/obedience.h"
#include "agent/scene.h"
#include "rgm/agent/agent.h"
#include "rgm/agent/baselines.h"
#include "rgm/agent/player.h"
#include "rgm/base/random.h"
#include "rgm/env/exact_values.h"
#include "rgm/env/grid_game.h"

namespace rgm {
namespace {

// What moves alike everywhere is told where it never was; what goes to one place, from anywhere.
TEST(ChangeTree, TellsMovesAndPlacesWhereNothingWasSeen) {
  Matrix<std::int16_t> features(20, 2);
  std::vector<std::uint32_t> moves, places, counts(20, 3);
  for (std::int16_t i = 0; i < 20; ++i) {
    const bool back = i >= 10;
    const auto position = static_cast<std::int16_t>(i % 10);
    features(i, 0) = back ? 1 : 0;
    features(i, 1) = position;
    places.push_back(back ? 4U : static_cast<std::uint32_t>(position) + 1U);
    moves.push_back(back ? 100U - static_cast<std::uint32_t>(position) : 101U);
  }
  const ChangeTree tree({features, moves, places, counts});
  EXPECT_EQ(tree.num_leaves(), 2U);
  const auto& on = tree.at(std::vector<std::int16_t>{0, 25});
  EXPECT_TRUE(on.moves);
  EXPECT_EQ(on.outcomes.front().code, 101U);
  EXPECT_EQ(on.outcomes.front().probability, 1);
  const auto& home = tree.at(std::vector<std::int16_t>{1, 25});
  EXPECT_FALSE(home.moves);
  EXPECT_EQ(home.outcomes.front().code, 4U);
}

/// A body on a line of nine places; actions left, stay, right, that stick with a probability.
std::vector<Obedience::Step> walk(double stuck, std::vector<std::size_t>& taken) {
  Random random(5);
  std::vector<Obedience::Step> steps;
  std::uint32_t before = 4, now = 4;
  std::size_t last = 1;
  for (std::size_t t = 0; t < 3000; ++t) {
    const std::size_t asked = random.index(3);
    if (random.uniform() >= stuck) last = asked;
    const std::uint32_t next = last == 0   ? (now > 0 ? now - 1 : 0)
                               : last == 2 ? std::min(now + 1, 8U)
                                           : now;
    steps.push_back({before, now, next, static_cast<std::uint32_t>(asked), 1});
    taken.push_back(last);
    before = now;
    now = next;
  }
  return steps;
}

TEST(Obedience, FindsHowOftenAndWhenActionsStick) {
  std::vector<std::size_t> taken;
  const auto steps = walk(0.25, taken);
  const Obedience obedience(3, steps);
  EXPECT_NEAR(obedience.stuck(), 0.25, 0.03);
  std::size_t wrong = 0, looked_at = 0;
  for (std::size_t t = 1; t < steps.size(); ++t) {
    if (steps[t].now == steps[t].next) continue;  // at a wall left and stay are one
    ++looked_at;
    wrong += obedience.taken(steps[t].now, steps[t].next, steps[t].asked, taken[t - 1]) != taken[t];
  }
  EXPECT_GT(looked_at, 1000U);
  EXPECT_EQ(wrong, 0U);
}

TEST(Obedience, FindsNothingWhereActionsAreObeyed) {
  std::vector<std::size_t> taken;
  const auto steps = walk(0, taken);
  const Obedience obedience(3, steps);
  EXPECT_EQ(obedience.stuck(), 0);
  for (std::size_t t = 1; t < steps.size(); ++t)
    ASSERT_EQ(obedience.taken(steps[t].now, steps[t].next, steps[t].asked, taken[t - 1]), taken[t]);
}

// A bomb that hides another changes nothing but itself: each column is a thing of its own.
TEST(Scenes, CutAnObservationIntoThings) {
  const auto rules = arcade_rules();
  GridGame game(rules);
  std::vector<Symbol> seen;
  auto player = random_player(game.spaces(), 1);
  for (std::size_t t = 0; t < 100; ++t) {
    const auto next = game.step(player->act());
    seen.insert(seen.end(), next.begin(), next.end());
  }
  Scenes scenes(game.spaces(), seen);
  EXPECT_EQ(scenes.num_own(), 1U);
  EXPECT_EQ(scenes.num_things(), 1 + 3 + 3 + 2U);  // paddle, ball, wall; bombs; reward and cost
  const std::size_t modalities = game.spaces().num_modalities();
  const auto first = std::span<const Symbol>(seen).first(modalities);
  const std::uint32_t number = scenes.number_of(first);
  EXPECT_EQ(scenes.number_of(first), number);
  EXPECT_EQ(scenes.number_of(Scenes::Scene(scenes[number])), number);
}

// Random play from the game's first state; then joint states that it never led to.
TEST(Foresight, PredictsJointStatesThatWereNeverSeen) {
  const AgentOptions options;
  GridGame game(pong_rules({.rows = 8, .columns = 7}));
  GameModel model(game.spaces(), options.structure);
  const std::size_t modalities = game.spaces().num_modalities();
  Random random(2);
  std::vector<Symbol> seen;
  std::vector<std::uint8_t> actions;
  for (std::size_t t = 0; t < 1500; ++t) {
    actions.push_back(static_cast<std::uint8_t>(random.index(3)));
    const auto next = game.step(actions.back());
    seen.insert(seen.end(), next.begin(), next.end());
  }
  model.learn(outcomes_of(seen, modalities), std::span(actions).subspan(1));
  Foresight foresight(model, options);
  EXPECT_FALSE(foresight.known());
  foresight.learn();
  ASSERT_TRUE(foresight.known());
  EXPECT_EQ(foresight.stuck(), 0);
  GridGame other(pong_rules({.rows = 8, .columns = 7, .random_start = true}));
  std::size_t fresh = 0;
  std::vector<Symbol> pair;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    auto frame = other.reset(seed);
    foresight.begin(frame);
    pair.assign(frame.begin(), frame.end());
    for (std::size_t t = 0; t < 10; ++t) {
      const std::size_t action = random.index(3);
      frame = other.step(action);
      foresight.observe(action, frame);
      pair.insert(pair.end(), frame.begin(), frame.end());
      fresh += model.find(outcomes_of(pair, modalities), 0) ? 0 : 1;
      pair.erase(pair.begin(), pair.begin() + static_cast<std::ptrdiff_t>(modalities));
    }
  }
  EXPECT_GT(fresh, 50U);
  EXPECT_EQ(foresight.steps(), 360U);
  EXPECT_GE(foresight.foreseen(), 340U);
}

// One action in four is not obeyed: the agent finds that out, and plays nearly as well as whoever
// knows the rules.
TEST(Foresight, PlaysAGameWhoseActionsStick) {
  constexpr std::size_t kFrames = 8192, kMeasured = 4096;
  const auto rules = sticky_rules(pong_rules({.rows = 8, .columns = 7}), 0.25);
  const auto best = best_play(*rules, exact_values(*rules), 16'384, 3);
  const auto reward = [&](UnseenStates unseen) {
    AgentOptions options;
    options.novelty_frames = 3000;
    options.unseen = unseen;
    GridGame game(rules);
    Agent agent(game.spaces(), options, 3);
    const auto record = play(game, agent, kFrames, 3);
    double result = 0;
    for (std::size_t t = kFrames - kMeasured; t < kFrames; ++t)
      result += record.hits[t] - 2.0 * record.misses[t];
    return result * 256 / kMeasured;
  };
  const double ceiling = best.hits - 2 * best.misses;
  EXPECT_GE(reward(UnseenStates::kForesee), 0.85 * ceiling);
  EXPECT_LT(reward(UnseenStates::kInfer), 0.85 * ceiling);
}

// Who lives through a past again foresees what it foresaw then.
TEST(Foresight, IsTheSameAfterThePastWasLivedThroughAgain) {
  const auto rules = sticky_rules(pong_rules({.rows = 6, .columns = 5}), 0.25);
  AgentOptions options;
  options.random_frames = 500;
  options.novelty_frames = 1000;
  const auto reward = [](const PlayRecord& record) { return record.hits; };
  GridGame game(rules);
  Agent whole(game.spaces(), options, 4);
  const auto expected = play(game, whole, 3000, 4);
  Agent first(game.spaces(), options, 4);
  play(game, first, 2200, 4);
  Agent again(game.spaces(), options, 4);
  again.relive(first.past());
  EXPECT_EQ(reward(play(game, again, 3000, 4)), reward(expected));
  EXPECT_EQ(again.past().actions, whole.past().actions);
}

}  // namespace
}  // namespace rgm
