#include "rgm/agent/agent.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "rgm/agent/predictive_merge.h"
#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/env/grid_game.h"
#include "rgm/env/variations.h"

namespace rgm {
namespace {

AgentOptions quick() {
  AgentOptions options;
  options.novelty = 1;
  options.novelty_frames = 10000;
  return options;
}

std::pair<double, double> last_curve_point(const PlayRecord& record, std::size_t window) {
  const auto end = learning_curve(record, window).back();
  return {end.hits, end.misses};
}

TEST(Agent, LearnsToPlayPongPerfectly) {
  for (const std::uint64_t seed : {1, 2}) {
    GridGame game(game_rules("pong"));
    Agent agent(game.spaces(), quick(), seed);
    const auto [hits, misses] = last_curve_point(play(game, agent, 16384, seed), 4096);
    EXPECT_GT(hits, 11);
    EXPECT_EQ(misses, 0);
  }
}

TEST(Agent, LearnsNothingTwiceWhenItIsInterrupted) {
  for (const std::size_t questions : {1, 30, 300, 3000}) {
    GridGame game(game_rules("pong", {.rows = 6, .columns = 5}));
    Agent agent(game.spaces(), quick(), 1);
    std::size_t asked = 0, stopped = 0;
    agent.begin(game.reset(1));
    for (std::size_t frame = 0; frame < 6000; ++frame) {
      const std::size_t action = agent.act();
      const auto next = game.step(action);
      try {
        const InterruptionScope scope([&] {
          if (++asked % questions == 0 && frame < 5000) throw Interrupted();
        });
        agent.observe(action, next);
      } catch (const Interrupted&) {
        ++stopped;
      }
    }
    EXPECT_GT(stopped, 0U) << questions;
    EXPECT_EQ(agent.frames_seen(), 6000U);
    const auto& visits = agent.model().tree().initial_state_counts;
    // A prior count of 1 in all, and at most a visit a frame.
    EXPECT_LE(std::accumulate(visits.begin(), visits.end(), 0.0), 6000 + 2) << questions;
    EXPECT_GT(agent.model().num_states(), 50U);
  }
}

TEST(Agent, PlaysPongPerfectlyFromRewardedRandomPlayByInduction) {
  for (const auto selection : {ActionSelection::kLearnt, ActionSelection::kExplicit}) {
    AgentOptions options;
    options.random_frames = 10000;
    options.experience = Experience::kRewarded;
    options.planning = PlanningMethod::kInduction;
    options.selection = selection;
    options.basin = true;
    options.novelty = 0;
    GridGame game(game_rules("pong"));
    Agent agent(game.spaces(), options, 0);
    const auto [hits, misses] = last_curve_point(play(game, agent, 16384, 100), 4096);
    EXPECT_GT(hits, 11);
    EXPECT_EQ(misses, 0);
    const std::size_t states = agent.model().num_states(), left = agent.reduce();
    EXPECT_LT(left, states);
    EXPECT_GT(left, 0U);
    const auto after = last_curve_point(play(game, agent, 4096, 101), 3840);
    EXPECT_GT(after.first, 9);
    EXPECT_EQ(agent.model().num_states(), states);  // it learns no more
  }
}

TEST(Agent, IsNotDistractedByNoise) {
  const auto game = distractors(std::make_unique<GridGame>(game_rules("pong")), 3, 1);
  Agent agent(game->spaces(), quick(), 2);
  const auto [hits, misses] = last_curve_point(play(*game, agent, 16384, 2), 4096);
  EXPECT_EQ(agent.model().ignored().size(), 3U);
  EXPECT_GT(hits, 10);
  EXPECT_LT(misses, 1);
}

TEST(Agent, LearnsToIgnorePixelsThatBecomeNoise) {
  GridGame quiet(game_rules("pong"));
  Agent agent(quiet.spaces(), quick(), 2);
  play(quiet, agent, 12288, 2);
  EXPECT_TRUE(agent.model().ignored().empty());
  const std::size_t states = agent.model().num_states();
  const auto game = distractors(std::make_unique<GridGame>(game_rules("pong")), 4, 1);
  const auto [hits, misses] = last_curve_point(play(*game, agent, 8192, 2), 4096);
  EXPECT_EQ(agent.model().ignored().size(), 4U);
  EXPECT_LT(agent.model().num_states(), states + states / 2);
  EXPECT_GT(hits, 10);
  EXPECT_LT(misses, 1);
  agent.act();
  EXPECT_EQ(agent.why().motive, Motive::kValue);
}

TEST(Agent, SameSeedSamePlay) {
  const auto actions = [](std::uint64_t seed) {
    GridGame game(game_rules("arcade"));
    AgentOptions options = quick();
    options.precision = 4;
    Agent agent(game.spaces(), options, seed);
    agent.begin(game.reset(1));
    std::vector<std::size_t> result;
    for (int t = 0; t < 4000; ++t) {
      result.push_back(agent.act());
      agent.observe(result.back(), game.step(result.back()));
    }
    return result;
  };
  const auto once = actions(5);
  EXPECT_EQ(actions(5), once);
  EXPECT_NE(actions(6), once);
}

TEST(Agent, SaysWhy) {
  GridGame game(game_rules("pong"));
  Agent agent(game.spaces(), quick(), 3);
  agent.begin(game.reset(3));
  EXPECT_EQ(agent.why().motive, Motive::kRandomPlay);
  bool novel = false, valued = false;
  for (int t = 0; t < 16000; ++t) {
    const std::size_t action = agent.act();
    const auto why = agent.why();
    EXPECT_EQ(why.action, action);
    EXPECT_EQ(why.frame, static_cast<std::size_t>(t));
    novel = novel || why.motive == Motive::kNovelty;
    if (why.motive == Motive::kValue) {
      valued = true;
      EXPECT_TRUE(why.expected);
      EXPECT_GT(why.tried[action], 0U);
      EXPECT_NEAR(std::accumulate(why.probabilities.begin(), why.probabilities.end(), 0.0), 1,
                  1e-12);
      EXPECT_GE(why.values[action], *std::ranges::max_element(why.values) - 1e-9);
    }
    agent.observe(action, game.step(action));
    if (why.motive == Motive::kValue && t > 15000) {
      EXPECT_EQ(agent.present(), why.expected);
    }
  }
  EXPECT_TRUE(novel);
  EXPECT_TRUE(valued);
  agent.act();
  const auto why = agent.why();
  EXPECT_LE(why.steps_to_reward, 44U);
  EXPECT_NE(why.text(game.spaces()).find("a reward is expected in"), std::string::npos);
}

TEST(Agent, PredictsTheNextFrame) {
  GridGame game(game_rules("breakout"));
  Agent agent(game.spaces(), quick(), 4);
  play(game, agent, 12000, 4);
  agent.begin(game.reset(9));
  std::size_t predicted = 0, surprises = 0;
  for (int t = 0; t < 60; ++t) {
    const std::size_t action = agent.act();
    const auto prediction = agent.predict(action);
    const auto next = game.step(action);
    agent.observe(action, next);
    if (prediction.empty()) continue;
    ++predicted;
    for (std::size_t g = 0; g + 3 < next.size(); ++g) {
      ASSERT_NEAR(std::accumulate(prediction[g].begin(), prediction[g].end(), 0.0), 1, 1e-9);
      // A new ball may come down elsewhere.
      surprises += prediction[g][next[g]] > 0.1 ? 0 : 1;
    }
  }
  EXPECT_GT(predicted, 50U);
  EXPECT_LE(surprises, 4U);  // where a new ball comes down at a place that it never had from there
}

TEST(Agent, RecognisesWhatIsPartlyHidden) {
  GridGame game(game_rules("pong"));
  AgentOptions options = quick();
  Agent agent(game.spaces(), options, 5);
  play(game, agent, 16384, 5);
  options.learning = false;
  options.game_frames = 1;
  Agent hidden(
      GameModel(game.spaces(), agent.model().tree(), agent.model().controlled(), options.structure),
      options, 6, agent.frames_seen());
  agent.begin(game.reset(1));
  std::vector<Symbol> seen(game.reset(1).begin(), game.reset(1).end());
  const auto hide = [&](std::span<const Symbol> observation) {
    seen.assign(observation.begin(), observation.end());
    for (std::size_t row = 4; row < 8; ++row)
      for (std::size_t column = 0; column < 5; ++column) seen[row * 9 + column] = kMissingSymbol;
    return std::span<const Symbol>(seen);
  };
  hidden.begin(hide(game.reset(1)));
  std::size_t right = 0;
  constexpr std::size_t kFrames = 400;
  for (std::size_t t = 0; t < kFrames; ++t) {
    const std::size_t action = agent.act();
    hidden.act();
    const auto next = game.step(action);
    agent.observe(action, next);
    hidden.observe(action, hide(next));
    right += agent.present() && agent.present() == hidden.present() ? 1 : 0;
  }
  EXPECT_GT(right, kFrames * 95 / 100);
}

TEST(Agent, GoesOnWithItsModel) {
  GridGame game(game_rules("pong"));
  Agent agent(game.spaces(), quick(), 8);
  play(game, agent, 16384, 8);
  for (const auto selection : {ActionSelection::kLearnt, ActionSelection::kExplicit}) {
    AgentOptions options = quick();
    options.learning = false;
    options.selection = selection;
    Agent again(GameModel(game.spaces(), agent.model().tree(), agent.model().controlled(),
                          options.structure),
                options, 8, agent.frames_seen());
    const auto [hits, misses] = last_curve_point(play(game, again, 2048, 9), 1024);
    EXPECT_GT(hits, 10);
    EXPECT_EQ(misses, 0);
  }
}

TEST(Agent, WithoutAnyRewardItStillPlays) {
  // Too short for a hit without a miss.
  GridGame game(game_rules("pong"));
  AgentOptions options = quick();
  options.random_frames = 20;
  options.structure_frames = 20;
  options.experience = Experience::kRewarded;
  options.planning = PlanningMethod::kInduction;
  options.basin = true;
  Agent agent(game.spaces(), options, 8);
  play(game, agent, 21, 8);
  // What was seen is kept until it leads to a reward.
  EXPECT_EQ(agent.model().num_states(), 0U);
  play(game, agent, 6000, 8);
  EXPECT_GT(agent.model().num_states(), 0U);
  EXPECT_FALSE(agent.model().intended().empty());
}

TEST(Agent, RandomPlayMayBeManyGames) {
  for (const auto experience : {Experience::kAll, Experience::kRewarded}) {
    GridGame game(game_rules("pong"));
    AgentOptions options = quick();
    options.random_frames = 8000;
    options.experience = experience;
    options.novelty = experience == Experience::kRewarded ? 0 : 1;
    Agent agent(game.spaces(), options, 3);
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      play(game, agent, 200, seed);
      EXPECT_EQ(agent.model().num_states() == 0, seed < 39);
    }
    const auto [hits, misses] = last_curve_point(play(game, agent, 6144, 50), 2048);
    EXPECT_GT(hits, 10);
    EXPECT_LT(misses, 1);
  }
}

TEST(Agent, MayPlanOnClassesOfStatesThatPredictTheSame) {
  for (const auto planning : {PlanningMethod::kValue, PlanningMethod::kInduction}) {
    GridGame game(game_rules("pong"));
    AgentOptions options = quick();
    options.merge_frames = kAllSteps;
    options.planning = planning;
    Agent agent(game.spaces(), options, 20);
    const auto [hits, misses] = last_curve_point(play(game, agent, 16384, 20), 4096);
    EXPECT_GT(hits, 9);  // not as good as on the states themselves: classes may predict what their
                         // members do not
    EXPECT_LT(misses, 3);
    EXPECT_LT(agent.reduce(), agent.model().num_states());
    agent.act();
    EXPECT_EQ(agent.why().motive,
              planning == PlanningMethod::kValue ? Motive::kValue : Motive::kInduction);
  }
}

TEST(Agent, DoesNotTakeTwoGamesForOne) {
  GridGame game(game_rules("pong"));
  AgentOptions options = quick();
  options.structure.max_levels = 3;
  options.structure.group_size = 5;
  options.random_frames = 2001;
  Agent agent(game.spaces(), options, 2);
  std::vector<Symbol> seen;  // the last frames of the second game, the first of the third
  const auto note = [&](std::span<const Symbol> frame) {
    seen.insert(seen.end(), frame.begin(), frame.end());
  };
  for (const std::uint64_t seed : {1, 2, 3}) {
    agent.begin(game.reset(seed));
    if (seed == 3) note(game.reset(seed));
    for (std::size_t t = 0; t < 1000; ++t) {
      const std::size_t action = agent.act();
      const auto next = game.step(action);
      agent.observe(action, next);
      if ((seed == 2 && t >= 998) || (seed == 3 && t == 0)) note(next);
    }
  }
  ASSERT_EQ(agent.model().window(), 4U);
  const auto frames = agent.model().relevant(outcomes_of(seen, game.spaces().num_modalities()));
  ASSERT_EQ(frames.items(), 4U);
  EXPECT_FALSE(agent.model().find(frames, 0));
}

TEST(Agent, ExplicitActionBringsAboutWhatTheWantedStatePredicts) {
  GridGame game(game_rules("pong"));
  AgentOptions options = quick();
  options.planning = PlanningMethod::kInduction;
  options.selection = ActionSelection::kExplicit;
  Agent agent(game.spaces(), options, 2);
  play(game, agent, 12288, 2);
  agent.begin(game.reset(7));
  agent.observe(1, game.step(1));
  std::size_t come = 0;
  constexpr std::size_t kFrames = 200;
  for (std::size_t t = 0; t < kFrames; ++t) {
    const std::size_t action = agent.act();
    const auto why = agent.why();
    ASSERT_TRUE(why.wanted);
    EXPECT_EQ(why.motive, Motive::kInduction);
    for (const double value : why.values) EXPECT_LE(value, 0);  // ln P
    EXPECT_GT(why.values[action], std::log(0.9));
    const auto next = game.step(action);
    agent.observe(action, next);
    come +=
        agent.model().consequences(*why.wanted)[0] == next[game.spaces().first_modality("action")]
            ? 1
            : 0;
  }
  EXPECT_EQ(come, kFrames);
}

TEST(Agent, ReducesToWhatGoesOn) {
  for (const auto& name : game_names()) {
    GridGame game(game_rules(name));
    Agent agent(game.spaces(), quick(), 4);
    const auto before = last_curve_point(play(game, agent, 12000, 4), 2048);
    const std::size_t left = agent.reduce();
    EXPECT_LT(left, agent.model().num_states());
    EXPECT_GT(left, 100U);
    const auto after = last_curve_point(play(game, agent, 4096, 5), 4096);
    EXPECT_GT(after.first, before.first * 0.7) << name;
  }
}

/// A world that breaks its word, or throws, in a frame.
class Unreliable final : public Environment {
 public:
  bool throws = false, lies = false;
  const EnvironmentSpaces& spaces() const override { return lies ? other_ : game_.spaces(); }
  std::span<const Symbol> reset(std::uint64_t seed) override { return game_.reset(seed); }
  std::span<const Symbol> step(std::size_t action) override {
    if (throws) throw std::runtime_error("the world ends");
    const auto seen = game_.step(action);
    if (!lies) return seen;
    other_.streams.back().num_symbols[0] = 60000;
    wrong_.assign(seen.begin(), seen.end());
    wrong_.back() = 50000;
    return wrong_;
  }
  Images render() const override { return game_.render(); }

