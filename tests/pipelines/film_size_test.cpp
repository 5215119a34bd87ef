#include "rgm/pipelines/film_size.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/codec/film_codec.h"
#include "rgm/pipelines/film_tasks.h"
#include "support/error_of.h"

namespace rgm {
namespace {

Images noise(Random& random, std::size_t height, std::size_t width, std::size_t frames,
             std::size_t channels) {
  Images result{height, width, channels, {}};
  for (std::size_t i = 0; i < height * width * frames * channels; ++i)
    result.pixels.push_back(static_cast<std::uint8_t>(random.index(256)));
  return result;
}

CodecOptions codec_options(std::size_t height, std::size_t width, double smoothing,
                           double equalisation = 0) {
  CodecOptions options;
  options.preparation = {height, width, smoothing, equalisation};
  options.frames_per_voxel = 2;
  options.soft_bins = false;
  return options;
}

bool equal_outcomes(const Outcomes& a, const Outcomes& b) {
  for (std::size_t t = 0; t < a.items(); ++t)
    if (!std::ranges::equal(a.item(t), b.item(t))) return false;
  return true;
}

// Whatever lies under a mask has no say, in films of any size, and what a mask leaves has one.
RC_GTEST_PROP(FilmSize, HiddenPixelsHaveNoSay, (std::uint32_t seed)) {
  Random random(seed);
  const std::size_t height = 12 + random.index(20), width = 12 + random.index(20),
                    channels = random.index(2) == 0 ? 1 : 3;
  const bool same = random.index(3) == 0;
  const auto options =
      codec_options(same ? height : 8 + random.index(20), same ? width : 8 + random.index(20),
                    random.index(2) == 0 ? 0 : 1.5);
  const auto frames = noise(random, height, width, 8, channels);
  const auto codec = fit_codec(std::vector{film_of(frames)}, options);
  const auto whole = encode_film(codec, film_of(frames)).outcomes;
  const PreparedMasks prepared(codec.preparation());
  auto changed = frames;
  MissingParts missing;
  missing.mask_share = 0;
  for (std::size_t t = 0; t < whole.items(); ++t) {
    std::vector<std::uint8_t> mask(height * width);
    const std::size_t y = random.index(height), x = random.index(width), rows = random.index(4),
                      columns = random.index(4);
    for (std::size_t i = y; i < std::min(y + rows, height); ++i)
      for (std::size_t k = x; k < std::min(x + columns, width); ++k) {
        mask[i * width + k] = 1;
        for (std::size_t c = 0; c < 2 * channels; ++c)  // both frames of the step
          changed.image(2 * t + c / channels)[(i * width + k) * channels + c % channels] =
              static_cast<std::uint8_t>(random.index(256));
      }
    missing.step_masks.push_back(prepared(mask));
  }
  const auto again = encode_film(codec, film_of(changed)).outcomes;
  const auto observed = without(codec, whole, missing);
  RC_ASSERT(equal_outcomes(observed, without(codec, again, missing)));
  const PreparedMasks none(codec.preparation());
  for (auto& mask : missing.step_masks) mask = none(std::vector<std::uint8_t>(height * width));
  RC_ASSERT(equal_outcomes(without(codec, whole, missing), whole));
}

TEST(FilmSize, MasksOfStepsHideTheirStepAlone) {
  Random random(7);
  const auto frames = noise(random, 32, 32, 12, 1);
  auto options = codec_options(32, 32, 0);
  options.tile_spacing = 8;
  const auto codec = fit_codec(std::vector{film_of(frames)}, options);
  const auto whole = encode_film(codec, film_of(frames)).outcomes;
  MissingParts missing;
  missing.step_masks.resize(6);
  missing.step_masks[2] = Matrix<std::uint8_t>(32, 32);
  missing.step_masks[2](0, 0) = 1;
  missing.mask_share = 0;
  const auto observed = without(codec, whole, missing);
  std::size_t gone = 0;
  for (std::size_t t = 0; t < 6; ++t)
    for (std::size_t g = 0; g < whole.modalities(); ++g) {
      gone += observed(t, g).missing() ? 1 : 0;
      if (t != 2) {
        EXPECT_EQ(observed(t, g), whole(t, g));
      }
    }
  EXPECT_GT(gone, 0U);
  EXPECT_LT(gone, whole.modalities());
  // Together with what is hidden everywhere.
  missing.mask = Matrix<std::uint8_t>(32, 32);
  missing.mask(31, 31) = 1;
  const auto both = without(codec, whole, missing);
  for (std::size_t g = 0; g < whole.modalities(); ++g) {
    EXPECT_TRUE(!observed(2, g).missing() || both(2, g).missing());
    EXPECT_EQ(both(0, g), both(5, g).missing() ? both(0, g) : whole(0, g));
  }
  missing.step_masks.pop_back();
  EXPECT_NE(test::error_of([&] { without(codec, whole, missing); }).find("expected 6, got 5"),
            std::string::npos);
  missing.step_masks.assign(6, Matrix<std::uint8_t>(5, 5));
  EXPECT_NE(test::error_of([&] { without(codec, whole, missing); }).find("mask"),
            std::string::npos);
}

TEST(FilmSize, EqualisationRanksAllPixels) {
  const Preparation preparation(6, 6, 1, {6, 6, 0, 24});
  const PreparedMasks prepared(preparation);
  std::vector<std::uint8_t> mask(36);
  EXPECT_TRUE(std::ranges::all_of(prepared(mask).values(), [](auto m) { return m == 0; }));
  mask[3] = 1;
  EXPECT_TRUE(std::ranges::all_of(prepared(mask).values(), [](auto m) { return m == 1; }));
  EXPECT_THROW(prepared(std::vector<std::uint8_t>(35)), Error);
}

TEST(FilmSize, PicturesComeBackAtTheSizeOfTheFilm) {
  Random random(3);
  const auto frames = noise(random, 20, 28, 8, 3);
  const auto codec = fit_codec(std::vector{film_of(frames)}, codec_options(10, 14, 0));
  const FilmSize size(codec);
  Images flat{10, 14, 3, std::vector<std::uint8_t>(std::size_t{2} * 10 * 14 * 3, 90)};
  const auto shown = size.frames(flat);
  EXPECT_EQ(shown.height, 20U);
  EXPECT_EQ(shown.count(), 2U);
  EXPECT_TRUE(std::ranges::all_of(shown.pixels, [](auto v) { return v == 90; }));
  const auto variance = size.variance(std::vector<float>(flat.pixels.size(), 4));
  ASSERT_EQ(variance.size(), shown.pixels.size());
  for (const float v : variance) ASSERT_NEAR(v, 4, 1e-4);
  const auto same = fit_codec(std::vector{film_of(frames)}, codec_options(20, 28, 0));
  EXPECT_EQ(FilmSize(same).frames(frames).pixels, frames.pixels);
}

}  // namespace
}  // namespace rgm
