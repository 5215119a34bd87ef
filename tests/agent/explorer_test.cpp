#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "rgm/agent/agent.h"
#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/base/random.h"

namespace rgm {
namespace {

ObservationStream one(const char* name, std::size_t symbols) { return {name, {symbols}, 0, 0, {}}; }

/// A world of chance whose episodes end: in each of some places each action leads to two places at
/// random; rewards −1, 0 or 5 on the way; the last place ends it.
class RandomWorld {
 public:
  static constexpr std::size_t kPlaces = 8, kActions = 3;
  static constexpr std::array<double, 4> kRewards{0, -1, 5, 0};

  explicit RandomWorld(std::uint64_t seed) : random_(seed) {
    for (auto& place : ways_)
      for (auto& way : place)
        way = {random_.index(kPlaces), random_.index(kPlaces), 0.1 + 0.8 * random_.uniform(),
               random_.index(10) == 0 ? 2 : random_.index(2)};
  }

  static EnvironmentSpaces spaces() {
    return {{one("pixels", kPlaces), one("reward", kRewards.size()), one("cost", 2), one("end", 2),
             one("action", 1)},
            {"a", "b", "c"}};
  }

  std::vector<Symbol> reset() {
    at_ = 0;
    return frame(0);
  }
  std::vector<Symbol> step(std::size_t action) {
    const auto& way = ways_[at_][action];
    at_ = random_.uniform() < way.chance ? way.first : way.second;
    return frame(way.reward);
  }
  bool ended() const { return at_ == kPlaces - 1; }

  /// The best expected discounted reward from the first place on.
  double best(double discount) const {
    std::array<double, kPlaces> values{};
    for (int sweep = 0; sweep < 5000; ++sweep)
      for (std::size_t s = 0; s + 1 < kPlaces; ++s) {
        double most = -std::numeric_limits<double>::infinity();
        for (const auto& way : ways_[s])
          most = std::max(
              most, kRewards[way.reward] + discount * (way.chance * values[way.first] +
                                                       (1 - way.chance) * values[way.second]));
        values[s] = most;
      }
    return values[0];
  }

 private:
  struct Way {
    std::size_t first, second;
    double chance;
    std::size_t reward;
  };
  std::vector<Symbol> frame(std::size_t reward) const {
    return {static_cast<Symbol>(at_), static_cast<Symbol>(reward), 0,
            static_cast<Symbol>(ended() ? 1 : 0), 0};
  }

  Random random_;
  std::array<std::array<Way, kActions>, kPlaces> ways_;
  std::size_t at_ = 0;
};

AgentOptions curious() {
  AgentOptions options;
  options.structure.time_scale = 1;
  options.curiosity = Curiosity::kInformation;
  options.discount = 0.9;
  return options;
}

void play(RandomWorld& world, Agent& agent, int frames) {
  constexpr int kLimit = 40;  // some worlds hold whoever comes to some of their places
  agent.begin(world.reset());
  for (int t = 0; t < frames; ++t) {
    const std::size_t action = agent.act();
    agent.observe(action, world.step(action));
    if (world.ended() || t % kLimit == kLimit - 1) agent.begin(world.reset());
  }
}

/// Value iteration, written anew, on the counts that a model has.
std::vector<double> values_by_counts(const GameModel& model, double discount, std::size_t place) {
  constexpr std::size_t kPlaces = RandomWorld::kPlaces, kActions = RandomWorld::kActions;
  std::vector<std::size_t> place_of, end_of;
  std::vector<double> reward_of;
  for (std::size_t s = 0; s < model.num_states(); ++s) {
    const auto frame = usual_frames(model.tree(), s);
    place_of.push_back(frame(0, 0).token);
    reward_of.push_back(RandomWorld::kRewards[frame(0, 1).token]);
    end_of.push_back(frame(0, 3).token);
  }
  std::vector<double> values(kPlaces);
  std::vector<double> result(kActions);
  for (int sweep = 0; sweep < 3000; ++sweep)
    for (std::size_t p = 0; p <= kPlaces; ++p) {
      const std::size_t here = p < kPlaces ? p : place;
      std::vector<double> sum(kActions), total(kActions);
      for (std::size_t s = 0; s < model.num_states(); ++s) {
        if (place_of[s] != here) continue;
        for (const auto& arc : model.controlled().arcs(s)) {
          const double beyond = end_of[arc.next] != 0 ? 0 : discount * values[place_of[arc.next]];
          sum[arc.path] += arc.count * (reward_of[arc.next] + beyond);
          total[arc.path] += arc.count;
        }
      }
      double best = -std::numeric_limits<double>::infinity();
      for (std::size_t a = 0; a < kActions; ++a) {
        result[a] = total[a] > 0 ? sum[a] / total[a] : -std::numeric_limits<double>::infinity();
        best = std::max(best, result[a]);
      }
      if (std::isfinite(best)) values[here] = best;
    }
  return result;
}

TEST(Explorer, ValuesAreThoseOfTheCounts) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    RandomWorld world(seed);
    Agent agent(RandomWorld::spaces(), curious(), seed);
    agent.set_reward_values(RandomWorld::kRewards);
    play(world, agent, 3000);
    auto options = curious();
    options.learning = false;
    GameModel model(RandomWorld::spaces(), agent.model().tree(), agent.model().controlled(),
                    options.structure);
    model.set_reward_values(RandomWorld::kRewards);
    Agent player(std::move(model), options, seed, agent.frames_seen());
    player.begin(world.reset());
    player.act();
    const auto values = player.why().values;
    const auto expected = values_by_counts(agent.model(), options.discount, 0);
    ASSERT_EQ(values.size(), expected.size());
    for (std::size_t a = 0; a < values.size(); ++a) EXPECT_NEAR(values[a], expected[a], 1e-5);
  }
}