 private:
  GridGame game_{game_rules("pong")};
  EnvironmentSpaces other_{game_.spaces()};
  std::vector<Symbol> wrong_;
};

TEST(Agent, SurvivesAWorldThatBreaksItsWord) {
  Unreliable world;
  Agent agent(world.spaces(), quick(), 4);
  play(world, agent, 9000, 4);
  const std::size_t states = agent.model().num_states();
  world.lies = true;
  EXPECT_THROW(play(world, agent, 100, 4), Error);
  world.lies = false;
  world.throws = true;
  EXPECT_ANY_THROW(play(world, agent, 100, 4));
  world.throws = false;
  EXPECT_GE(agent.model().num_states(), states);
  const auto [hits, misses] = last_curve_point(play(world, agent, 6000, 5), 2048);
  EXPECT_GT(hits, 11);
  EXPECT_EQ(misses, 0);
}

TEST(Agent, WrongInputsAreErrors) {
  const GridGame game(game_rules("pong"));
  const auto with = [&](auto change) {
    AgentOptions options;
    change(options);
    Agent(game.spaces(), options, 1);
  };
  EXPECT_THROW(with([](auto& o) { o.discount = 1; }), Error);
  EXPECT_THROW(with([](auto& o) { o.game_frames = 0; }), Error);
  EXPECT_THROW(with([](auto& o) { o.precision = 0; }), Error);
  EXPECT_THROW(with([](auto& o) { o.novelty = -1; }), Error);
  Agent agent(game.spaces(), {}, 1);
  EXPECT_THROW(agent.observe(0, std::vector<Symbol>(111)), Error);
  EXPECT_THROW(agent.begin(std::vector<Symbol>(5)), Error);
}

}  // namespace
}  // namespace rgm
