#include "rgm/pipelines/film_completion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "rgm/base/film_parts.h"
#include "rgm/media/synthetic_clips.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/recipes/recipe.h"
#include "support/error_of.h"

namespace rgm {
namespace {

constexpr std::size_t kFrames = 48;

/// A ball that bounces about and does not come round within the film.
Images ball() {
  return bouncing_ball({.height = 32, .width = 32, .frames = kFrames, .period = 2 * kFrames});
}

SequenceSettings settings(const std::vector<std::string>& more = {}) {
  std::vector<std::string> all{"codec.height=32", "codec.width=32", "codec.tile_spacing=8.0",
                               "codec.max_modes=4"};
  all.insert(all.end(), more.begin(), more.end());
  return load_recipe_as<SequenceSettings>("video", all);
}

SequenceModel learnt_without(const Images& frames, const std::vector<std::size_t>& missing,
                             const std::vector<std::string>& more = {}) {
  return train_sequence(parts_without(film_of(frames), missing, 2).films, settings(more)).model;
}

std::vector<std::size_t> range(std::size_t first, std::size_t end) {
  std::vector<std::size_t> result(end - first);
  std::iota(result.begin(), result.end(), first);
  return result;
}

struct Completed {
  FilmCompletion result;
  Images frames;
};

TakeStep into(Images& to) {
  return [&to](std::size_t, const Images& frames, std::span<const float>) { append(frames, to); };
}

Completed complete(const SequenceModel& model, const Images& frames, const MissingParts& missing,
                   Fill fill = Fill::kByBelief) {
  const auto film = film_of(frames);
  const auto whole = encode_film(film_codec(model.front_end).voxels, film);
  Completed completed;
  completed.result =
      complete_film(model, film, whole, missing, {.fill = fill}, into(completed.frames));
  return completed;
}

/// What the model says, whatever it knows.
Images recalled(const SequenceModel& model, const Images& frames, const MissingParts& missing) {
  const auto& codec = film_codec(model.front_end).voxels;
  Images result;
  complete_film(model, without(codec, encode_film(codec, film_of(frames)).outcomes, missing), false,
                into(result));
  return result;
}

double squared_error(const Images& a, const Images& b, std::size_t frame) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels_per_image(); ++i)
    sum += std::pow(double{1} * a.image(frame)[i] - b.image(frame)[i], 2);
  return sum;
}

TEST(FilmCompletion, WhatWasLearntIsRecalled) {
  const auto frames = ball();
  for (const auto& passes : {"learning.passes=0", "learning.passes=2"}) {
    const auto model = learnt_without(frames, {}, {passes});
    for (const auto& gap : {range(18, 28), range(0, 4), range(40, kFrames), range(7, 8)}) {
      const MissingParts missing{.frames = gap, .mask = {}};
      const auto [result, shown] = complete(model, frames, missing);
      EXPECT_TRUE(result.blended.empty()) << gap.front();
      EXPECT_EQ(result.recalled, (std::vector<FrameRange>{{gap.front(), gap.size()}}));
      if (gap.size() > 1) {  // whole steps
        EXPECT_EQ(shown.pixels, recalled(model, frames, missing).pixels);
      }
    }
  }
}

TEST(FilmCompletion, WhatWasNotLearntIsBlended) {
  const auto frames = ball();
  const auto gap = range(18, 28);
  for (const auto& passes : {"learning.passes=0", "learning.passes=2"}) {
    const auto model = learnt_without(frames, gap, {passes});
    EXPECT_EQ(model.provenance.units_seen, kFrames - gap.size());
    const MissingParts missing{.frames = gap, .mask = {}};
    const auto [result, shown] = complete(model, frames, missing);
    ASSERT_EQ(result.blended, (std::vector<FrameRange>{{18, 10}}));
    EXPECT_TRUE(result.recalled.empty());
    const auto said = recalled(model, frames, missing);
    double repeated = 0, completed = 0;
    for (std::size_t f = 0; f < kFrames; ++f) {
      if (f < 18 || f > 27) {
        EXPECT_TRUE(std::ranges::equal(shown.image(f), said.image(f))) << f;
        continue;
      }
      completed += squared_error(shown, frames, f);
      for (std::size_t i = 0; i < frames.pixels_per_image(); ++i) {
        const double a = frames.image(17)[i], b = frames.image(28)[i];
        repeated += std::pow(a - frames.image(f)[i], 2);
        ASSERT_NEAR(shown.image(f)[i], a + (b - a) * static_cast<double>(f - 17) / 11, 0.51);
      }
    }
    EXPECT_LE(completed, repeated);
    // As was asked for, whatever is believed.
    EXPECT_EQ(complete(model, frames, missing, Fill::kRecall).frames.pixels, said.pixels);
    EXPECT_EQ(complete(model, frames, missing, Fill::kBlend).frames.pixels, shown.pixels);
    EXPECT_EQ(complete(learnt_without(frames, {}), frames, missing, Fill::kBlend).result.blended,
              result.blended);
  }
}

TEST(FilmCompletion, AtTheEndsTheNearestFrameStays) {
  const auto frames = ball();
  auto gap = range(0, 6);
  for (const std::size_t f : range(39, kFrames)) gap.push_back(f);
  const auto model = learnt_without(frames, gap);
  const auto [result, shown] = complete(model, frames, {.frames = gap, .mask = {}});
  ASSERT_EQ(result.blended, (std::vector<FrameRange>{{0, 6}, {39, 9}}));
  EXPECT_TRUE(std::ranges::equal(shown.image(0), frames.image(6)));
  EXPECT_TRUE(std::ranges::equal(shown.image(38), frames.image(38)));  // beside a missing one
  EXPECT_TRUE(std::ranges::equal(shown.image(47), frames.image(38)));
}

