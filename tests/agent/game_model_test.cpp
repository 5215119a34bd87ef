#include "rgm/agent/game_model.h"

#include <gtest/gtest.h>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/env/grid_game.h"

namespace rgm {
namespace {

constexpr SequenceStructureOptions kOptions{.max_levels = 2};

struct RandomPlay {
  std::vector<Symbol> symbols;
  std::vector<std::uint8_t> actions;
  std::size_t modalities;

  RandomPlay(const char* name, std::size_t frames, std::uint64_t seed) {
    GridGame game(game_rules(name));
    modalities = game.spaces().num_modalities();
    Random random(seed);
    auto observation = game.reset(seed);
    for (std::size_t t = 0; t < frames; ++t) {
      symbols.insert(symbols.end(), observation.begin(), observation.end());
      if (t + 1 == frames) break;
      actions.push_back(static_cast<std::uint8_t>(random.index(3)));
      observation = game.step(actions.back());
    }
  }
  Outcomes frames(std::size_t first, std::size_t last) const {
    return outcomes_of(std::span(symbols).subspan(first * modalities, (last - first) * modalities),
                       modalities);
  }
};

TEST(GameModel, FindsEveryWindowThatItHasSeenAndShowsIt) {
  for (const auto& name : game_names()) {
    const RandomPlay play(name.c_str(), 600, 3);
    GameModel model(GridGame(game_rules(name)).spaces(), kOptions);
    model.find_groups(play.frames(0, 300));
    const auto frames = play.frames(0, 600);
    const auto states = model.learn(frames, play.actions);
    ASSERT_EQ(model.window(), 2U);
    ASSERT_EQ(states.size(), 599U);
    double steps = 0;
    for (std::size_t s = 0; s < model.num_states(); ++s)
      for (const auto& arc : model.controlled().arcs(s)) steps += arc.count;
    EXPECT_EQ(steps, 598);
    for (std::size_t t = 0; t < states.size(); ++t) {
      ASSERT_EQ(model.find(frames, t), states[t]) << name << ", frame " << t;
      const auto shown = usual_frames(model.tree(), states[t]);
      for (std::size_t k = 0; k < 2; ++k)
        for (std::size_t g = 0; g < frames.modalities(); ++g)
          ASSERT_EQ(shown(k, g), frames(t + k, g)) << name;
      ASSERT_EQ(model.reward()[states[t]], frames(t + 1, 108).token);
      ASSERT_EQ(model.cost()[states[t]], frames(t + 1, 109).token);
      ASSERT_EQ(model.consequences(states[t])[0], frames(t + 1, 110).token);
    }
  }
}

TEST(GameModel, WhatWasNeverSeenIsNotFound) {
  const RandomPlay play("pong", 400, 5);
  GameModel model(GridGame(game_rules("pong")).spaces(), kOptions);
  const auto frames = play.frames(0, 400);
  model.find_groups(frames);
  EXPECT_FALSE(model.find(frames, 0));
  model.learn(frames, play.actions);
  auto other = play.frames(10, 12);
  other(1, 60) = {2, 0};
  EXPECT_FALSE(model.find(other, 0));
  other(1, 60) = Outcome{};
  EXPECT_FALSE(model.find(other, 0));
}

TEST(GameModel, WhatDiffersInIgnoredPixelsAloneIsOne) {
  const RandomPlay play("pong", 3000, 5);
  auto frames = play.frames(0, 3000);
  constexpr std::size_t kPixel = 5;
  Random random(1);
  for (std::size_t t = 0; t < frames.items(); ++t)
    frames(t, kPixel) = {static_cast<std::uint16_t>(random.index(2)), 0};
  GameModel model(GridGame(game_rules("pong")).spaces(), kOptions);
  model.find_groups(frames);
  const auto before = model.learn(frames, play.actions);
  const std::size_t states = model.num_states();

  const std::size_t ignored[] = {kPixel};
  const auto number = model.ignore(ignored);
  EXPECT_EQ(model.ignored(), std::vector<std::size_t>{kPixel});
  EXPECT_LT(model.num_states(), states - states / 8);
  ASSERT_EQ(number.size(), states);
  // As if it had never been seen: the same windows, as often, with the same steps between them.
  const auto seen = model.relevant(frames);
  std::vector<double> visits(model.num_states());
  Transition steps(model.num_states(), model.num_actions());
  for (std::size_t t = 0; t < before.size(); ++t) {
    const std::size_t state = number[before[t]];
    ASSERT_EQ(model.find(seen, t), state);
    visits[state] += 1;
    if (t + 1 < before.size()) steps.add(number[before[t + 1]], state, play.actions[t + 1], 1);
    ASSERT_EQ(model.reward()[state], frames(t + 1, 108).token);
  }
  for (std::size_t s = 0; s < model.num_states(); ++s) {
    EXPECT_NEAR(model.tree().initial_state_counts[s],
                visits[s] + 1.0 / static_cast<double>(model.num_states()), 1e-9);
    double known = 0, expected = 0;
    for (const auto& arc : model.controlled().arcs(s))
      known += arc.count * static_cast<double>(1 + arc.next + 7 * arc.path);
    for (const auto& arc : steps.arcs(s))
      expected += arc.count * static_cast<double>(1 + arc.next + 7 * arc.path);
    EXPECT_EQ(known, expected);
  }
  // It goes on as it was.
  EXPECT_EQ(model.learn(frames, play.actions).front(), number[before.front()]);
  EXPECT_EQ(model.num_states(), visits.size());
  const std::size_t reward[] = {108};
  EXPECT_THROW(model.ignore(reward), Error);
}

TEST(GameModel, GoesOnFromItsParts) {
  const RandomPlay play("breakout", 500, 7);
  const auto spaces = GridGame(game_rules("breakout")).spaces();
  GameModel model(spaces, kOptions);
  model.find_groups(play.frames(0, 500));
  model.learn(play.frames(0, 300), std::span(play.actions).first(299));
  GameModel other(spaces, model.tree(), model.controlled(), kOptions);
  for (auto* each : {&model, &other}) {
    const auto states = each->learn(play.frames(299, 500), std::span(play.actions).subspan(299));
    each->count(*each->find(play.frames(298, 300), 0), play.actions[299], states.front());
  }
  EXPECT_EQ(other.tree(), model.tree());
  EXPECT_EQ(other.controlled(), model.controlled());
  EXPECT_EQ(other.reward(), model.reward());
  EXPECT_EQ(other.cost(), model.cost());
  EXPECT_EQ(other.intended(), model.intended());
  for (std::size_t s = 0; s < model.num_states(); ++s)
    ASSERT_EQ(other.consequences(s)[0], model.consequences(s)[0]);
}

TEST(GameModel, WrongInputsAreErrors) {
  const RandomPlay play("pong", 50, 1);
  const auto spaces = GridGame(game_rules("pong")).spaces();
  EXPECT_THROW(GameModel(spaces, {.all_phases = false}), Error);
  EXPECT_THROW(GameModel(spaces, {.incomplete_ends = true}), Error);
  EXPECT_THROW(GameModel(spaces, {.time_scale = 3}), Error);
  EXPECT_THROW(GameModel(spaces, {.new_state_concentration = 1}), Error);
  auto many = spaces;
  many.actions.resize(300, "a");
  EXPECT_THROW(GameModel(many, kOptions), Error);
  many.actions.clear();
  EXPECT_THROW(GameModel(many, kOptions), Error);
  auto without_cost = spaces;
  without_cost.streams.erase(without_cost.streams.begin() + 2);
  EXPECT_THROW(GameModel(without_cost, kOptions), Error);
  auto other = spaces;
  other.streams.front().name = "screen";
  EXPECT_THROW(GameModel(other, kOptions), Error);
  other = spaces;
  std::swap(other.streams[0], other.streams[1]);
  EXPECT_THROW(GameModel(other, kOptions), Error);
  for (const auto& symbols : {std::vector<std::size_t>{1}, std::vector<std::size_t>{2, 2}}) {
    other = spaces;
    other.streams[1].num_symbols = symbols;
    EXPECT_THROW(GameModel(other, kOptions), Error);
  }
  GameModel model(spaces, kOptions);
  EXPECT_THROW(model.learn(play.frames(0, 50), std::span(play.actions).first(48)), Error);
  const std::vector<std::uint8_t> wrong(49, 3);
  EXPECT_THROW(model.learn(play.frames(0, 50), wrong), Error);
  model.learn(play.frames(0, 50), play.actions);
  const auto known = model.num_states();
  EXPECT_TRUE(model.learn(play.frames(0, 1), {}).empty());
  EXPECT_EQ(model.num_states(), known);
  EXPECT_THROW(usual_frames(model.tree(), model.num_states()), Error);
  EXPECT_THROW(GameModel(GridGame(game_rules("breakout", {.columns = 7})).spaces(), model.tree(),
                         model.controlled(), kOptions),
               Error);
  EXPECT_THROW(GameModel(spaces, model.tree(), Transition(3, 3), kOptions), Error);
}

}  // namespace
}  // namespace rgm
