#include "rgm/pipelines/sequence_training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/codec/film_codec.h"
#include "rgm/media/synthetic_clips.h"
#include "rgm/pipelines/film_tasks.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"
#include "support/learning_support.h"

namespace rgm {
namespace {

using test::error_of;

constexpr std::size_t kPeriod = 32, kFrames = 48;

/// A bird that flaps in a loop, at 32 × 32 pixels.
Images bird(std::size_t frames = kFrames, std::size_t width = 32) {
  return flapping_bird({.height = 32, .width = width, .frames = frames, .period = kPeriod});
}

Images ball(std::size_t frames) {
  return bouncing_ball({.height = 32, .width = 32, .frames = frames, .period = 20});
}

SequenceSettings small_settings(const std::vector<std::string>& overrides = {}) {
  std::vector<std::string> all{"codec.height=32", "codec.width=32", "codec.tile_spacing=8.0",
                               "codec.max_modes=4"};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return load_recipe_as<SequenceSettings>("video", all);
}

SequenceModel trained(const Images& frames, const std::vector<std::string>& overrides = {}) {
  return train_sequence(std::vector{film_of(frames)}, small_settings(overrides)).model;
}

bool same(const Outcomes& a, std::size_t i, const Outcomes& b, std::size_t j) {
  return std::ranges::equal(a.item(i), b.item(j));
}

TEST(SequenceTraining, LeavesTheSizeToTheFilm) {
  const auto film = bird(kFrames, 48);
  const auto size = [&](const std::string& pixels) {
    const auto model = trained(film, {"codec.height=0", "codec.width=0", "codec.pixels=" + pixels});
    const auto& prepared = film_codec(model.front_end).voxels.options().preparation;
    EXPECT_EQ(settings_of(model).codec.preparation, prepared);  // it can be made again
    generate_film(model, 2, 1, {.root_state = 0},
                  [&](std::size_t, const Images& frames, std::span<const float>) {
                    EXPECT_EQ(frames.height, prepared.height);
                    EXPECT_EQ(frames.width, prepared.width);
                  });
    return std::pair(prepared.height, prepared.width);
  };
  EXPECT_EQ(size("16384"), std::pair(32UL, 48UL));
  EXPECT_EQ(size("600"), std::pair(20UL, 28UL));
}

TEST(SequenceTraining, GeneratesTheOrbitThatItLearnt) {
  const auto frames = bird();
  const auto model = trained(frames);
  const auto learnt = encode_film(film_codec(model.front_end).voxels, film_of(frames)).outcomes;
  const auto generated = generate_film(model, 3 * kFrames, 1, {.root_state = 0}, {});
  ASSERT_EQ(generated.items(), 3 * kFrames / 2);
  for (std::size_t t = 0; t < generated.items(); ++t)
    ASSERT_TRUE(same(generated, t, learnt, t % (kPeriod / 2))) << t;
}

TEST(SequenceTraining, EqualRunsGiveEqualFilesForAnyNumberOfThreads) {
  const auto frames = bird();
  std::vector<std::vector<std::uint8_t>> files;
  for (const int threads : {1, 2, 1}) {
    SequenceTrainingOptions options;
    options.threads = threads;
    files.push_back(encode_model(
        train_sequence(std::vector{film_of(frames)}, small_settings({"learning.passes=2"}), options)
            .model));
  }
  EXPECT_EQ(files[0], files[1]);
  EXPECT_EQ(files[0], files[2]);
}

TEST(SequenceTraining, GoesOnWithAModel) {
  const auto frames = bird();
  const auto other = ball(40);
  SequenceTrainingOptions first;
  first.data_set = "bird";
  const auto bird_model =
      train_sequence(std::vector{film_of(frames)}, small_settings(), first).model;
  SequenceTrainingOptions more;
  more.data_set = "ball";
  more.extend = &bird_model;
  const auto both =
      train_sequence(std::vector{film_of(other)}, settings_of(bird_model), more).model;
  EXPECT_EQ(to_toml(settings_of(bird_model)), to_toml(small_settings()));
  EXPECT_EQ(settings_of(bird_model, std::vector<std::string>{"learning.passes=4"}).passes, 4U);
  EXPECT_EQ(both.provenance.data_set, "bird, ball");
  EXPECT_NE(error_of([&] {
              train_sequence(std::vector{film_of(other)}, small_settings({"codec.bins=7"}), more);
            }).find("codec"),
            std::string::npos);
  EXPECT_NE(error_of([&] {
              train_sequence(std::vector{film_of(other)},
                             small_settings({"structure.time_scale=3"}), more);
            }).find("structure.time_scale: expected 2"),
            std::string::npos);
  EXPECT_EQ(both.provenance.units_seen, kFrames + 40);
  EXPECT_GT(both.tree.root().num_states(), bird_model.tree.root().num_states());
  // What was learnt first is known as before; so is what came later.
  for (const auto* film : {&frames, &other}) {
    const auto outcomes = encode_film(film_codec(both.front_end).voxels, film_of(*film)).outcomes;
    std::vector<double> steps;
    film_surprise(both, outcomes, [&](std::size_t, const Surprise& s) { steps.push_back(s.step); });
    EXPECT_LT(steps[5], 10);
  }
}

TEST(SequenceTasks, CompletionRestoresWhatTheRestDetermines) {
  const auto frames = bird();
  const auto model = trained(frames);
  const auto whole = encode_film(film_codec(model.front_end).voxels, film_of(frames)).outcomes;
  MissingParts missing;
  missing.frames = {4, 6, 12};  // steps 2, 3 and 6
  const auto observed = without(film_codec(model.front_end).voxels, whole, missing);
  EXPECT_TRUE(observed(2, 0).missing() && observed(3, 0).missing() && observed(6, 0).missing());
  EXPECT_FALSE(observed(4, 0).missing());
  std::vector<Images> completed, original;
  complete_film(model, observed, false,
                [&](std::size_t, const Images& f, std::span<const float> variance) {
                  completed.push_back(f);
                  EXPECT_EQ(variance.size(), f.pixels.size());
                });
  complete_film(model, whole, false,
                [&](std::size_t step, const Images& f, std::span<const float> variance) {
                  EXPECT_EQ(step, original.size());
                  EXPECT_TRUE(std::ranges::all_of(variance, [](float v) { return v == 0; }));
                  original.push_back(f);
                });
  ASSERT_EQ(completed.size(), original.size());
  for (std::size_t t = 0; t < completed.size(); ++t)
    for (std::size_t i = 0; i < completed[t].pixels.size(); ++i)
      ASSERT_NEAR(completed[t].pixels[i], original[t].pixels[i], 3)
          << t;  // the prior's share of grey

  // A hidden corner, all the time.
  missing = {};
  missing.mask = Matrix<std::uint8_t>(32, 32);
  for (std::size_t y = 0; y < 8; ++y)
    for (std::size_t x = 0; x < 8; ++x) missing.mask(y, x) = 1;
  missing.mask_share = 0.3;
  const auto masked = without(film_codec(model.front_end).voxels, whole, missing);
  std::size_t gone = 0;
  for (std::size_t g = 0; g < masked.modalities(); ++g) gone += masked(0, g).missing() ? 1 : 0;
  EXPECT_GT(gone, 0U);
  EXPECT_LT(gone, masked.modalities());
  EXPECT_NE(error_of([&] {
              without(film_codec(model.front_end).voxels, whole, {.frames = {1000}, .mask = {}});
            }).find("below 48"),
            std::string::npos);
}

TEST(SequenceTasks, PredictionGoesOnAsTheLoopDoes) {
  const auto frames = bird();
  const auto model = trained(frames);
  const auto whole = encode_film(film_codec(model.front_end).voxels, film_of(frames)).outcomes;
  const auto first = bird(8);
  const auto past = encode_film(film_codec(model.front_end).voxels, film_of(first)).outcomes;
  std::vector<Images> predicted, original;
  predict_film(model, past, 16, [&](std::size_t, const Images& f, std::span<const float>) {
    predicted.push_back(f);
  });
  complete_film(model, whole, false, [&](std::size_t, const Images& f, std::span<const float>) {
    original.push_back(f);
  });
  ASSERT_EQ(predicted.size(), 8U);
  double error = 0;
  for (std::size_t t = 0; t < predicted.size(); ++t)
    for (std::size_t i = 0; i < predicted[t].pixels.size(); ++i)
      error += std::abs(double{predicted[t].pixels[i] - 1.0 * original[4 + t].pixels[i]});
  EXPECT_LT(error / static_cast<double>(predicted.size() * predicted[0].pixels.size()), 8);
}

TEST(SequenceTasks, AFilmIsKnownToItsLastStep) {
  for (const std::size_t frames : {6U, 25U, 26U, 27U, 28U, 29U}) {
    const auto film = ball(frames);
    const auto model = trained(film, {"structure.max_levels=2"});
    const auto outcomes = encode_film(film_codec(model.front_end).voxels, film_of(film)).outcomes;
    std::vector<double> steps;
    film_surprise(model, outcomes,
                  [&](std::size_t, const Surprise& s) { steps.push_back(s.step); });
    EXPECT_LT(steps.back(), 5) << frames;
  }
}

TEST(SequenceTasks, AForeignFrameSurprises) {
  auto frames = bird();
  const auto model = trained(frames);
  const auto foreign = ball(2);
  std::copy(foreign.pixels.begin(), foreign.pixels.end(),
            frames.pixels.begin() + static_cast<std::ptrdiff_t>(20 * frames.pixels_per_image()));
  const auto outcomes = encode_film(film_codec(model.front_end).voxels, film_of(frames)).outcomes;
  std::vector<double> steps;
  film_surprise(model, outcomes, [&](std::size_t t, const Surprise& s) {
    EXPECT_EQ(t, steps.size());
    steps.push_back(s.step);
    EXPECT_EQ(s.tiles.size(), film_codec(model.front_end).voxels.tiles().size());
    EXPECT_EQ(surprise_map(film_codec(model.front_end).voxels, s.tiles).size(), 32U * 32);
  });
  EXPECT_EQ(std::ranges::max_element(steps) - steps.begin(), 10);
}

TEST(SequenceTraining, Errors) {
  EXPECT_NE(error_of([] { train_sequence({}, small_settings()); }).find("at least one film"),
            std::string::npos);
  const auto frames = bird();
  const auto model = trained(frames);
  EXPECT_NE(error_of([&] { generate_film(model, 0, 1, {}, {}); }).find("frames"),
            std::string::npos);
  EXPECT_NE(
      error_of([&] { generate_film(model, 1, 1, {.root_state = 100000}, {}); }).find("root_state"),
      std::string::npos);
}

}  // namespace
}  // namespace rgm
