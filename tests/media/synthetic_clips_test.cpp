#include "rgm/media/synthetic_clips.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "media_test_support.h"
#include "rgm/media/picture_quality.h"

namespace rgm {
namespace {

using namespace test;

using Clip = std::function<Images(const SyntheticClipOptions&)>;

const std::vector<Clip>& clips() {
  static const std::vector<Clip> all = {
      [](const SyntheticClipOptions& options) { return bouncing_ball(options); },
      [](const SyntheticClipOptions& options) { return flapping_bird(options); },
      [](const SyntheticClipOptions& options) {
        return flapping_bird(options, {.wing_beats = 2, .crosses = true});
      },
  };
  return all;
}

bool same(const Images& images, std::size_t i, std::size_t j) {
  return std::ranges::equal(images.image(i), images.image(j));
}

TEST(SyntheticClips, RepeatExactlyAfterAPeriodAndNotBefore) {
  for (const Clip& clip : clips()) {
    const Images images = clip({.height = 24, .width = 40, .frames = 19, .period = 8});
    ASSERT_EQ(images.count(), 19);
    EXPECT_EQ(images.height, 24);
    EXPECT_EQ(images.width, 40);
    EXPECT_EQ(images.channels, 3);
    for (std::size_t t = 8; t < 19; ++t) EXPECT_TRUE(same(images, t, t - 8)) << t;
    for (std::size_t t = 1; t < 8; ++t) EXPECT_FALSE(same(images, t, t - 1)) << t;
  }
}

TEST(SyntheticClips, DependOnTheirOptionsAlone) {
  for (const Clip& clip : clips()) {
    const Images shorter = clip({.height = 16, .width = 16, .frames = 3, .period = 10});
    const Images longer = clip({.height = 16, .width = 16, .frames = 12, .period = 10});
    EXPECT_TRUE(std::equal(shorter.pixels.begin(), shorter.pixels.end(), longer.pixels.begin()));
  }
}

TEST(SyntheticClips, LookTheSameInAnySize) {
  const auto brightness = [](const Images& images) {
    double sum = 0;
    for (const std::uint8_t value : images.pixels) sum += value;
    return sum / static_cast<double>(images.pixels.size());
  };
  for (const Clip& clip : clips())
    EXPECT_NEAR(brightness(clip({.height = 24, .width = 24, .frames = 6, .period = 6})),
                brightness(clip({.height = 120, .width = 120, .frames = 6, .period = 6})), 3);
}

TEST(SyntheticClips, GoDownToOnePixel) {
  for (const Clip& clip : clips())
    EXPECT_EQ(clip({.height = 1, .width = 1, .frames = 1, .period = 1}).pixels.size(), 3);
}

TEST(SyntheticClips, RefuseOptionsWithoutMeaning) {
  expect_contains(
      error_of([] { bouncing_ball({.height = 0, .width = 8, .frames = 1, .period = 1}); }),
      "above 0");
  expect_contains(
      error_of([] { bouncing_ball({.height = 8, .width = 8, .frames = 1, .period = 0}); }),
      "above 0");
  expect_contains(
      error_of(
          [] { bouncing_ball({.height = 1u << 20, .width = 1u << 20, .frames = 1, .period = 1}); }),
      "expected at most 4294967296 bytes");
  expect_contains(error_of([] { flapping_bird({}, {.wing_beats = 0, .crosses = false}); }),
                  "wing_beats: 0");
}

}  // namespace
}  // namespace rgm
