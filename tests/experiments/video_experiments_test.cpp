#include "rgm/experiments/video_experiments.h"

#include <gtest/gtest.h>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/media/synthetic_clips.h"

namespace rgm {
namespace {

SequenceSettings loop_settings() {
  SequenceSettings settings;
  settings.codec.preparation.height = settings.codec.preparation.width = 32;
  settings.codec.tile_spacing = 8;
  settings.codec.max_modes = 6;
  return settings;
}

TEST(LoopExperimentTest, ALoopIsGeneratedCompletedAndPredicted) {
  const auto film = bouncing_ball({.height = 32, .width = 32, .frames = 40, .period = 32});
  LoopOptions options;
  options.seen_frames = 8;
  const auto result = loop_experiment(film, "ball", 25, 32, loop_settings(), options);
  EXPECT_EQ(result.training.units, 40U);
  EXPECT_EQ(result.generated_steps, 32U);
  EXPECT_EQ(result.generated_equal, result.generated_steps);
  EXPECT_EQ(result.voxels.share(), 1);
  EXPECT_EQ(result.voxels.compared,
            3 * film_codec(result.training.model.front_end).voxels.num_modalities());
  EXPECT_GT(result.masked.share(), 0.9);
  EXPECT_GT(result.predicted.share(), 0.9);
  EXPECT_GT(result.codec_psnr, 20);
  EXPECT_GT(result.model_bytes, 0U);
  for (const auto* images :
       {&result.original, &result.decoded, &result.with_holes, &result.completed, &result.with_mask,
        &result.masked_completed, &result.continued})
    EXPECT_EQ(images->count(), 40U);
  EXPECT_EQ(result.generated.count(), 64U);
  EXPECT_EQ(result.variance.size(), 32 * result.original.pixels_per_image());
}

TEST(LoopExperimentTest, Errors) {
  const auto film = bouncing_ball({.height = 32, .width = 32, .frames = 40, .period = 32});
  EXPECT_THROW(loop_experiment(film, "ball", 25, 31, loop_settings()), Error);
  EXPECT_THROW(loop_experiment(film, "ball", 25, 40, loop_settings()), Error);
}

TEST(FramesTest, PartsAndLoops) {
  const auto film = bouncing_ball({.height = 8, .width = 8, .frames = 6, .period = 6});
  const auto part = frames_of(film_of(film), 2, 5);
  ASSERT_EQ(part.count(), 3U);
  EXPECT_TRUE(std::ranges::equal(part.image(0), film.image(2)));
  EXPECT_THROW(frames_of(film_of(film), 6), Error);
  const auto again = looped(film, 2);
  ASSERT_EQ(again.count(), 8U);
  EXPECT_TRUE(std::ranges::equal(again.image(7), film.image(1)));
}

}  // namespace
}  // namespace rgm
