#include "rgm/experiments/video_anomalies.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/experiments/video_continuation.h"
#include "rgm/media/synthetic_clips.h"

namespace rgm {
namespace {

constexpr std::size_t kSide = 32, kFrames = 96;

Images ball(std::size_t frames = kFrames) {
  return bouncing_ball({.height = kSide, .width = kSide, .frames = frames, .period = 32});
}
Images bird() {
  return flapping_bird({.height = kSide, .width = kSide, .frames = 16, .period = 16});
}

SequenceSettings small_settings() {
  SequenceSettings settings;
  settings.codec.preparation.height = settings.codec.preparation.width = kSide;
  settings.codec.tile_spacing = 8;
  settings.codec.max_modes = 6;
  return settings;
}

TEST(AnomaliesTest, AreWhereTheFilmSaysAndNowhereElse) {
  const auto film = ball(), foreign = bird();
  for (const auto kind :
       {AnomalyKind::kForeignFrames, AnomalyKind::kForeignObject, AnomalyKind::kBackwards}) {
    const auto result =
        with_anomalies(film, foreign, kind, {.runs = 3, .frames_per_run = 4, .seed = 7});
    ASSERT_EQ(result.frames.count(), kFrames);
    EXPECT_EQ(std::ranges::count(result.anomalous, true), 12);
    for (std::size_t i = 0; i < kFrames; ++i) {
      const auto frame = result.frames.image(i), before = film.image(i);
      if (!result.anomalous[i]) {
        EXPECT_TRUE(std::ranges::equal(frame, before)) << i;
      } else if (kind == AnomalyKind::kBackwards) {
        EXPECT_TRUE(std::ranges::equal(frame, film.image(i / 4 * 4 + 3 - i % 4))) << i;
      } else {
        EXPECT_FALSE(std::ranges::equal(frame, before)) << i;
      }
      const auto& box = result.boxes[i];
      EXPECT_EQ(box.empty(), !result.anomalous[i] || kind != AnomalyKind::kForeignObject);
      if (box.empty()) continue;
      for (std::size_t y = 0; y < kSide; ++y)
        for (std::size_t x = 0; x < kSide; ++x) {
          const bool inside = y >= box.top && y < box.bottom && x >= box.left && x < box.right;
          const std::size_t value = (y * kSide + x) * 3;
          EXPECT_TRUE(inside || frame[value] == before[value]);
        }
    }
    EXPECT_FALSE(result.anomalous.front());
  }
}

TEST(AnomaliesTest, DependOnTheSeedAlone) {
  const auto a = with_anomalies(ball(), bird(), AnomalyKind::kForeignObject,
                                {.runs = 3, .seed = 1}),
             b = with_anomalies(ball(), bird(), AnomalyKind::kForeignObject,
                                {.runs = 3, .seed = 1});
  EXPECT_EQ(a.frames.pixels, b.frames.pixels);
  EXPECT_EQ(a.anomalous, b.anomalous);
}

TEST(AnomaliesTest, Errors) {
  const auto film = ball(), foreign = bird();
  const auto kind = AnomalyKind::kForeignFrames;
  EXPECT_THROW(with_anomalies(film, foreign, kind, {.runs = 0}), Error);
  EXPECT_THROW(with_anomalies(film, foreign, kind, {.runs = 5, .frames_per_run = 8}), Error);
  EXPECT_THROW(with_anomalies(film, foreign, kind, {.runs = 1, .object_side = 1.5}), Error);
  EXPECT_THROW(
      with_anomalies(film, Images{8, 8, 3, std::vector<std::uint8_t>(192)}, kind, {.runs = 1}),
      Error);
  EXPECT_THROW(with_anomalies(film, Images{kSide, kSide, 3, {}}, kind, {.runs = 1}), Error);
}

TEST(AnomaliesTest, AKnownFilmsAreFound) {
  const auto film = ball(40);
  const Film source = film_of(film);
  const auto trained = train_sequence(std::span(&source, 1), small_settings());
  const auto results = anomaly_experiment(trained.model, film, ball(), bird(), {.runs = 4});
  ASSERT_EQ(results.size(), 3U);
  for (const auto& result : results) {
    ASSERT_EQ(result.tracks.size(), 7U);
    EXPECT_EQ(result.tracks[0].steps.size(), kFrames / 2);
    EXPECT_EQ(result.detections[0].detector, "dynamic");
    EXPECT_GT(result.detections[0].area_under_curve, 0.8);
    EXPECT_EQ(result.detections[1].detector, "cut");
    EXPECT_GT(result.detections[1].area_under_curve, 0.75);
    EXPECT_EQ(result.detections[2].detector, "appearance");
    if (result.film.kind == AnomalyKind::kForeignFrames) {
      EXPECT_GT(result.detections[2].area_under_curve, 0.95);
    }
  }
  EXPECT_GT(results[1].detections[0].localised, results[1].detections[0].by_chance);
}

TEST(ContinuationTest, FollowsAFilm) {
  const auto film = ball(2 * kFrames);
  ContinuationOptions options;
  options.anomalies.runs = 2;
  const auto result =
      continuation_experiment(film_of(film), kFrames, bird(), small_settings(), options);
  EXPECT_EQ(result.training.units, kFrames);
  EXPECT_EQ(result.held_out_frames, kFrames);
  EXPECT_EQ(result.surprise.size(), kFrames / 2);
  EXPECT_LT(result.held_out_surprise, result.held_out_by_frequency)
      << "it has seen the loop before";
  EXPECT_GT(result.next_psnr, result.last_frame_psnr);
  EXPECT_GE(result.next_psnr, result.codec_psnr - 0.5) << "what the codec loses is carried on";
  EXPECT_EQ(result.anomalies.size(), 3U);
  EXPECT_THROW(continuation_experiment(film_of(film), 0, bird(), small_settings()), Error);
  EXPECT_THROW(continuation_experiment(film_of(film), 2 * kFrames, bird(), small_settings()),
               Error);
}

}  // namespace
}  // namespace rgm