// A bird that flaps as it did before: the model has learnt elsewhere what the hole hides.
TEST(FilmCompletion, WhatTheFilmShowsElsewhereIsRecalled) {
  const auto frames = flapping_bird({.height = 32, .width = 32, .frames = kFrames, .period = 20});
  const auto gap = range(22, 30);
  const auto model = learnt_without(frames, gap);
  const auto [result, shown] = complete(model, frames, {.frames = gap, .mask = {}});
  EXPECT_TRUE(result.blended.empty());
  EXPECT_EQ(result.recalled, (std::vector<FrameRange>{{22, 8}}));
}

TEST(FilmCompletion, KnownFramesOfAHiddenStepStayAsTheyAre) {
  const auto frames = ball();
  const auto model = learnt_without(frames, {});
  const MissingParts missing{.frames = {7, 25}, .mask = {}};
  const auto said = recalled(model, frames, missing);
  for (const auto fill : {Fill::kRecall, Fill::kByBelief}) {
    const auto [result, shown] = complete(model, frames, missing, fill);
    EXPECT_EQ(result.recalled, (std::vector<FrameRange>{{7, 1}, {25, 1}}));
    EXPECT_EQ(result.kept, (std::vector<FrameRange>{{6, 1}, {24, 1}}));
    for (std::size_t f = 0; f < kFrames; ++f) {
      const auto& expected = f == 6 || f == 24 ? frames : said;
      EXPECT_TRUE(std::ranges::equal(shown.image(f), expected.image(f))) << f;
    }
  }
}

TEST(FilmCompletion, TellsGapsApart) {
  const auto frames = ball();
  const auto model = learnt_without(frames, range(30, 36));
  auto both = range(10, 14);
  for (const std::size_t f : range(30, 36)) both.push_back(f);
  const auto [result, shown] = complete(model, frames, {.frames = both, .mask = {}});
  EXPECT_EQ(result.recalled, (std::vector<FrameRange>{{10, 4}}));
  EXPECT_EQ(result.blended, (std::vector<FrameRange>{{30, 6}}));
  // No frame is known: nothing to blend.
  const auto nothing = complete(model, frames, {.frames = range(0, kFrames), .mask = {}});
  EXPECT_TRUE(nothing.result.blended.empty());
}

TEST(FilmCompletion, WhatIsHiddenStaysSo) {
  const auto frames = ball();
  MissingParts missing{.frames = range(18, 28), .mask = Matrix<std::uint8_t>(32, 32)};
  for (std::size_t y = 0; y < 10; ++y)
    for (std::size_t x = 0; x < 10; ++x) missing.mask(y, x) = 1;
  SequenceTrainingOptions options;
  options.mask = missing.mask;
  const auto model =
      train_sequence(parts_without(film_of(frames), missing.frames, 2).films, settings(), options)
          .model;
  // Whatever is under the mask when it is completed, too.
  auto other = frames;
  for (std::size_t f = 0; f < kFrames; ++f)
    for (std::size_t y = 0; y < 3; ++y)
      for (std::size_t i = 0; i < 9; ++i) other.image(f)[y * 32 * frames.channels + i] ^= 0xFFU;
  const auto a = complete(model, frames, missing);
  ASSERT_EQ(a.result.blended, (std::vector<FrameRange>{{18, 10}}));
  EXPECT_GT(a.result.hidden, 0U);
  EXPECT_EQ(a.result.never_learnt, a.result.hidden);
  const auto said = recalled(model, frames, missing);
  for (std::size_t f = 18; f < 28; ++f)
    for (std::size_t y = 0; y < 10; ++y)
      for (std::size_t x = 0; x < 10 * frames.channels; ++x) {
        const std::size_t i = y * 32 * frames.channels + x;
        ASSERT_EQ(a.frames.image(f)[i], said.image(f)[i]);
      }
  const auto b = complete(model, other, missing);
  EXPECT_EQ(b.frames.image(20)[0], a.frames.image(20)[0]);

  const auto whole = train_sequence(std::vector{film_of(frames)}, settings()).model;
  const auto known = complete(whole, frames, missing);
  EXPECT_EQ(known.result.never_learnt, 0U);
  EXPECT_EQ(known.result.hidden, a.result.hidden);
  options.mask = Matrix<std::uint8_t>(5, 5);
  EXPECT_NE(test::error_of([&] {
              train_sequence(std::vector{film_of(frames)}, settings(), options);
            }).find("mask"),
            std::string::npos);
}

// Masks that change: nothing is blended from frames that are hidden in part, and what they hide has
// no say.
TEST(FilmCompletion, WhatMasksOfStepsHideHasNoSay) {
  const auto frames = ball();
  const auto gap = range(18, 28);
  const auto model = learnt_without(frames, gap);
  MissingParts missing{.frames = gap, .mask = {}, .mask_share = 0};
  missing.step_masks.resize(kFrames / 2);
  missing.step_masks[8] = Matrix<std::uint8_t>(32, 32, 1);  // frames 16 and 17
  auto other = frames;
  for (const std::size_t f : {16U, 17U})
    for (auto& value : other.image(f)) value ^= 0xFFU;
  const auto a = complete(model, frames, missing), b = complete(model, other, missing);
  EXPECT_EQ(a.frames.pixels, b.frames.pixels);
  ASSERT_EQ(a.result.blended, (std::vector<FrameRange>{{18, 10}}));
  // Frame 15 is the last one before that can be seen.
  for (std::size_t i = 0; i < frames.pixels_per_image(); ++i) {
    const double before = frames.image(15)[i], behind = frames.image(28)[i];
    ASSERT_NEAR(a.frames.image(20)[i], before + (behind - before) * 5 / 13, 0.51);
  }
}

}  // namespace
}  // namespace rgm
