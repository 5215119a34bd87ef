#include "media/frame_times.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace rgm {
namespace {

bool vary(AVRational unit, double rate, const std::vector<std::int64_t>& stamps,
          bool is_open_ended = false) {
  FrameTimes times;
  times.begin(unit, 1 / rate, is_open_ended);
  for (const auto stamp : stamps) times.add(stamp);
  return times.vary();
}

TEST(FrameTimes, VaryWhereFramesAreHeld) {
  constexpr AVRational kMilliseconds{1, 1000}, kFrames{1, 25};
  EXPECT_FALSE(vary(kFrames, 25, {0, 1, 2, 3, 4}));
  EXPECT_TRUE(vary(kFrames, 25, {0, 1, 2, 4, 5}));
  EXPECT_TRUE(vary(kFrames, 25, {0, 3, 4, 5, 6}));  // the first one
  EXPECT_FALSE(vary(kMilliseconds, 600, {0, 2, 3, 5, 7, 8, 10}));
  EXPECT_FALSE(vary(kMilliseconds, 24, {0, 33, 83, 117, 167, 200, 250}));
  EXPECT_FALSE(vary(kFrames, 25, {AV_NOPTS_VALUE, AV_NOPTS_VALUE, AV_NOPTS_VALUE}));
  std::vector<std::int64_t> once_in_many;
  for (std::int64_t i = 0; i < 300; ++i) once_in_many.push_back(i < 200 ? i : i + 1);
  EXPECT_FALSE(vary(kFrames, 25, once_in_many));  // a 300th of the time
  EXPECT_TRUE(vary(kFrames, 25, {0, 1, 2, 9, 10}));
  EXPECT_FALSE(vary(kFrames, 25, {0, 1, 2, 9, 10}, true));  // 0.24 s at the end of a recording
}

TEST(FrameTimes, GoOnWhereTheClockJumps) {
  FrameTimes times;
  times.begin({1, 1000}, 0.04, false);
  const std::vector<std::int64_t> stamps{5000,          5040,           100,          140,
                                         1'000'000'000, AV_NOPTS_VALUE, 1'000'000'080};
  for (std::size_t i = 0; i < stamps.size(); ++i)
    EXPECT_NEAR(times.add(stamps[i]), 0.04 * static_cast<double>(i), 1e-9) << i;
  EXPECT_FALSE(times.vary());
  EXPECT_NEAR(times.end(1'000'000'120), 0.28, 1e-9);
  EXPECT_NEAR(times.end(5), 0.28, 1e-9);
}

}  // namespace
}  // namespace rgm
