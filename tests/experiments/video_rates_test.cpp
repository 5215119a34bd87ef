#include "rgm/experiments/video_rates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "rgm/base/error.h"
#include "rgm/experiments/video_ablations.h"
#include "rgm/experiments/video_experiments.h"
#include "rgm/experiments/video_scaling.h"
#include "rgm/media/synthetic_clips.h"

namespace rgm {
namespace {

SequenceSettings rate_settings() {
  SequenceSettings settings;
  settings.codec.preparation.height = settings.codec.preparation.width = 32;
  settings.codec.tile_spacing = 8;
  return settings;
}

TEST(RatesTest, OfAKnownFilm) {
  const auto film = bouncing_ball({.height = 32, .width = 32, .frames = 40, .period = 32});
  RateOptions options{.bins = {5, 9}, .modes = {4}, .prices = {32}, .x264 = {30}, .vp9 = {40}};
  options.growing = {rate_settings()};
  std::size_t taken = 0;
  options.take = [&](const RatePoint&) { ++taken; };
  const auto points = rate_experiment(film, film, 25, rate_settings(), options);
  EXPECT_EQ(points.size(), 8U);  // two ways at 5 and 9 bins, one that grows, three ordinary coders
  EXPECT_EQ(taken, points.size());
  for (const auto& point : points) {
    EXPECT_GT(point.bits_per_pixel, 0) << point.coder;
    EXPECT_GT(point.psnr, 10) << point.coder;
    EXPECT_EQ(point.model_bytes > 0, point.coder.starts_with("model")) << point.coder;
    EXPECT_EQ(std::isinf(point.psnr), point.coder == "FFV1");
    EXPECT_TRUE(point.coder != "model, exact" || point.bits_per_pixel < 0.05);
  }
  EXPECT_THROW(rate_experiment(film, Images{32, 32, 3, {}}, 25, rate_settings(), options), Error);
}

TEST(RatesTest, BestPointsRiseWithRate) {
  std::vector<RatePoint> points;
  for (const auto& [rate, quality] :
       {std::pair{1.0, 30.0}, {0.5, 20.0}, {2.0, 25.0}, {0.5, 22.0}, {3.0, 31.0}})
    points.push_back({"a", "", rate, quality});
  points.push_back({"b", "", 0.1, 50});
  const auto best = best_points(points, "a");
  ASSERT_EQ(best.size(), 3U);
  EXPECT_EQ(best[0].psnr, 22);
  EXPECT_EQ(best[1].psnr, 30);
  EXPECT_EQ(best[2].psnr, 31);
  EXPECT_TRUE(best_points(points, "none").empty());
}

TEST(ScalingTest, FilmsThatRecurAndThatDoNot) {
  const auto recurring = frames_of(wandering_film(16, 40, 16));
  ASSERT_EQ(recurring.count(), 40U);
  EXPECT_TRUE(std::ranges::equal(recurring.image(3), recurring.image(35)));
  const auto other = frames_of(wandering_film(16, 40));
  std::set<std::string> different;
  for (std::size_t i = 0; i < 40; ++i)
    different.emplace(other.image(i).begin(), other.image(i).end());
  EXPECT_GT(different.size(), 35U);
  EXPECT_THROW(wandering_film(0, 40), Error);
}

TEST(ScalingTest, IsMeasuredAndFitted) {
  ScalingOptions options{
      .lengths = {20, 40}, .side = 16, .sides = {16, 32}, .frames = 20, .period = 8};
  const auto points = scaling_experiment(rate_settings(), options);
  ASSERT_EQ(points.size(), 6U);
  for (const auto& point : points) {
    EXPECT_GT(point.learning_seconds, 0);
    EXPECT_GT(point.model_bytes, 0U);
  }
  EXPECT_LE(points[3].most_states, 4U) << "the film that recurs";
  std::size_t against_pixels = 0;
  const auto laws = scaling_laws(points);
  for (const auto& law : laws) against_pixels += law.against == "pixels" ? 1U : 0U;
  EXPECT_EQ(laws.size(), 14U);
  EXPECT_EQ(against_pixels, 4U);
}

TEST(ScalingTest, LawsOfKnownTimes) {
  std::vector<ScalingPoint> points;
  for (std::size_t frames : {10, 100, 1000}) {
    ScalingPoint point{"recurs", frames, 8};
    point.learning_seconds = 0.5 * static_cast<double>(frames);
    point.model_bytes = frames * frames;
    points.push_back(point);
  }
  const auto laws = scaling_laws(points);
  ASSERT_EQ(laws.size(), 2U);
  EXPECT_NEAR(laws[0].exponent, 1, 1e-9);
  EXPECT_NEAR(laws[1].exponent, 2, 1e-9);
  EXPECT_EQ(laws[1].of, "model file");
}

TEST(AblationsTest, PartsMatter) {
  const auto loop = bouncing_ball({.height = 32, .width = 32, .frames = 40, .period = 32});
  const auto results = ablation_experiment({loop, 32, loop, loop}, rate_settings());
  ASSERT_EQ(results.size(), 5U);
  EXPECT_EQ(results[0].loop_steps_equal, results[0].loop_steps);
  EXPECT_EQ(results[3].variant, "one phase");
  EXPECT_GT(results[3].loop_surprise, results[0].loop_surprise);
  EXPECT_LE(results[4].states, results[0].states);
  EXPECT_THROW(ablation_experiment({loop, 31, loop, loop}, rate_settings()), Error);
}

}  // namespace
}  // namespace rgm
