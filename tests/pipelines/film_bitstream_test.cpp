#include "rgm/pipelines/film_bitstream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/codec/film_codec.h"
#include "rgm/media/picture_quality.h"
#include "rgm/media/synthetic_clips.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/recipes/recipe.h"
#include "support/comma_locale.h"
#include "support/learning_support.h"

namespace rgm {
namespace {

using test::error_of;

SequenceSettings settings(const std::vector<std::string>& more = {}) {
  std::vector<std::string> all{"codec.height=32", "codec.width=32", "codec.tile_spacing=8.0",
                               "codec.max_modes=6"};
  all.insert(all.end(), more.begin(), more.end());
  return load_recipe_as<SequenceSettings>("video", all);
}

Images ball(std::size_t frames) {
  return bouncing_ball({.height = 32, .width = 32, .frames = frames, .period = 20});
}

ByteSource source_of(const std::vector<std::uint8_t>& bytes) {
  return [&bytes, at = std::size_t{0}](std::span<std::uint8_t> to) mutable {
    const std::size_t count = std::min(to.size(), bytes.size() - at);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, to.begin());
    at += count;
    return count;
  };
}

struct Decoded {
  DecodedFilm film;
  std::vector<std::uint16_t> tokens;
  Images frames;
};

Decoded decode(const std::vector<std::uint8_t>& bytes, const SequenceModel* model) {
  Decoded result;
  result.frames = {32, 32, 3, {}};
  BitstreamReader reader(source_of(bytes));
  result.film = decode_film_stream(
      reader, model,
      [&](std::size_t, const Images& frames, std::span<const float>) {
        append(frames, result.frames);
      },
      [&](const Outcomes& chunk) {
        for (std::size_t t = 0; t < chunk.items(); ++t)
          for (const auto& outcome : chunk.item(t)) result.tokens.push_back(outcome.token);
      });
  return result;
}

std::vector<std::uint16_t> tokens_of(const Outcomes& outcomes) {
  std::vector<std::uint16_t> result;
  for (std::size_t t = 0; t < outcomes.items(); ++t)
    for (const auto& outcome : outcomes.item(t)) result.push_back(outcome.token);
  return result;
}

TEST(FilmBitstream, LeavesTheSizeToTheFilm) {
  const auto frames = bouncing_ball({.height = 24, .width = 40, .frames = 9, .period = 9});
  std::vector<std::uint8_t> bytes;
  encode_film_stream(film_of(frames), settings({"codec.height=0", "codec.width=0"}),
                     [&](std::span<const std::uint8_t> more) {
                       bytes.insert(bytes.end(), more.begin(), more.end());
                     });
  const auto decoded = decode(bytes, nullptr);
  EXPECT_TRUE(decoded.film.complete);
  EXPECT_EQ(decoded.frames.height, 24U);
  EXPECT_EQ(decoded.frames.width, 40U);
}

TEST(FilmBitstream, WithAModelThereAndBack) {
  const auto frames = ball(47);
  const auto film = film_of(frames, 12.5);
  const auto model = train_sequence(std::span(&film, 1), settings()).model;
  const auto encoded = encode_film(film_codec(model.front_end).voxels, film);
  std::vector<std::uint8_t> bytes;
  const auto written =
      encode_film_stream(model, encoded, true, [&](std::span<const std::uint8_t> more) {
        bytes.insert(bytes.end(), more.begin(), more.end());
      });
  EXPECT_EQ(written.bytes, bytes.size());
  EXPECT_EQ(written.frames, 47U);
  EXPECT_LT(written.bits, 24.0 * 30);  // what the model knows costs next to nothing
  const auto decoded = decode(bytes, &model);
  EXPECT_TRUE(decoded.film.complete);
  EXPECT_EQ(decoded.film.frames, 47U);
  EXPECT_EQ(decoded.film.frames_per_second, 12.5);
  EXPECT_EQ(decoded.tokens, tokens_of(encoded.outcomes));
  EXPECT_NE(error_of([&] { decode(bytes, nullptr); }).find("expected that model"),
            std::string::npos);
}

TEST(FilmBitstream, WithoutAModelThereAndBackAndRepetitionsAreCheap) {
  const auto once = ball(40), thrice = ball(120);
  const auto size = [&](const Images& frames) {
    std::vector<std::uint8_t> bytes;
    EncodedFilm outcomes;
    encode_film_stream(
        film_of(frames), settings({"codec.bins=17"}),
        [&](std::span<const std::uint8_t> more) {
          bytes.insert(bytes.end(), more.begin(), more.end());
        },
        &outcomes);
    const auto decoded = decode(bytes, nullptr);
    EXPECT_TRUE(decoded.film.complete) << decoded.film.message;
    EXPECT_EQ(decoded.tokens, tokens_of(outcomes.outcomes));
    EXPECT_GT(psnr(decoded.frames, frames), 15);
    return bytes.size();
  };
  const auto first = size(once);
  EXPECT_LT(size(thrice), first * 3 / 2);
}

TEST(FilmBitstream, DamageIsSaidAndWhatCameBeforeIsThere) {
  const auto frames = ball(120);
  std::vector<std::uint8_t> bytes;
  EncodedFilm outcomes;
  encode_film_stream(
      film_of(frames), settings(),
      [&](std::span<const std::uint8_t> more) {
        bytes.insert(bytes.end(), more.begin(), more.end());
      },
      &outcomes);
  const auto all = tokens_of(outcomes.outcomes);
  for (std::size_t cut = 0; cut < bytes.size(); cut += 7) {
    const std::vector<std::uint8_t> part(bytes.begin(),
                                         bytes.begin() + static_cast<std::ptrdiff_t>(cut));
    Decoded decoded;
    const auto error = error_of([&] { decoded = decode(part, nullptr); });
    if (!error.empty()) continue;  // the header was cut
    EXPECT_FALSE(decoded.film.complete);
    EXPECT_FALSE(decoded.film.message.empty());
    ASSERT_LE(decoded.tokens.size(), all.size());
    EXPECT_TRUE(std::equal(decoded.tokens.begin(), decoded.tokens.end(), all.begin()));
  }
}

/// The header holds numbers as text, which the decoder reads.
TEST(FilmBitstream, DoesNotDependOnTheLocale) {
  const Images frames = ball(8);
  const Film film = film_of(frames, 25, "ball");
  const auto encoded = [&] {
    std::vector<std::uint8_t> bytes;
    encode_film_stream(film, settings({"codec.tile_spacing=8.5"}),
                       [&](std::span<const std::uint8_t> more) {
                         bytes.insert(bytes.end(), more.begin(), more.end());
                       });
    return bytes;
  };
  const auto expected = encoded();
  const test::CommaLocale comma;
  const auto bytes = encoded();
  EXPECT_EQ(bytes, expected);
  EXPECT_TRUE(decode(bytes, nullptr).film.complete);
}

}  // namespace
}  // namespace rgm
