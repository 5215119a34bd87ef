#include "rgm/base/resampling.h"

#include <gtest/gtest.h>

#include <numeric>
#include <tuple>

namespace rgm {
namespace {

TEST(Resampling, RowsSumToOneAndComeInOrder) {
  using Case = std::tuple<std::size_t, std::size_t, double>;
  for (const auto& [to, from, extent] :
       {Case{1, 1, 1}, Case{7, 1, 0.3}, Case{1, 9, 9}, Case{5, 3, 3}, Case{3, 5, 4.2},
        Case{32, 188, 187.5}, Case{64, 48, 48}, Case{1000, 2, 2}}) {
    std::size_t first = 0, end = 0;
    for (const RowWeights& row : resampling(to, from, extent)) {
      EXPECT_NEAR(std::accumulate(row.weights.begin(), row.weights.end(), 0.0), 1, 1e-12);
      EXPECT_LE(first, row.first);
      EXPECT_LE(end, row.end());
      EXPECT_LE(row.end(), from);
      first = row.first;
      end = row.end();
    }
    EXPECT_EQ(end, from) << to << " of " << from;
  }
}

TEST(Resampling, TheSameNumberOfRowsStaysAsItIs) {
  const auto rows = resampling(5, 5);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t k = 0; k < rows[i].weights.size(); ++k)
      EXPECT_EQ(rows[i].weights[k], rows[i].first + k == i ? 1 : 0);
}

TEST(Resampling, AMirrorRepeatsTheEdge) {
  EXPECT_EQ(mirrored(-1, 3), 0U);
  EXPECT_EQ(mirrored(-3, 3), 2U);
  EXPECT_EQ(mirrored(3, 3), 2U);
  EXPECT_EQ(mirrored(7, 3), 1U);
}

}  // namespace
}  // namespace rgm