TEST(Explorer, FindsTheBestWayInWorldsOfChance) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    RandomWorld world(seed);
    Agent agent(RandomWorld::spaces(), curious(), seed);
    agent.set_reward_values(RandomWorld::kRewards);
    play(world, agent, 6000);
    agent.begin(world.reset());
    agent.act();
    const auto values = agent.why().values;
    const double best = world.best(0.9);
    EXPECT_NEAR(*std::ranges::max_element(values), best, 0.15 * std::abs(best) + 0.3) << seed;
  }
}

TEST(Explorer, SameSeedSamePlay) {
  const auto states = [](std::uint64_t seed) {
    RandomWorld world(7);
    Agent agent(RandomWorld::spaces(), curious(), seed);
    play(world, agent, 500);
    return agent.past().actions;
  };
  EXPECT_EQ(states(1), states(1));
  EXPECT_NE(states(1), states(2));
}

TEST(Explorer, SaysWhyAndPredicts) {
  RandomWorld world(5);
  Agent agent(RandomWorld::spaces(), curious(), 5);
  agent.set_reward_values(RandomWorld::kRewards);
  agent.begin(world.reset());
  agent.act();
  EXPECT_EQ(agent.why().motive, Motive::kNovelty);
  EXPECT_TRUE(agent.predict(0).empty());
  play(world, agent, 3000);
  agent.begin(world.reset());
  const std::size_t action = agent.act();
  const auto why = agent.why();
  EXPECT_EQ(why.motive, Motive::kValue);
  EXPECT_GT(why.tried[action], 10U);
  const auto next = agent.predict(action);
  ASSERT_EQ(next.size(), 5U);
  for (const auto& modality : next) {
    double sum = 0;
    for (const double p : modality) sum += p;
    EXPECT_NEAR(sum, 1, 1e-12);
  }
}

TEST(Explorer, StopsWhereItIsToldTo) {
  RandomWorld world(5);
  Agent agent(RandomWorld::spaces(), curious(), 5);
  play(world, agent, 1000);
  {
    const InterruptionScope scope([] { throw Interrupted(); });
    EXPECT_THROW(agent.why(), Interrupted);  // which solves for what is known
  }
  play(world, agent, 1000);
  EXPECT_EQ(agent.frames_seen(), 2000U);
}

TEST(Explorer, AgentsOfTwoFramesExpectNothingBeyondAnEnd) {
  // Two frames: the second ends the game, rewarded or not as the action says.
  const EnvironmentSpaces spaces{
      {one("pixels", 2), one("reward", 2), one("cost", 2), one("end", 2), one("action", 1)},
      {"lose", "win"}};
  AgentOptions options;
  options.random_frames = 50;
  options.structure_frames = 50;
  options.game_frames = 10;
  options.novelty_frames = 100;
  Agent agent(spaces, options, 3);
  std::size_t won = 0;
  for (int game = 0; game < 200; ++game) {
    agent.begin(std::vector<Symbol>{0, 0, 0, 0, 0});
    agent.observe(agent.act(), std::vector<Symbol>{0, 0, 0, 0, 0});
    const std::size_t action = agent.act();
    won += game >= 150 ? action : 0;
    agent.observe(action, std::vector<Symbol>{1, static_cast<Symbol>(action), 0, 1, 0});
  }
  EXPECT_GE(won, 45U);
}

TEST(Explorer, BadOptions) {
  auto options = curious();
  options.structure.time_scale = 2;
  EXPECT_THROW(Agent(RandomWorld::spaces(), options, 0), Error);
  EXPECT_THROW(Agent(RandomWorld::spaces(), AgentOptions{}, 0), Error);  // rewards are numbers
  options = curious();
  options.information = -1;
  EXPECT_THROW(Agent(RandomWorld::spaces(), options, 0), Error);
  Agent agent(RandomWorld::spaces(), curious(), 0);
  EXPECT_THROW(agent.set_reward_values(std::vector<double>{1, std::nan("")}), Error);
  EXPECT_THROW(agent.set_reward_values(std::vector<double>(5)), Error);
  EXPECT_THROW(agent.observe(0, std::vector<Symbol>{0, 0, 0, 0, 0}), Error);  // nothing began
}

}  // namespace
}  // namespace rgm
