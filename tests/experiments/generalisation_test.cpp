#include "rgm/experiments/generalisation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "rgm/base/error.h"
#include "rgm/media/synthetic_clips.h"

namespace rgm {
namespace {

constexpr std::size_t kSide = 32, kFrames = 96;

Images ball() {
  return bouncing_ball({.height = kSide, .width = kSide, .frames = kFrames, .period = 32});
}

SequenceSettings small_settings() {
  SequenceSettings settings;
  settings.codec.preparation.height = settings.codec.preparation.width = kSide;
  settings.codec.tile_spacing = 8;
  settings.codec.max_modes = 6;
  return settings;
}

TEST(GeneralisationTest, FilmThatComesBackIsPredictedBeyondItsOutcomesByThemselves) {
  const auto film = ball();
  const auto result = film_generalisation(film, 48, "ball", small_settings());
  EXPECT_EQ(result.sequence, "ball");
  EXPECT_EQ(result.units_learnt, 48U);
  EXPECT_EQ(result.units_held_out, 48U);
  EXPECT_EQ(result.outcomes.learnt.items(), 24U);
  EXPECT_EQ(result.outcomes.held_out.items(), 24U);
  EXPECT_EQ(result.outcomes.cells.size(), result.outcomes.num_outcomes.size());
  ASSERT_EQ(result.variants.size(), 1U);
  EXPECT_LT(result.variants.front().nats_per_step, result.given_last_two);
  EXPECT_LT(result.given_last, result.by_frequency);
  ASSERT_TRUE(result.pictures.has_value());
  EXPECT_GT(result.pictures->model, result.pictures->last_frame);
  EXPECT_GT(result.pictures->block_matching, result.pictures->last_frame)
      << "it is a ball that moves";
  ASSERT_EQ(result.partly_known.size(), 3U);
  EXPECT_EQ(result.partly_known[0].tiles, 16U);
  EXPECT_EQ(result.partly_known[0].unknown_tiles, 4U);
  EXPECT_EQ(result.partly_known[2].unknown_tiles, 15U);
  EXPECT_TRUE(result.anomalies.empty());
}

TEST(GeneralisationTest, HeldOutOutcomesTeachNothing) {
  auto film = ball();
  const auto as_it_is = film_generalisation(film, 48, "ball", small_settings());
  for (auto& value : film.image(kFrames - 1)) value = 200;
  const auto changed = film_generalisation(film, 48, "ball", small_settings());
  EXPECT_EQ(as_it_is.outcomes.held_out.items(), changed.outcomes.held_out.items());
  for (std::size_t t = 0; t + 1 < as_it_is.outcomes.held_out.items(); ++t)
    for (std::size_t g = 0; g < as_it_is.outcomes.cells.size(); ++g)
      EXPECT_EQ(as_it_is.outcomes.held_out(t, g), changed.outcomes.held_out(t, g));
  EXPECT_LT(as_it_is.variants.front().nats_per_step, changed.variants.front().nats_per_step);
}

TEST(GeneralisationTest, AnomaliesOfEverySeed) {
  const auto film = ball();
  const auto foreign = flapping_bird({.height = kSide, .width = kSide, .frames = 16, .period = 16});
  GeneralisationOptions options;
  options.anomaly_seeds = 3;
  options.foreign = &foreign;
  const auto result = film_generalisation(film, 48, "ball", small_settings(), options);
  ASSERT_FALSE(result.anomalies.empty());
  for (const auto& detection : result.anomalies) {
    EXPECT_EQ(detection.areas.size(), 3U);
    const auto interval = detection.interval();
    EXPECT_LE(interval.low, interval.mean);
    EXPECT_LE(interval.mean, interval.high);
  }
  EXPECT_GT(result.anomalies.front().interval().mean, 0.9) << "foreign frames in a known film";
}

TEST(GeneralisationTest, LoopStaysKnown) {
  const auto result = loop_generalisation(16, small_settings());
  EXPECT_EQ(result.outcomes.learnt.items(), 10U);
  EXPECT_EQ(result.outcomes.held_out.items(), 8U);
  EXPECT_LT(result.variants.front().nats_per_step, result.given_last / 2);
  EXPECT_THROW(loop_generalisation(3, small_settings()), Error);
  EXPECT_THROW(loop_generalisation(2, small_settings()), Error);
}

TEST(GeneralisationTest, Symbols) {
  SymbolTable table;
  table.values = Matrix<std::int64_t>(60, 2);
  for (std::size_t t = 0; t < 60; ++t) {
    table.values(t, 0) = static_cast<std::int64_t>(60 + t % 3);
    table.values(t, 1) = static_cast<std::int64_t>(t % 2);
  }
  table.values(59, 1) = 7;  // a symbol that is seen in the end alone
  const auto result = symbol_generalisation(table, "table", SymbolSettings{});
  EXPECT_EQ(result.outcomes.num_outcomes, (std::vector<std::size_t>{3, 3}));
  EXPECT_FALSE(result.pictures.has_value());
  EXPECT_LT(result.variants.front().nats_per_step, result.by_frequency);
  table.values = Matrix<std::int64_t>(1, 2);
  EXPECT_THROW(symbol_generalisation(table, "table", SymbolSettings{}), Error);
}

TEST(GeneralisationTest, AblationsBeginWithTheWholeModel) {
  const auto& ablations = generalisation_ablations();
  ASSERT_FALSE(ablations.empty());
  EXPECT_TRUE(ablations.front().overrides.empty());
  const auto film = ball();
  GeneralisationOptions options;
  options.ablations = true;
  const auto all = film_generalisation(film, 48, "ball", small_settings(), options);
  ASSERT_EQ(all.variants.size(), ablations.size());
  EXPECT_EQ(all.variants.front().nats_per_step,
            film_generalisation(film, 48, "ball", small_settings()).variants.front().nats_per_step);
}

TEST(GeneralisationTest, HalvesAreWholeSteps) {
  EXPECT_EQ(first_half(4, 2, "film"), 2U);
  EXPECT_EQ(first_half(795, 2, "film"), 396U);
  EXPECT_THROW(first_half(3, 2, "film"), Error);
  EXPECT_THROW(film_generalisation(ball(), 0, "ball", small_settings()), Error);
  EXPECT_THROW(film_generalisation(ball(), 47, "ball", small_settings()), Error);
  EXPECT_THROW(film_generalisation(ball(), kFrames, "ball", small_settings()), Error);
  auto soft = small_settings();
  soft.codec.soft_bins = true;
  EXPECT_THROW(film_generalisation(ball(), 48, "ball", soft), Error);
}

}  // namespace
}  // namespace rgm
