#include "rgm/agent/hidden_world.h"

#include <gtest/gtest.h>

#include "rgm/agent/agent.h"
#include "rgm/base/random.h"

namespace rgm {
namespace {

TEST(HiddenWorldTest, ChanceHidesNothing) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    HiddenWorldTest test;
    std::size_t state = 0;
    test.begin();
    for (std::size_t t = 0; t < 5000; ++t) {
      const std::size_t action = random.index(2);
      // Of two unequal ways, with a share that is the action's.
      state = (2 * state + (random.uniform() < (action == 0 ? 0.5 : 0.9) ? 0 : 1)) % 5;
      test.step(action, state, 2);
    }
    const auto result = test.result();
    EXPECT_FALSE(result.found()) << seed;
    EXPECT_EQ(result.steps, 4999U);
    EXPECT_GT(result.ambiguous, 500U);
  }
}

TEST(HiddenWorldTest, WhatIsDeterminedIsNotAmbiguous) {
  HiddenWorldTest test;
  for (std::size_t game = 0; game < 3; ++game) {
    test.begin();
    for (std::size_t t = 0; t < 100; ++t) test.step(t % 3, (t + game) % 4, 1);
  }
  // Only a state's own next, though games begin anywhere; the actions go on by themselves.
  EXPECT_EQ(test.result().ambiguous, 0U);
  EXPECT_FALSE(test.result().found());
}

// What follows three states that are always the same is what was shown so many steps before.
TEST(HiddenWorldTest, TellsHowFarBackOneHasToSee) {
  for (const std::size_t delay : {1, 3, 6}) {
    Random random(delay);
    HiddenWorldTest test;
    std::vector<std::size_t> shown;
    for (std::size_t t = 0; t < 6000; ++t) {
      const std::size_t phase = t % (delay + 2);
      const std::size_t state = phase == 0           ? random.index(2)
                                : phase == delay + 1 ? 2 + shown[t - phase]
                                                     : 10 + phase;
      shown.push_back(state);
      test.step(0, state, 1);
    }
    const auto result = test.result();
    EXPECT_EQ(result.frames_that_tell, delay == 1 ? 2U : delay == 3 ? 4U : 8U);
    EXPECT_NEAR(static_cast<double>(result.told), 3000.0 / static_cast<double>(delay + 2), 150);
    test.forget();
    EXPECT_FALSE(test.result().found());
  }
}

/// A corridor: a cue is seen at its entrance, and at its end, two steps on, the way that the cue
/// named is rewarded, the other costs.
struct Corridor final : Environment {
  EnvironmentSpaces kinds{{{"pixels", std::vector<std::size_t>(5, 2), 0, 0, {}},
                           {"reward", {2}, 0, 0, {}},
                           {"cost", {2}, 0, 0, {}},
                           {"action", {2}, 0, 0, {}}},
                          {"left", "right"}};
  Random random{1};
  std::vector<Symbol> seen = std::vector<Symbol>(8);
  std::size_t place = 0, cue = 0;

  const EnvironmentSpaces& spaces() const override { return kinds; }
  std::span<const Symbol> show() {
    for (std::size_t i = 0; i < 5; ++i) seen[i] = i == (place == 0 ? cue : 1 + place) ? 1 : 0;
    return seen;
  }
  std::span<const Symbol> reset(std::uint64_t seed) override {
    random = Random(seed);
    place = cue = 0;
    seen.assign(8, 0);
    return show();
  }
  std::span<const Symbol> step(std::size_t action) override {
    seen[5] = seen[6] = 0;
    seen[7] = static_cast<Symbol>(action);
    if (++place == 4) {
      seen[action == cue ? 5 : 6] = 1;
      place = 0;
      cue = random.index(2);
    }
    return show();
  }
  Images render() const override { return {}; }
};

TEST(Agent, RemembersACueWithALevelMoreThoughItsWorldIsOneGroup) {
  std::vector<HiddenWorld> hidden;
  std::vector<double> hits;
  for (const std::size_t levels : {2U, 3U}) {
    Corridor corridor;
    AgentOptions options;
    options.structure.max_levels = levels;
    options.novelty_frames = 4000;
    Agent agent(corridor.spaces(), options, 0);
    hits.push_back(learning_curve(play(corridor, agent, 8192, 0)).back().hits);
    EXPECT_EQ(agent.model().window(), std::size_t{1} << (levels - 1));
    hidden.push_back(agent.hidden_world());
  }
  EXPECT_LT(hits[0], 45);
  EXPECT_GT(hits[1], 63);  // every fourth frame
  EXPECT_EQ(hidden[0].frames, 2U);
  EXPECT_EQ(hidden[0].frames_that_tell, 4U);
  EXPECT_GT(hidden[0].told, 100U);
  EXPECT_LE(hidden[0].told, hidden[0].ambiguous);
  EXPECT_FALSE(hidden[1].found());  // the next cue is chance, and nothing tells it
  EXPECT_GT(hidden[1].ambiguous, 100U);
}

}  // namespace
}  // namespace rgm
