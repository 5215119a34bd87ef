#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/codec/voxels.h"
#include "support/golden.h"

// The codec on voxels of video: two frames as one picture of six channels.

namespace rgm {
namespace {

constexpr std::size_t kFrames = 2;  // a voxel

CodecOptions video_options(CodecBasis basis, std::size_t max_modes) {
  CodecOptions options;
  options.preparation = {32, 32, 0, 0};
  options.tile_spacing = 8;
  options.bins = 9;
  options.max_modes = max_modes;
  options.mode_price = 32;
  options.basis = basis;
  options.frames_per_voxel = kFrames;
  return options;
}

double position(Outcome outcome) { return outcome.token + outcome.upper_weight(); }

Matrix<double> mean_bins(const Outcomes& outcomes) {
  Matrix<double> bins(outcomes.items(), outcomes.modalities());
  for (std::size_t i = 0; i < bins.rows(); ++i)
    std::ranges::transform(outcomes.item(i), bins.row(i).begin(), position);
  return bins;
}

class Video : public testing::Test {
 protected:
  /// Root mean square of what is lost by encoding and decoding.
  double loss(const ImageCodec& codec) const {
    const auto decoded = codec.decode(mean_bins(codec.encode(source)));
    std::vector<float> voxel(source.picture_size());
    double square = 0;
    for (std::size_t i = 0; i < source.count; ++i) {
      source.read(i, voxel);
      for (std::size_t v = 0; v < voxel.size(); ++v)
        square += std::pow(static_cast<double>(voxel[v] - decoded(i, v)), 2);
    }
    return std::sqrt(square / static_cast<double>(decoded.size()));
  }

