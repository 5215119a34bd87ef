#include "rgm/experiments/next_frames.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "rgm/base/error.h"

namespace rgm {
namespace {

constexpr std::size_t kHeight = 24, kWidth = 32;

/// Frames [first, end) of a film by the value of every row, column and frame.
Images film(std::size_t first, std::size_t end, const std::function<int(int, int, int)>& value) {
  Images result{kHeight, kWidth, 3, {}};
  for (std::size_t t = first; t < end; ++t)
    for (std::size_t y = 0; y < kHeight; ++y)
      for (std::size_t x = 0; x < kWidth; ++x)
        for (std::size_t c = 0; c < 3; ++c)
          result.pixels.push_back(static_cast<std::uint8_t>(
              value(static_cast<int>(y), static_cast<int>(x), static_cast<int>(t))));
  return result;
}

TEST(NextFramesTest, TheLastFrameStaysForAStep) {
  const auto numbered = [](int, int, int t) { return t; };
  const auto stays = last_frames(film(0, 4, numbered), film(4, 9, numbered), 2);
  ASSERT_EQ(stays.count(), 5U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(stays.image(i)[7], 3 + i / 2 * 2) << i;
}

TEST(NextFramesTest, LinearExtrapolationFollowsWhatChangesEvenly) {
  const auto ramp = [](int, int x, int t) { return 10 * t + x; };
  const auto rest = film(4, 11, ramp);
  EXPECT_EQ(extrapolated_frames(film(0, 4, ramp), rest, 2).pixels, rest.pixels);
  // Within 0 … 255.
  const auto steep = [](int, int, int t) { return t < 4 ? 80 * t : 255; };
  EXPECT_EQ(extrapolated_frames(film(2, 4, steep), film(4, 5, steep), 1).image(0)[0], 255);
  const auto falls = [](int, int, int t) { return t < 4 ? 240 - 75 * t : 0; };
  EXPECT_EQ(extrapolated_frames(film(2, 4, falls), film(4, 5, falls), 1).image(0)[0], 0);
}

TEST(NextFramesTest, BlocksGoOnAsTheyMoved) {
  // A texture that moves by one row and two columns a frame.
  const auto moving = [](int y, int x, int t) {
    const int row = y - t + 100, column = x - 2 * t + 100;
    return (row * 37 + column * 91 + row * column * 13) % 251;
  };
  const auto past = film(0, 2, moving), rest = film(2, 4, moving);
  for (const std::size_t block : {4, 8}) {
    const auto predicted = block_matched_frames(past, rest, 2, block, 2);
    ASSERT_EQ(predicted.count(), 2U);
    // Far enough from the edges that all comes from within the picture, in both frames.
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t y = 8; y < kHeight; ++y)
        for (std::size_t x = 8; x < kWidth; ++x)
          EXPECT_EQ(predicted.image(i)[(y * kWidth + x) * 3], rest.image(i)[(y * kWidth + x) * 3]);
    EXPECT_EQ(predicted.pixels, block_matched_frames(past, rest, 2, block, 1).pixels);
  }
}

TEST(NextFramesTest, OneFrameBeforeIsEnough) {
  const auto ramp = [](int, int, int t) { return 10 * t; };
  const auto one = film(3, 4, ramp), rest = film(4, 6, ramp);
  EXPECT_EQ(extrapolated_frames(one, rest, 1).image(0)[0], 30);  // nothing is known to change
  EXPECT_EQ(extrapolated_frames(one, rest, 1).image(1)[0], 50);
  EXPECT_EQ(block_matched_frames(one, rest, 1, 8).image(1)[0], 40);
}

TEST(NextFramesTest, Errors) {
  const auto some = film(0, 2, [](int, int, int) { return 0; });
  EXPECT_THROW(last_frames(some, some, 0), Error);
  EXPECT_THROW(last_frames(Images{kHeight, kWidth, 3, {}}, some, 1), Error);
  EXPECT_THROW(extrapolated_frames(Images{8, 8, 3, std::vector<std::uint8_t>(192)}, some, 1),
               Error);
  EXPECT_THROW(block_matched_frames(some, some, 1, 0), Error);
}

}  // namespace
}  // namespace rgm
