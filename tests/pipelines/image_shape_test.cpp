#include "rgm/pipelines/image_shape.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <utility>

namespace rgm {
namespace {

PictureSurvey survey(PictureShape smallest, PictureShape largest) {
  return {2, smallest, smallest, largest};
}

std::pair<std::size_t, std::size_t> prepared(PictureShape natural, std::size_t height = 0,
                                             std::size_t width = 0) {
  ImageSettings settings;
  settings.codec.preparation.height = height;
  settings.codec.preparation.width = width;
  leave_to_data(natural, settings);
  return {settings.codec.preparation.height, settings.codec.preparation.width};
}

TEST(ImageShape, LeavesTheAspectToTheData) {
  EXPECT_EQ(prepared({28, 28, 1}), std::pair(32UL, 32UL));
  EXPECT_EQ(prepared({8, 8, 1}), std::pair(32UL, 32UL));
  EXPECT_EQ(prepared({3000, 4000, 3}), std::pair(28UL, 37UL));
  EXPECT_EQ(prepared({10, 1000, 1}), std::pair(16UL, 64UL));  // no more than 4 : 1
}

TEST(ImageShape, KeepsTheSizesThatAreGiven) {
  EXPECT_EQ(prepared({3000, 4000, 3}, 20, 24), std::pair(20UL, 24UL));
  EXPECT_EQ(prepared({3000, 4000, 3}, 30), std::pair(30UL, 40UL));
  EXPECT_EQ(prepared({3000, 4000, 3}, 0, 40), std::pair(30UL, 40UL));
  EXPECT_EQ(prepared({100, 500, 1}, 1100), std::pair(1100UL, 4096UL));  // the largest side
}

TEST(ImageShape, SmallPicturesOfOneSizeAreReadAsTheyAre) {
  EXPECT_EQ(loading_shape(survey({28, 20, 1}, {28, 20, 1}), {}), (PictureShape{28, 20, 1}));
}

TEST(ImageShape, LargeOnesAreReadAtTwiceThePreparedSize) {
  EXPECT_EQ(loading_shape(survey({3000, 4000, 3}, {3000, 4000, 3}), {}), (PictureShape{56, 74, 3}));
  EXPECT_EQ(loading_shape(survey({20, 20, 1}, {21, 20, 3}), {}), (PictureShape{21, 21, 3}));
}

TEST(ImageShape, IsThatOfMostPicturesNotOfTheLargest) {
  EXPECT_EQ(loading_shape(survey({20, 20, 1}, {200, 20, 1}), {}), (PictureShape{64, 64, 1}));
}

TEST(ImageShape, IsTheSameAfterASearchAsBeforeIt) {
  const auto set = survey({150, 150, 3}, {150, 160, 3});
  ImageSettings found;
  found.codec.preparation.height = found.codec.preparation.width = 48;
  EXPECT_EQ(loading_shape(set, {}), loading_shape(set, found));
  found.codec.preparation.height = found.codec.preparation.width = 100;
  EXPECT_EQ(loading_shape(set, found), (PictureShape{100, 100, 3}));
}

}  // namespace
}  // namespace rgm
