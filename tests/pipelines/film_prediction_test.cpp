#include "rgm/pipelines/film_prediction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/media/synthetic_clips.h"
#include "rgm/pipelines/film_appearance.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/recipes/recipe.h"
#include "support/error_of.h"

namespace rgm {
namespace {

constexpr std::size_t kSide = 32, kPeriod = 32;

SequenceSettings settings() {
  return load_recipe_as<SequenceSettings>(
      "video", std::vector<std::string>{"codec.height=32", "codec.width=32",
                                        "codec.tile_spacing=8.0", "codec.max_modes=2"});
}

SequenceModel trained(const Images& frames, const Matrix<std::uint8_t>& mask = {}) {
  SequenceTrainingOptions options;
  options.threads = 1;
  options.mask = mask;
  const std::vector films{film_of(frames)};
  return train_sequence(films, settings(), options).model;
}

/// Frames before a fixed ground of detail that two modes a tile cannot tell, over which a ball
/// moves that never comes round.
Images new_film(std::size_t frames) {
  Images result =
      bouncing_ball({.height = kSide, .width = kSide, .frames = frames, .period = 2 * frames + 1});
  Random random(3);
  std::vector<int> ground(result.pixels_per_image());
  for (int& value : ground) value = static_cast<int>(random.index(60));
  for (std::size_t i = 0; i < result.count(); ++i)
    for (std::size_t v = 0; v < ground.size(); ++v) {
      auto& pixel = result.image(i)[v];
      pixel = static_cast<std::uint8_t>(std::min(255, pixel / 2 + ground[v]));
    }
  return result;
}

Images one_colour(std::size_t frames, std::uint8_t value) {
  return {kSide, kSide, 3, std::vector<std::uint8_t>(frames * kSide * kSide * 3, value)};
}

TakeStep into(Images& to) {
  return [&to](std::size_t, const Images& frames, std::span<const float>) { append(frames, to); };
}

double squared_error(const Images& a, const Images& b, std::size_t first) {
  double sum = 0;
  for (std::size_t i = first * b.pixels_per_image(); i < b.pixels.size(); ++i)
    sum += std::pow(double{1} * a.pixels.at(i) - b.pixels[i], 2);
  return sum;
}

EncodedFilm encoded(const SequenceModel& model, const Images& frames) {
  return encode_film(film_codec(model.front_end).voxels, film_of(frames));
}

/// What is expected of each step, as the codec shows it.
Images codec_alone(const SequenceModel& model, const Outcomes& outcomes) {
  Images result{kSide, kSide, 3, {}};
  std::vector<std::size_t> before;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    predict_film(model, outcomes.select(before), 2, into(result));
    before.push_back(t);
  }
  return result;
}

/// The frame before each step, again and again; the first of all before the first.
Images last_of(const Images& film) {
  Images result{film.height, film.width, 3, {}};
  for (std::size_t i = 0; i < film.count(); ++i)
    append(cut(film, std::max<std::size_t>(i / 2 * 2, 1) - 1, 1), result);
  return result;
}

TEST(FilmPrediction, ANewFilmIsPredictedBetterThanByItsLastFrame) {
  const auto all = new_film(120);
  const auto rest = cut(all, 80, 40);
  const auto model = trained(cut(all, 0, 80));
  const auto outcomes = encoded(model, rest).outcomes;
  Images next;
  predict_next_steps(model, film_of(rest), outcomes, into(next));
  EXPECT_LT(squared_error(next, rest, 2), 0.97 * squared_error(last_of(rest), rest, 2));
  EXPECT_LT(squared_error(next, rest, 2),
            0.8 * squared_error(codec_alone(model, outcomes), rest, 2));
}

/// Films of 16 × 16 pixels, of which outcomes say little: half of each is learnt.
TEST(FilmPrediction, TinyNewFilmsArePredictedNoWorseThanByTheirLastFrames) {
  constexpr std::size_t kTiny = 16;
  const auto film_with = [](std::size_t frames, const auto& value) {
    Images result{kTiny, kTiny, 3, {}};
    for (std::size_t t = 0; t < frames; ++t)
      for (std::size_t i = 0; i < kTiny * kTiny * 3; ++i)
        result.pixels.push_back(static_cast<std::uint8_t>(value(t, i) % 256));
    return result;
  };
  Random random(5);
  const std::vector films{
      // Stripes that roll on, with a counter in a corner.
      film_with(20,
                [](std::size_t t, std::size_t i) { return i < 30 ? 40 * t : i / 3 * 9 + 3 * t; }),
      // The same, and at once it is blue.
      film_with(20,
                [](std::size_t t, std::size_t i) {
                  return t < 12 ? i / 3 * 9 + 3 * t : i % 3 == 2 ? 250 : 5;
                }),
      // One colour, then others that were never seen.
      film_with(40, [](std::size_t t, std::size_t i) { return t / 7 * (73 + i % 3 * 41); }),
      film_with(40, [](std::size_t t, std::size_t) { return t < 22 ? 90 : 200; }),
      // Noise, of which nothing can be told.
      film_with(40, [&](std::size_t, std::size_t) { return random.index(256); }),
      bouncing_ball({.height = kTiny, .width = kTiny, .frames = 40, .period = 81})};
  for (std::size_t i = 0; i < films.size(); ++i) {
    const std::size_t half = films[i].count() / 4 * 2;
    const auto learnt = cut(films[i], 0, half), rest = cut(films[i], half, films[i].count() - half);
    const std::vector beginning{film_of(learnt)};
    SequenceTrainingOptions options;
    options.threads = 1;
    const auto model =
        train_sequence(beginning,
                       load_recipe_as<SequenceSettings>(
                           "video", std::vector<std::string>{"codec.height=16", "codec.width=16"}),
                       options)
            .model;
    Images next;
    predict_next_steps(model, film_of(rest), encoded(model, rest).outcomes, into(next));
    // A tenth of a decibel, and what rounding makes of films at rest.
    EXPECT_LE(squared_error(next, rest, 2), 1.023 * squared_error(last_of(rest), rest, 2) + 1000)
        << "film " << i;
  }
}

TEST(FilmPrediction, AKnownFilmLosesNothing) {
  const auto film =
      flapping_bird({.height = kSide, .width = kSide, .frames = 48, .period = kPeriod});
  const auto model = trained(film);
  const auto outcomes = encoded(model, film).outcomes;
  Images carried;
  predict_next_steps(model, film_of(film), outcomes, into(carried));
  EXPECT_LE(squared_error(carried, film, 6), squared_error(codec_alone(model, outcomes), film, 6));
}

TEST(FilmPrediction, StepsAheadBeginWithTheNextOne) {
  const auto film =
      flapping_bird({.height = kSide, .width = kSide, .frames = 64, .period = kPeriod});
  const auto model = trained(film);
  const auto seen = cut(film, 0, 40);
  const auto outcomes = encoded(model, seen).outcomes;
  Images ahead, next, alone;
  predict_film(model, film_of(seen), outcomes, 24, into(ahead));
  predict_next_steps(model, film_of(film), encoded(model, film).outcomes, into(next));
  predict_film(model, outcomes, 24, into(alone));
  ASSERT_EQ(ahead.count(), 24U);
  EXPECT_EQ(cut(ahead, 0, 2).pixels, cut(next, 40, 2).pixels);
  // Late steps of a known film are hardly worse than the codec's pictures of them.
  const auto truth = cut(film, 40, 24);
  Images frozen{kSide, kSide, 3, {}};
  for (std::size_t i = 0; i < 24; ++i) append(cut(film, 39, 1), frozen);
  EXPECT_LT(squared_error(ahead, truth, 20), 1.1 * squared_error(alone, truth, 20));
  EXPECT_LT(squared_error(ahead, truth, 20), 0.5 * squared_error(frozen, truth, 20));
}

TEST(FilmPrediction, AFilmHasTheStepsThatItWasEncodedTo) {
  const auto film = new_film(40);
  const auto model = trained(film);
  const auto outcomes = encoded(model, cut(film, 0, 20)).outcomes;
  EXPECT_NE(test::error_of([&] {
              predict_film(model, film_of(film), outcomes, 2, [](auto&&...) {});
            }).find("expected 10 steps"),
            std::string::npos);
}

TEST(FilmPrediction, FilmsOfOneFrameOrColour) {
  for (const std::size_t frames : {1, 2, 3, 40}) {
    auto film = one_colour(frames, 90);
    film.pixels[0] = 0;  // a codec needs something
    const auto model = trained(film);
    ASSERT_TRUE(model.appearance.known());
    Images next, ahead;
    predict_next_steps(model, film_of(film), encoded(model, film).outcomes, into(next));
    predict_film(model, film_of(film), encoded(model, film).outcomes, 4, into(ahead));
    EXPECT_EQ(ahead.count(), 4U);
    appearance_surprise(
        model, film_of(film), encoded(model, film).outcomes,
        [](std::size_t, const Surprise& surprise) { EXPECT_TRUE(std::isfinite(surprise.step)); });
  }
}

TEST(FilmAppearance, WhatIsForeignLooksUnusual) {
  const auto all = new_film(120);
  const auto model = trained(cut(all, 0, 80));
  auto rest = cut(all, 80, 40);
  std::ranges::fill(rest.image(20), std::uint8_t{200});
  std::vector<double> steps;
  appearance_surprise(model, film_of(rest), encoded(model, rest).outcomes,
                      [&](std::size_t, const Surprise& surprise) {
                        double sum = 0;
                        for (const double tile : surprise.tiles) sum += tile;
                        EXPECT_NEAR(sum, surprise.step, 1e-9);
                        steps.push_back(surprise.step);
                      });
  EXPECT_EQ(std::ranges::max_element(steps) - steps.begin(), 10);
}

TEST(FilmAppearance, ASmallThingIsFoundInItsTile) {
  const auto all = new_film(120);
  const auto model = trained(cut(all, 0, 80));
  auto rest = cut(all, 80, 40);
  for (std::size_t y = 2; y < 8; ++y)  // in the corner, dots that no tile has shown
    for (std::size_t v = 2 * 3; v < 8 * 3; ++v)
      rest.image(20)[y * kSide * 3 + v] = (y + v / 3) % 2 == 0 ? 255 : 0;
  std::vector<Surprise> steps;
  appearance_surprise(model, film_of(rest), encoded(model, rest).outcomes,
                      [&](std::size_t, const Surprise& surprise) { steps.push_back(surprise); });
  for (const auto& step : steps)
    for (const double tile : step.tiles) EXPECT_GE(tile, 0);
  const auto& tiles = steps[10].tiles;
  const auto highest = static_cast<std::size_t>(std::ranges::max_element(tiles) - tiles.begin());
  const auto& found = film_codec(model.front_end).voxels.tiles()[highest];
  EXPECT_LT(found.row, kSide / 2.0);
  EXPECT_LT(found.column, kSide / 2.0);
  EXPECT_GT(steps[10].step, 2 * steps[8].step);
}

TEST(FilmAppearance, CountsWhatWasShownAndLeavesOutWhatWasHidden) {
  const auto film = new_film(40);
  Matrix<std::uint8_t> mask(kSide, kSide);
  for (std::size_t i = 0; i < mask.size() / 2; ++i) mask.values()[i] = 1;
  const auto whole = trained(film).appearance, half = trained(film, mask).appearance;
  std::size_t hidden = 0;
  for (std::size_t k = 0; k < whole.tiles(); ++k) {
    double of_whole = 0, of_half = 0, changes = 0;
    for (std::size_t i = 0; i < Appearance::kEnergies; ++i) {
      of_whole += whole.energies(k, i);
      of_half += half.energies(k, i);
      changes += whole.changes(k, i);
    }
    EXPECT_EQ(of_whole, 20);
    EXPECT_EQ(changes, 19);
    EXPECT_TRUE(of_half == 20 || of_half == 0);
    hidden += of_half == 0 ? 1 : 0;
  }
  EXPECT_GE(hidden, whole.tiles() / 2);
  EXPECT_LT(hidden, whole.tiles());
}

TEST(FilmAppearance, AModelWithoutItSaysSo) {
  auto model = trained(new_film(40));
  model.appearance = {};
  const auto film = new_film(4);
  EXPECT_NE(test::error_of([&] {
              appearance_surprise(model, film_of(film), encoded(model, film).outcomes,
                                  [](std::size_t, const Surprise&) {});
            }).find("appearance"),
            std::string::npos);
}

}  // namespace
}  // namespace rgm
