#include "rgm/agent/rewarded_episodes.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "rgm/base/error.h"
#include "rgm/env/grid_rules.h"
#include "rgm/inference/sequence_states.h"
#include "rgm/structure/sequence_structure.h"
#include "support/golden.h"

namespace rgm {
namespace {

TEST(RewardedEpisodes, LieBetweenTheLastCostAndTheReward) {
  const std::vector<std::uint8_t> rewards{0, 1, 0, 0, 1, 0, 1, 1, 0},
      costs{0, 0, 1, 0, 0, 0, 0, 1, 0};
  EXPECT_EQ(rewarded_episodes(rewards, costs), (std::vector<FrameSpan>{{0, 1}, {3, 4}, {3, 6}}));
  EXPECT_EQ(rewarded_pieces(rewards, costs), (std::vector<FrameSpan>{{0, 1}, {3, 6}}));
  EXPECT_EQ(pieces_without_cost(costs), (std::vector<FrameSpan>{{0, 1}, {3, 6}, {8, 8}}));
  EXPECT_TRUE(rewarded_episodes({}, {}).empty());
  EXPECT_THROW(rewarded_episodes(rewards, {}), Error);
}

// The reference's windows begin at the second frame behind a cost and end two frames after the
// reward.
TEST(RewardedEpisodes, AreTheReferences) {
  const auto golden = test::golden("rewarded_play");
  std::vector<std::uint8_t> rewards(golden["frames"].get<std::size_t>()), costs(rewards.size());
  for (const std::size_t t : golden["rewards"]) rewards[t] = 1;
  for (const std::size_t t : golden["costs"]) costs[t] = 1;
  const auto episodes = rewarded_episodes(rewards, costs);
  ASSERT_EQ(episodes.size(), golden["episodes"].size());
  for (std::size_t i = 0; i < episodes.size(); ++i) {
    EXPECT_EQ(episodes[i].first + 1, golden["episodes"][i][0]) << i;
    EXPECT_EQ(episodes[i].last + 2, golden["episodes"][i][1]) << i;
  }
}

class RewardedFlow : public testing::Test {
 protected:
  const nlohmann::json golden = test::golden("rewarded_play")["flow"];
  Outcomes frames{golden["ball"].size(), 108};
  SequenceStructure structure{std::vector<std::size_t>(108, 5),
                              {Stream{pixels(), {}}},
                              {.all_phases = false, .max_levels = 2, .group_size = 8}};

  RewardedFlow() {
    const auto rules = pong_rules();
    std::vector<Symbol> screen(108);
    for (std::size_t t = 0; t < frames.items(); ++t) {
      rules->draw(golden["ball"][t].get<std::size_t>() * 9 + golden["bat"][t].get<std::size_t>(),
                  screen);
      for (std::size_t g = 0; g < screen.size(); ++g) frames(t, g) = {screen[g], 0};
    }
  }
  static std::vector<std::size_t> pixels() {
    std::vector<std::size_t> result(108);
    std::iota(result.begin(), result.end(), std::size_t{0});
    return result;
  }
};

TEST_F(RewardedFlow, HasTheReferencesStatesAndTransitions) {
  const auto walk = structure.add(frames);
  const auto& hierarchy = structure.hierarchy();
  EXPECT_EQ(hierarchy.root().num_states(), golden["states"]);
  auto expected = golden["transitions"].get<std::vector<std::vector<std::size_t>>>();
  std::vector<std::vector<std::size_t>> found;
  for (std::size_t s = 0; s < hierarchy.root().num_states(); ++s)
    for (const auto& arc : hierarchy.root().transition.arcs(s))
      found.push_back({s, arc.next, static_cast<std::size_t>(arc.count)});
  std::ranges::sort(found);
  std::ranges::sort(expected);
  EXPECT_EQ(found, expected);
  std::set<std::size_t> intended;
  for (const std::size_t hit : golden["hits"])
    if (hit < frames.items()) intended.insert(walk[hit / 2]);
  EXPECT_EQ(std::vector(intended.begin(), intended.end()),
            golden["intended"].get<std::vector<std::size_t>>());
}

TEST_F(RewardedFlow, GeneratesItself) {
  structure.add(frames);
  Random random(1);
  const auto sample =
      sample_sequence(structure.hierarchy(), 16, random, {.root_state = 0, .background = false});
  for (std::size_t t = 0; t < 16; ++t)
    for (std::size_t g = 0; g < 108; ++g)
      ASSERT_EQ(sample.outcomes(t, g), frames(t, g)) << t << ", " << g;
}

}  // namespace
}  // namespace rgm
