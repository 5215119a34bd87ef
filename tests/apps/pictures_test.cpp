#include "figures/pictures.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace rgm::app {
namespace {

/// Pictures of two rows and three columns; picture i is all of grey level i + 1.
Images plain_pictures(std::size_t count, std::size_t channels = 1) {
  Images pictures{2, 3, channels, {}};
  for (std::size_t i = 0; i < count; ++i)
    pictures.pixels.insert(pictures.pixels.end(), pictures.pixels_per_image(),
                           static_cast<std::uint8_t>(i + 1));
  return pictures;
}

TEST(PicturesTest, ArePastedEnlargedAndGreyGoesToAllChannels) {
  Images grey{1, 2, 1, {7, 9}}, canvas{3, 5, 3, {}};
  canvas.pixels.assign(2 * canvas.pixels_per_image(), 0);
  paste(grey, 0, canvas, 1, 1, 1, 2);
  for (std::uint8_t value : canvas.image(0)) EXPECT_EQ(value, 0);
  const std::vector<int> row{0, 0, 0, 7, 7, 7, 7, 7, 7, 9, 9, 9, 9, 9, 9}, none(15, 0);
  const auto pixels = canvas.image(1);
  EXPECT_EQ(std::vector<int>(pixels.begin(), pixels.begin() + 15), none);
  EXPECT_EQ(std::vector<int>(pixels.begin() + 15, pixels.begin() + 30), row);
  EXPECT_EQ(std::vector<int>(pixels.begin() + 30, pixels.end()), row);
}

TEST(PicturesTest, TileInRowsWithMargins) {
  const auto sheet = tile(plain_pictures(5), 2, 3);
  EXPECT_EQ(sheet.count(), 1U);
  EXPECT_EQ(sheet.height, 3U * 6 + 4 * 4);
  EXPECT_EQ(sheet.width, 2U * 9 + 3 * 4);
  const auto at = [&](std::size_t y, std::size_t x) {
    return int{sheet.pixels[y * sheet.width + x]};
  };
  EXPECT_EQ(at(0, 0), 32);
  EXPECT_EQ(at(4, 4), 1);
  EXPECT_EQ(at(9, 12), 1);
  EXPECT_EQ(at(9, 13), 32);
  EXPECT_EQ(at(4, 17), 2);
  EXPECT_EQ(at(14, 4), 3);
  EXPECT_EQ(at(24, 4), 5);
  EXPECT_EQ(at(24, 17), 32) << "there is no sixth";
}

TEST(PicturesTest, FilmsSideBySideStopAtTheirLastFrame) {
  const auto longer = plain_pictures(3), shorter = plain_pictures(2, 3);
  const auto both = side_by_side({&longer, &shorter});
  EXPECT_EQ(both.count(), 3U);
  EXPECT_EQ(both.height, 2U);
  EXPECT_EQ(both.width, 2U * 3 + 3 * 4);
  EXPECT_EQ(both.channels, 3U);
  EXPECT_EQ(both.image(2)[4 * 3], 3);
  EXPECT_EQ(both.image(2)[11 * 3], 2);
  EXPECT_EQ(both.image(2)[3], 32);
}

}  // namespace
}  // namespace rgm::app
