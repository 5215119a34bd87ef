// The rules of Pong are those of the reference (tests/golden/README.md says whence). It tells a
// state by ball and bat, as we do.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rgm/env/grid_rules.h"

namespace rgm {
namespace {

using nlohmann::json;

TEST(GoldenPong, RulesAreTheReferences) {
  std::ifstream file(RGM_TEST_DATA "/golden/pong_rules.json");
  const auto golden = json::parse(file);
  const auto rules = pong_rules();
  const std::size_t balls = golden["ball_pixel"].size(), bats = golden["bat_screen"].size();
  ASSERT_EQ(balls * bats, rules->num_states());
  ASSERT_EQ(bats, rules->columns());

  std::vector<Symbol> grid(rules->rows() * rules->columns());
  std::vector<GridRules::Next> next;
  std::set<std::pair<std::size_t, std::size_t>> hits, misses;
  for (std::size_t ball = 0; ball < balls; ++ball) {
    for (std::size_t bat = 0; bat < bats; ++bat) {
      SCOPED_TRACE("ball " + std::to_string(ball) + ", bat " + std::to_string(bat));
      const std::size_t state = ball * bats + bat;
      auto screen = golden["bat_screen"][bat].get<std::string>();
      auto& behind = screen.at(golden["ball_pixel"][ball]);
      if (behind == '4') behind = '0';
      std::fill(grid.begin(), grid.end(), kMissingSymbol);
      rules->draw(state, grid);
      std::string drawn;
      for (const Symbol symbol : grid) drawn += static_cast<char>('0' + symbol);
      ASSERT_EQ(drawn, screen);
      ASSERT_EQ(rules->hit(state),
                golden["reward"][ball].get_ref<const std::string&>()[bat] == '1');
      ASSERT_EQ(rules->miss(state), golden["cost"][ball].get_ref<const std::string&>()[bat] == '1');
      ASSERT_EQ(rules->paddle(state), golden["position"][bat]);
      for (std::size_t action = 0; action < GridRules::kActions; ++action) {
        rules->successors(state, action, next);
        ASSERT_EQ(next.size(), 1u);
        ASSERT_EQ(next[0].probability, 1);
        ASSERT_EQ(next[0].state, golden["next_ball"][ball].get<std::size_t>() * bats +
                                     golden["next_bat"][bat][action].get<std::size_t>());
      }
      if (rules->hit(state)) hits.emplace(ball, bat);
      if (rules->miss(state)) misses.emplace(ball, bat);
    }
  }
  EXPECT_EQ(hits, (golden["intended"].get<std::set<std::pair<std::size_t, std::size_t>>>()));
  EXPECT_EQ(misses, (golden["costly"].get<std::set<std::pair<std::size_t, std::size_t>>>()));
}

}  // namespace
}  // namespace rgm