  const Images frames = test::golden_images("video32", 32, 32, 3);
  const PictureSource source = voxel_source(frames, kFrames);
};

TEST_F(Video, MoreModesLoseLess) {
  for (const auto basis : {CodecBasis::kSingularVectors, CodecBasis::kCosines}) {
    double previous = 1e9;
    for (std::size_t modes : {2, 8, 16, 64}) {
      const double now = loss(ImageCodec::fit(source, video_options(basis, modes)));
      EXPECT_LT(now, 0.95 * previous) << modes << " modes";
      previous = now;
      if (basis == CodecBasis::kSingularVectors && modes == 16)
        break;  // of few voxels: hardly anything is left
    }
    EXPECT_LT(previous, basis == CodecBasis::kCosines ? 10 : 2);
  }
}

TEST_F(Video, CosinesAreOrthonormalAndDoNotDependOnThePictures) {
  const auto codec = ImageCodec::fit(source, video_options(CodecBasis::kCosines, 40));
  Images noise = frames;
  Random random(1);
  for (auto& p : noise.pixels) p = static_cast<std::uint8_t>(random.index(256));
  const auto other = ImageCodec::fit(voxel_source(noise, kFrames), codec.options());
  EXPECT_NE(codec.ranges(), other.ranges());
  for (std::size_t t = 0; t < codec.tiles().size(); ++t) {
    const auto& modes = codec.basis(t).modes;
    EXPECT_EQ(modes, other.basis(t).modes);
    ASSERT_EQ(modes.rows(), 40U);
    for (std::size_t a = 0; a < modes.rows(); ++a)
      for (std::size_t b = 0; b <= a; ++b) {
        double product = 0;
        for (std::size_t v = 0; v < modes.cols(); ++v)
          product += static_cast<double>(modes(a, v)) * modes(b, v);
        ASSERT_NEAR(product, a == b ? 1 : 0, 1e-5);
      }
  }
}

TEST(Cosines, SmallTilesHaveNoMoreThanTheyHaveValues) {
  const Images dots{2, 2, 1, {0, 50, 100, 255, 255, 100, 50, 0}};
  auto options = video_options(CodecBasis::kCosines, 100);
  options.preparation = {2, 2, 0, 0};
  options.frames_per_voxel = 1;
  const auto codec = ImageCodec::fit(picture_source(dots), options);
  ASSERT_EQ(codec.tiles().size(), 1U);
  EXPECT_EQ(codec.num_modalities(), 4U);
  const auto decoded = codec.decode(mean_bins(codec.encode(picture_source(dots))));
  for (std::size_t v = 0; v < decoded.size(); ++v)
    EXPECT_NEAR(decoded.values()[v], dots.pixels[v], 0.1);
}

TEST_F(Video, OnePictureAtATimeGivesTheSameOutcomes) {
  const auto codec = ImageCodec::fit(source, video_options(CodecBasis::kSingularVectors, 16));
  const auto outcomes = codec.encode(source);
  std::vector<float> voxel(source.picture_size());
  std::vector<Outcome> one(codec.num_modalities());
  for (std::size_t i = 0; i < source.count; ++i) {
    source.read(i, voxel);
    codec.encode(voxel, one);
    for (std::size_t g = 0; g < one.size(); ++g)
      ASSERT_NEAR(position(one[g]), position(outcomes(i, g)), 1e-3);
  }
  EXPECT_THROW(codec.encode(voxel, std::span(one).first(3)), Error);
  EXPECT_THROW(codec.encode(std::span(voxel).first(3), one), Error);
}

TEST_F(Video, ManyPicturesDecodeAsEachDoes) {
  const auto codec = ImageCodec::fit(source, video_options(CodecBasis::kSingularVectors, 16));
  const auto bins = mean_bins(codec.encode(source));
  for (int threads : {1, 3}) {
    const auto decoded = codec.decode(bins, threads);
    ASSERT_EQ(decoded.rows(), source.count);
    for (std::size_t i = 0; i < bins.rows(); ++i)
      ASSERT_TRUE(std::ranges::equal(codec.decode(bins.row(i)), decoded.row(i)));
  }
  EXPECT_THROW(codec.decode(Matrix<double>(2, 3)), Error);
}

TEST_F(Video, FitsToAnEvenSample) {
  auto options = video_options(CodecBasis::kSingularVectors, 8);
  const auto all = ImageCodec::fit(source, options);
  for (std::size_t most : {source.count, source.count + 1}) {
    options.max_fit_pictures = most;
    EXPECT_EQ(ImageCodec::fit(source, options).bases()[0].modes, all.bases()[0].modes);
  }
  options.max_fit_pictures = source.count / 2;
  const auto half = ImageCodec::fit(source, options);
  PictureSource every_other = source;
  every_other.count = source.count / 2;
  every_other.read = [this](std::size_t i, std::span<float> voxel) { source.read(2 * i, voxel); };
  options.max_fit_pictures = 0;
  const auto expected = ImageCodec::fit(every_other, options);
  for (std::size_t t = 0; t < half.tiles().size(); ++t) {
    EXPECT_EQ(half.bases()[t].modes, expected.bases()[t].modes);
  }
}

TEST_F(Video, MasksTouchModalitiesAsFarAsTheyCoverTheirTiles) {
  const auto codec = ImageCodec::fit(source, video_options(CodecBasis::kSingularVectors, 8));
  std::vector<std::uint8_t> mask(32 * 32);
  for (double share : codec.modalities_touching(mask)) EXPECT_EQ(share, 0);
  for (std::size_t p = 0; p < mask.size(); ++p) mask[p] = p % 32 < 12;  // the left
  const auto left = codec.modalities_touching(mask);
  for (auto& m : mask) m = m == 0;
  const auto right = codec.modalities_touching(mask);
  ASSERT_EQ(left.size(), codec.num_modalities());
  for (std::size_t g = 0; g < left.size(); ++g) {
    EXPECT_NEAR(left[g] + right[g], 1, 1e-9);
    const auto& tile = codec.tiles()[codec.tile_of_modality()[g]];
    if (tile.column < 6) {
      EXPECT_GT(left[g], 0.8);
    }
    if (tile.column > 26) {
      EXPECT_LT(left[g], 0.01);
    }
  }
  // What is under the mask matters to a modality no more than its share says.
  std::vector<float> voxel(source.picture_size()), other = voxel;
  source.read(3, voxel);
  other = voxel;
  for (std::size_t p = 0; p < mask.size(); ++p)
    for (std::size_t c = 0; c < 6 && mask[p] != 0; ++c) other[p * 6 + c] = 0;
  const auto before = codec.variates(voxel), after = codec.variates(other);
  for (std::size_t g = 0; g < right.size(); ++g)
    EXPECT_LE(std::abs(before[g] - after[g]),
              std::sqrt(right[g]) * 255 * std::sqrt(static_cast<double>(voxel.size())));
  EXPECT_THROW(codec.modalities_touching(std::span(mask).first(5)), Error);
}

TEST_F(Video, ChannelsAreThoseOfItsFrames) {
  auto options = video_options(CodecBasis::kSingularVectors, 8);
  for (std::size_t frames_per_voxel : {0, 1, 3}) {
    options.frames_per_voxel = frames_per_voxel;
    EXPECT_THROW(ImageCodec::fit(source, options), Error) << frames_per_voxel;
  }
}

TEST_F(Video, ThreadsDoNotMatter) {
  for (const auto basis : {CodecBasis::kSingularVectors, CodecBasis::kCosines}) {
    const auto options = video_options(basis, 8);
    const auto one = ImageCodec::fit(source, options, 1),
               three = ImageCodec::fit(source, options, 3);
    EXPECT_EQ(one.bases(), three.bases());
    EXPECT_EQ(one.ranges(), three.ranges());
  }
}

}  // namespace
}  // namespace rgm
