#include "rgm/codec/prepare.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "support/golden.h"

namespace rgm {
namespace {

std::vector<float> random_picture(Random& random, std::size_t size) {
  std::vector<float> picture(size);
  for (float& p : picture) p = static_cast<float>(random.index(256));
  return picture;
}

std::vector<float> prepared(std::span<const float> picture, std::size_t height, std::size_t width,
                            std::size_t channels, const PreparationOptions& options) {
  const Preparation preparation(height, width, channels, options);
  std::vector<float> result(preparation.prepared_size());
  preparation(picture, result);
  return result;
}

TEST(Preparation, AgreesWithTheReference) {
  const auto expected = test::golden("mnist400")["prepared"];
  const auto images = test::golden_images("mnist400", 28, 28, 1);
  std::size_t k = 0;
  for (std::size_t i : {0, 1, 7}) {
    const auto picture = images.image(i);
    const auto result = prepared(std::vector<float>(picture.begin(), picture.end()), 28, 28, 1,
                                 {.histogram_width = 24});
    const auto reference = test::golden_matrix(expected[k++]);
    for (std::size_t p = 0; p < result.size(); ++p)
      ASSERT_NEAR(result[p], reference.values()[p], 1e-3) << i << ' ' << p;
  }
}

TEST(Preparation, EqualValuesAreRankedInColumnOrder) {
  const std::vector<float> blank(6, 7.0F);
  const auto result = prepared(blank, 2, 3, 1, {2, 3, 0, 24});
  const auto value = [](double rank) {
    return static_cast<float>(255 * std::exp(-(rank - 6) * (rank - 6) / (24 * 6)));
  };
  EXPECT_EQ(result, (std::vector{value(1), value(3), value(5), value(2), value(4), value(6)}));
}

TEST(Preparation, Errors) {
  EXPECT_THROW(Preparation(0, 3, 1, {}), Error);
  EXPECT_THROW(Preparation(3, 3, 0, {}), Error);
  EXPECT_THROW(Preparation(3, 3, 1, {0, 32, 2, 24}), Error);
  EXPECT_THROW(Preparation(3, 3, 1, {32, 32, -1, 24}), Error);
  EXPECT_THROW(Preparation(3, 3, 1, {32, 32, 2, std::nan("")}), Error);
  EXPECT_THROW(prepared(std::vector<float>(8), 3, 3, 1, {}), Error);
}

RC_GTEST_PROP(Preparation, WithoutResamplingSmoothingAndEqualisationNothingHappens,
              (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t height = 1 + random.index(9), width = 1 + random.index(9),
                    channels = random.index(2) == 0 ? 1 : 3;
  const auto picture = random_picture(random, height * width * channels);
  RC_ASSERT(prepared(picture, height, width, channels, {height, width, 0, 0}) == picture);
}

RC_GTEST_PROP(Preparation, KeepsBlankPicturesAndMirrorsWithThePicture, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t height = 2 + random.index(9), width = 2 + random.index(9);
  const PreparationOptions options{2 + random.index(20), 2 + random.index(20), 3 * random.uniform(),
                                   0};
  for (float p : prepared(std::vector<float>(height * width, 100.0F), height, width, 1, options))
    RC_ASSERT(std::abs(p - 100) < 1e-3F);
  auto picture = random_picture(random, height * width);
  auto forward = prepared(picture, height, width, 1, options);
  std::ranges::reverse(picture);
  std::ranges::reverse(forward);
  const auto backward = prepared(picture, height, width, 1, options);
  for (std::size_t p = 0; p < forward.size(); ++p)
    RC_ASSERT(std::abs(forward[p] - backward[p]) < 1e-3F);
}

RC_GTEST_PROP(Preparation, EqualisationKeepsTheOrderAndSpreadsTheValues, (std::uint64_t seed)) {
  Random random(seed);
  const auto picture = random_picture(random, 20 * 3);
  auto result = prepared(picture, 4, 5, 3, {4, 5, 0, 24});
  for (std::size_t a = 0; a < picture.size(); ++a)
    for (std::size_t b = 0; b < picture.size(); ++b)
      if (picture[a] < picture[b]) RC_ASSERT(result[a] < result[b]);
  std::ranges::sort(result);
  RC_ASSERT(std::ranges::adjacent_find(result) == result.end());
  RC_ASSERT(result.back() == 255.0F);
}

TEST(AffineCopy, NoJitterIsTheSamePicture) {
  Random random(3);
  const auto picture = random_picture(random, 5 * 7 * 3);
  std::vector<float> copy(picture.size());
  affine_copy(picture, 5, 7, 3, {0, 0, 0, 0}, random, copy);
  for (std::size_t p = 0; p < picture.size(); ++p) EXPECT_NEAR(copy[p], picture[p], 1e-3);
}

RC_GTEST_PROP(AffineCopy, StaysWithinThePicturesValuesAndFollowsTheSeed, (std::uint64_t seed)) {
  Random random(seed);
  const auto picture = random_picture(random, 8 * 6);
  const auto [least, most] = std::ranges::minmax(picture);
  std::vector<float> first(picture.size()), second(picture.size());
  Random one = random.fork(1), same = random.fork(1);
  affine_copy(picture, 8, 6, 1, {30, 0.3, 0.3, 3}, one, first);
  affine_copy(picture, 8, 6, 1, {30, 0.3, 0.3, 3}, same, second);
  RC_ASSERT(first == second);
  for (float p : first) RC_ASSERT(p > least - 1e-3F && p < most + 1e-3F);
}

}  // namespace
}  // namespace rgm
