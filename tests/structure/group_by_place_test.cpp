#include "rgm/structure/group_by_place.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "support/golden.h"

namespace rgm {
namespace {

std::vector<Location> locations_of(const nlohmann::json& level) {
  std::vector<Location> result;
  for (const auto& location : level["locations"]) result.push_back({location[0], location[1]});
  return result;
}

TEST(GroupByPlace, AgreesWithTheReferenceAtEveryLevel) {
  for (const char* name : {"place_structure", "still_learning", "mnist400"}) {
    const auto levels = test::golden(name)["levels"];
    for (std::size_t n = 0; n < levels.size(); ++n) {
      const auto groups = group_by_place(locations_of(levels[n]));
      ASSERT_EQ(groups.size(), levels[n]["groups"].size()) << name << ' ' << n;
      for (std::size_t f = 0; f < groups.size(); ++f) {
        EXPECT_EQ(groups[f].members, levels[n]["groups"][f].get<std::vector<std::size_t>>());
        if (n + 1 < levels.size()) {  // where a group lies is where its states lie above
          EXPECT_NEAR(groups[f].location.row, levels[n + 1]["locations"][f][0].get<double>(), 1e-6);
          EXPECT_NEAR(groups[f].location.column, levels[n + 1]["locations"][f][1].get<double>(),
                      1e-6);
        }
      }
    }
  }
}

TEST(GroupByPlace, OneAxisOnePlaceNone) {
  const std::vector<Location> row{{2, 0}, {2, 1}, {2, 2}, {2, 3}};
  const auto groups = group_by_place(row);
  ASSERT_EQ(groups.size(), 2);
  EXPECT_EQ(groups[0].members, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(groups[1].location.row, 2);
  EXPECT_EQ(groups[1].location.column, 2.5);
  EXPECT_EQ(group_by_place(std::vector<Location>(5, {1, 1})).size(), 1);
  EXPECT_THROW(group_by_place({}), Error);
}

RC_GTEST_PROP(GroupByPlace, PartitionsTheModalitiesAndShrinksToOneGroup, (std::uint64_t seed)) {
  Random random(seed);
  std::vector<Location> locations(1 + random.index(60));
  for (auto& location : locations)
    location = {static_cast<double>(random.index(7)), static_cast<double>(random.index(7))};
  for (int level = 0;; ++level) {
    RC_ASSERT(level < 10);
    const auto groups = group_by_place(locations);
    std::set<std::size_t> seen;
    std::vector<Location> above;
    for (const auto& group : groups) {
      RC_ASSERT(!group.members.empty());
      RC_ASSERT(std::ranges::is_sorted(group.members));
      double row = 0;
      for (std::size_t g : group.members) {
        RC_ASSERT(seen.insert(g).second);
        row += locations[g].row / static_cast<double>(group.members.size());
      }
      RC_ASSERT(std::abs(row - group.location.row) < 1e-9);
      above.push_back(group.location);
    }
    RC_ASSERT(seen.size() == locations.size());
    if (groups.size() == 1) break;
    locations = above;
  }
}

}  // namespace
}  // namespace rgm
