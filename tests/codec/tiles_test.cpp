#include "rgm/codec/tiles.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "rgm/base/error.h"
#include "support/golden.h"

namespace rgm {
namespace {

TEST(Tiles, AgreeWithTheReference) {
  const auto expected = test::golden("colour_codec")["tiles"];
  const auto tiles = make_tiles(32, 32, 8);
  ASSERT_EQ(tiles.size(), expected.size());
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    EXPECT_NEAR(tiles[t].row, expected[t]["location"][0].get<double>(), 1e-6);
    EXPECT_NEAR(tiles[t].column, expected[t]["location"][1].get<double>(), 1e-6);
    ASSERT_EQ(tiles[t].pixels, expected[t]["pixels"].get<std::vector<std::size_t>>());
    const auto weights = expected[t]["weights"].get<std::vector<float>>();
    for (std::size_t p = 0; p < weights.size(); ++p)
      ASSERT_NEAR(tiles[t].weights[p], weights[p], 1e-6F);
  }
}

TEST(Tiles, OneTileAtLeastAndErrors) {
  EXPECT_EQ(make_tiles(3, 2, 100).size(), 1);
  EXPECT_EQ(make_tiles(1, 40, 10).size(), 4);
  EXPECT_THROW(make_tiles(0, 4, 4), Error);
  for (double spacing : {0.0, -1.0, std::numeric_limits<double>::infinity()})
    EXPECT_THROW(make_tiles(4, 4, spacing), Error);
}

RC_GTEST_PROP(Tiles, WeightsSumToOneAtEachPixelButForCutTails, ()) {
  const auto height = *rc::gen::inRange<std::size_t>(4, 50),
             width = *rc::gen::inRange<std::size_t>(4, 50);
  const double spacing = *rc::gen::inRange(3, 10);
  std::vector<double> sums(height * width);
  for (const auto& tile : make_tiles(height, width, spacing)) {
    RC_ASSERT(tile.pixels.size() == tile.weights.size());
    for (std::size_t p = 0; p < tile.pixels.size(); ++p) sums[tile.pixels[p]] += tile.weights[p];
  }
  for (double sum : sums) RC_ASSERT(sum <= 1 + 1e-6);
  // A pixel two spacings away weighs exp(−8), set against the nearest one's: at most exp(−1) within
  // the grid.
  for (double sum : sums) RC_ASSERT(sum > 0.98);
}

RC_GTEST_PROP(Tiles, CutBeforeTheyAreNormalisedTheyGiveThePictureBack, ()) {
  const auto height = *rc::gen::inRange<std::size_t>(1, 50),
             width = *rc::gen::inRange<std::size_t>(1, 50);
  const double spacing = *rc::gen::inRange(2, 24) / 2.0;
  std::vector<double> sums(height * width);
  for (const auto& tile : make_tiles(height, width, spacing, TileCut::kBefore)) {
    RC_ASSERT(tile.pixels.size() == tile.weights.size());
    RC_ASSERT(!tile.pixels.empty());
    for (std::size_t p = 0; p < tile.pixels.size(); ++p) sums[tile.pixels[p]] += tile.weights[p];
  }
  for (double sum : sums) RC_ASSERT(std::abs(sum - 1) < 1e-6);
}

}  // namespace
}  // namespace rgm
