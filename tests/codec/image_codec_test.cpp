#include "rgm/codec/image_codec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "support/golden.h"

namespace rgm {
namespace {

/// Pictures as they are: no resampling but to their own size, no smoothing, no equalisation.
CodecOptions unprepared(std::size_t size, double tile_spacing, std::size_t bins,
                        std::size_t max_modes, double mode_price) {
  return {{size, size, 0, 0}, tile_spacing, bins, max_modes, mode_price, false};
}

std::vector<float> as_floats(std::span<const std::uint8_t> picture) {
  return {picture.begin(), picture.end()};
}

bool same_outcomes(const Outcomes& a, const Outcomes& b) {
  if (a.items() != b.items()) return false;
  for (std::size_t i = 0; i < a.items(); ++i)
    if (!std::ranges::equal(a.item(i), b.item(i))) return false;
  return true;
}

Matrix<double> variates(const ImageCodec& codec, const Images& images) {
  Matrix<double> result(images.count(), codec.num_modalities());
  for (std::size_t i = 0; i < images.count(); ++i)
    std::ranges::copy(codec.variates(as_floats(images.image(i))), result.row(i).begin());
  return result;
}

/// Outcomes that differ from expected ones when each modality may be mirrored, since the sign of a
/// mode is arbitrary.
std::size_t disagreements(const Outcomes& outcomes, const Outcomes& expected, std::size_t bins) {
  std::size_t result = 0;
  for (std::size_t g = 0; g < outcomes.modalities(); ++g) {
    std::size_t plain = 0, mirrored = 0;
    for (std::size_t i = 0; i < outcomes.items(); ++i) {
      plain += outcomes(i, g).token != expected(i, g).token;
      mirrored += outcomes(i, g).token != bins - 1 - expected(i, g).token;
    }
    result += std::min(plain, mirrored);
  }
  return result;
}

class ColourVideo : public testing::Test {
 protected:
  const Images images = test::golden_images("video32", 32, 32, 3);
  const nlohmann::json expected = test::golden("colour_codec");
  const ImageCodec codec = ImageCodec::fit(picture_source(images), unprepared(32, 8, 9, 32, 16));
};

TEST_F(ColourVideo, BasisAgreesWithTheReference) {
  const auto modes = expected["modes"].get<std::vector<std::size_t>>();
  const auto u = variates(codec, images);
  std::size_t g = 0;
  for (std::size_t t = 0; t < modes.size(); ++t) {
    ASSERT_EQ(codec.bases()[t].modes.rows(), modes[t]) << "tile " << t;
    for (std::size_t m = 0; m < modes[t]; ++m, ++g) {
      double square = 0;
      for (std::size_t i = 0; i < u.rows(); ++i) square += u(i, g) * u(i, g);
      const double singular_value = expected["singular_values"][t][m];
      EXPECT_NEAR(std::sqrt(square) / singular_value, 1, 1e-5);
    }
  }
  const auto basis = test::golden_matrix(expected["basis_of_tile_0"]);
  for (std::size_t m = 0; m < basis.rows(); ++m) {
    double product = 0;
    for (std::size_t v = 0; v < basis.cols(); ++v)
      product += basis(m, v) * codec.bases()[0].modes(m, v);
    EXPECT_NEAR(std::abs(product), 1, 1e-5);
  }
}

TEST_F(ColourVideo, VariatesAndOutcomesAgreeWithTheReference) {
  const auto reference = test::golden_matrix(expected["variates"]);
  const auto ours = variates(codec, images);
  ASSERT_EQ(ours.cols(), reference.cols());
  for (std::size_t i = 0; i < ours.size(); ++i)
    ASSERT_NEAR(std::abs(ours.values()[i]), std::abs(reference.values()[i]), 1e-3);
  const auto outcomes = codec.encode(picture_source(images));
  EXPECT_EQ(disagreements(outcomes, test::golden_outcomes(expected["outcomes"]), 9), 0);
}

TEST_F(ColourVideo, DecodedPicturesAgreeWithTheReference) {
  const auto reference = test::golden_images("video32_decoded", 32, 32, 3);  // every fourth frame
  const auto outcomes = codec.encode(picture_source(images));
  double square = 0;
  for (std::size_t i = 0; i < images.count(); ++i) {
    std::vector<double> bins;
    for (Outcome o : outcomes.item(i)) bins.push_back(o.token);
    const auto decoded = codec.decode(bins);
    const auto picture = images.image(i);
    for (std::size_t p = 0; p < decoded.size(); ++p) {
      const float rounded = std::round(decoded[p]);
      square += (rounded - picture[p]) * (rounded - picture[p]);
      if (i % 4 == 0) {
        ASSERT_NEAR(decoded[p], reference.image(i / 4)[p], 0.501F);  // theirs are rounded
      }
    }
  }
  EXPECT_NEAR(square / static_cast<double>(images.pixels.size()), 14.56, 0.005);
}

TEST_F(ColourVideo, FromPartsGivesTheSameCodec) {
  const auto again =
      ImageCodec::from_parts(32, 32, 3, codec.options(), codec.bases(), codec.ranges());
  EXPECT_TRUE(
      same_outcomes(again.encode(picture_source(images)), codec.encode(picture_source(images))));
}

TEST_F(ColourVideo, ResultsDoNotDependOnThreads) {
  for (int threads : {1, 3}) {
    const auto other = ImageCodec::fit(picture_source(images), codec.options(), threads);
    for (std::size_t t = 0; t < codec.bases().size(); ++t) {
      EXPECT_EQ(other.bases()[t].modes, codec.bases()[t].modes);
    }
    EXPECT_EQ(other.ranges(), codec.ranges());
    EXPECT_TRUE(same_outcomes(codec.encode(picture_source(images), threads),
                              codec.encode(picture_source(images))));
  }
}

TEST_F(ColourVideo, SoftBinsKeepTheVariate) {
  auto options = codec.options();
  options.soft_bins = true;
  const auto soft = ImageCodec::from_parts(32, 32, 3, options, codec.bases(), codec.ranges());
  const auto outcomes = soft.encode(picture_source(images)),
             hard = codec.encode(picture_source(images));
  const auto u = variates(codec, images);
  for (std::size_t i = 0; i < u.rows(); ++i)
    for (std::size_t g = 0; g < u.cols(); ++g) {
      const double position = (u(i, g) / codec.ranges()[g] + 1) * 4;
      const Outcome o = outcomes(i, g);
      ASSERT_LT(o.token + (o.share > 0 ? 1 : 0), 9);
      ASSERT_NEAR(o.token + o.upper_weight(), position, 1e-4);
      ASSERT_LE(std::abs(hard(i, g).token - position), 0.5001);
      ASSERT_EQ(hard(i, g).share, 0);
    }
}

TEST_F(ColourVideo, VarianceIsTheSquareOfAModalitysEffect) {
  std::vector<double> middle(codec.num_modalities(), 4.0);
  const std::size_t brightness =
      0;  // the first mode of a tile: all of one sign, so that nothing is clamped
  auto more = middle, variance = std::vector<double>(middle.size());
  more[brightness] += codec.bases()[0].modes(0, 0) > 0 ? 1 : -1;
  variance[brightness] = 1;
  const auto decoded = codec.decode(more), spread = codec.decode_variance(variance);
  for (std::size_t p = 0; p < decoded.size(); ++p)
    ASSERT_NEAR(decoded[p] * decoded[p], spread[p], 1e-2);
}

TEST_F(ColourVideo, Errors) {
  const auto grey = test::golden_images("mnist400", 28, 28, 1);
  EXPECT_THROW(codec.encode(picture_source(grey)), Error);
  EXPECT_THROW(codec.decode(std::vector<double>(3)), Error);
  EXPECT_THROW(codec.decode_variance({}), Error);
  EXPECT_THROW(ImageCodec::fit(picture_source(images, {}), codec.options()), Error);
  EXPECT_THROW(ImageCodec::fit(picture_source(images), unprepared(32, 8, 8, 32, 16)), Error);
  EXPECT_THROW(ImageCodec::fit(picture_source(images), unprepared(32, 8, 9, 0, 16)), Error);
  EXPECT_THROW(ImageCodec::fit(picture_source(images), unprepared(32, 8, 9, 32, 0)), Error);
}

TEST(ImageCodec, LearnsBlackPicturesAsItDoesGreyOnes) {
  for (const int grey : {0, 127}) {
    for (const bool compact : {false, true}) {
      const Images blank{8, 8, 1,
                         std::vector<std::uint8_t>(3 * 64, static_cast<std::uint8_t>(grey))};
      auto options = unprepared(8, 4, 9, 32, 16);
      options.compact = compact;
      const auto codec = ImageCodec::fit(picture_source(blank), options);
      ASSERT_GT(codec.num_modalities(), 0);
      const auto outcomes = codec.encode(picture_source(blank));
      std::vector<double> bins;
      for (const auto& outcome : outcomes.item(2)) bins.push_back(outcome.token);
      for (const float value : codec.decode(bins)) EXPECT_NEAR(value, grey, grey == 0 ? 0 : 12);
    }
  }
}

TEST(ImageCodec, MnistOutcomesAgreeWithTheReference) {
  const auto images = test::golden_images("mnist400", 28, 28, 1);
  const Preparation preparation(28, 28, 1, {.histogram_width = 24});
  // The reference prepares a picture in grey, then stacks it three times.
  const PictureSource stacked{images.count(), 32, 32, 3,
                              [&](std::size_t i, std::span<float> picture) {
                                std::vector<float> prepared(preparation.prepared_size());
                                preparation(as_floats(images.image(i)), prepared);
                                for (std::size_t v = 0; v < picture.size(); ++v)
                                  picture[v] = prepared[v / 3];
                              }};
  const auto codec = ImageCodec::fit(stacked, unprepared(32, 4, 17, 8, 16));
  const auto expected = test::golden_outcomes(test::golden("mnist400")["outcomes"]);
  ASSERT_EQ(codec.num_modalities(), expected.modalities());
  EXPECT_EQ(disagreements(codec.encode(stacked), expected, 17), 0);
}

// With more pictures than values in a tile the basis comes from the other Gram matrix.
TEST(ImageCodec, RepeatedPicturesGiveTheSameBasis) {
  Random random(5);
  Images few{8, 8, 1, {}};
  for (std::size_t p = 0; p < 20 * 64; ++p)
    few.pixels.push_back(static_cast<std::uint8_t>(random.index(256)));
  Images many = few;
  for (int i = 0; i < 9; ++i) append(few, many);
  const auto options = unprepared(8, 4, 9, 3, 1e6);
  const auto one = ImageCodec::fit(picture_source(few), options),
             other = ImageCodec::fit(picture_source(many), options);
  ASSERT_EQ(one.num_modalities(), other.num_modalities());
  for (std::size_t t = 0; t < one.tiles().size(); ++t) {
    const auto &a = one.bases()[t].modes, &b = other.bases()[t].modes;
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a.values()[i], b.values()[i], 1e-3);
  }
}

}  // namespace
}  // namespace rgm
