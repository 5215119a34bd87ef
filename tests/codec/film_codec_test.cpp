#include "rgm/codec/film_codec.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

/// A bright square that goes round in a loop of `period` frames.
Images square(std::size_t frames, std::size_t period, std::size_t width = 32) {
  constexpr std::size_t kHeight = 32, kSide = 8;
  Images result{kHeight, width, 3, std::vector<std::uint8_t>(frames * kHeight * width * 3, 40)};
  for (std::size_t t = 0; t < frames; ++t) {
    const double turn =
        2 * std::numbers::pi * static_cast<double>(t % period) / static_cast<double>(period);
    const auto top = static_cast<std::size_t>(std::lround(12 + 11 * std::sin(turn))),
               left = static_cast<std::size_t>(std::lround(12 + 11 * std::cos(turn)));
    const auto image = result.image(t);
    for (std::size_t row = top; row < top + kSide; ++row)
      for (std::size_t value = 3 * left; value < 3 * (left + kSide); ++value)
        image[3 * width * row + value] = static_cast<std::uint8_t>(200 + value % 3 * 20);
  }
  return result;
}

CodecOptions options(std::size_t max_fit_pictures) {
  CodecOptions result;
  result.preparation = {32, 32, 0, 0};
  result.tile_spacing = 8;
  result.bins = 9;
  result.max_modes = 4;
  result.mode_price = 32;
  result.frames_per_voxel = 2;
  result.max_fit_pictures = max_fit_pictures;
  return result;
}

TEST(FilmCodec, EncodesAFilmAsItPassesBy) {
  const auto frames = square(47, 32);  // the last voxel lacks a frame
  const auto codec = fit_codec(std::vector{film_of(frames)}, options(256));
  const auto encoded = encode_film(codec, film_of(frames));
  EXPECT_EQ(encoded.frames, 47U);
  ASSERT_EQ(encoded.outcomes.items(), 24U);
  const Images none{32, 32, 3, {}};
  EXPECT_NE(error_of([&] { encode_film(codec, film_of(none)); }).find("at least one frame"),
            std::string::npos);
  const auto wide = square(4, 32, 64), small = square(3, 32);
  EXPECT_NE(error_of([&] { encode_film(codec, film_of(wide)); }).find("32×32"), std::string::npos);
  EXPECT_NE(error_of([&] {
              fit_codec(std::vector{film_of(small), film_of(wide)}, options(256));
            }).find("32×64"),
            std::string::npos);
}

TEST(FilmCodec, IsFittedToASampleOfALongFilm) {
  const auto frames = square(120, 32);
  const auto codec = fit_codec(std::vector{film_of(frames)}, options(12));
  EXPECT_GT(codec.num_modalities(), 0U);
  EXPECT_EQ(encode_film(codec, film_of(frames)).outcomes.items(), 60U);
}

TEST(FilmCodec, ASampleDoesNotKeepStepWithALoop) {
  const auto frames = square(512, 32);
  const auto all = fit_codec(std::vector{film_of(frames)}, options(300));
  const auto few = fit_codec(std::vector{film_of(frames)}, options(12));
  // In step with the loop it would be one picture again and again: one mode a tile.
  EXPECT_GT(3 * few.num_modalities(), all.num_modalities()) << few.num_modalities();
}

}  // namespace
}  // namespace rgm
