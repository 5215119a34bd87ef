#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "codec/basis.h"
#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/codec/voxels.h"
#include "support/error_of.h"
#include "support/golden.h"

// Modes that take little room, the parts that a file keeps, and fits in bands of rows.

namespace rgm {
namespace {

using test::error_of;

CodecOptions compact_options(std::size_t max_modes = 16) {
  CodecOptions options;
  options.preparation = {32, 32, 0, 0};
  options.tile_spacing = 8;
  options.bins = 9;
  options.max_modes = max_modes;
  options.mode_price = 32;
  options.soft_bins = false;
  options.compact = true;
  options.frames_per_voxel = 2;
  return options;
}

Matrix<double> bins_of(const Outcomes& outcomes) {
  Matrix<double> bins(outcomes.items(), outcomes.modalities());
  for (std::size_t i = 0; i < bins.rows(); ++i)
    std::ranges::transform(outcomes.item(i), bins.row(i).begin(),
                           [](Outcome o) { return o.token + o.upper_weight(); });
  return bins;
}

class Compact : public testing::Test {
 protected:
  double mean_square(const ImageCodec& some) const {
    const auto decoded = some.decode(bins_of(some.encode(source)));
    std::vector<float> voxel(source.picture_size());
    double square = 0;
    for (std::size_t i = 0; i < source.count; ++i) {
      source.read(i, voxel);
      for (std::size_t v = 0; v < voxel.size(); ++v)
        square += std::pow(static_cast<double>(voxel[v] - decoded(i, v)), 2);
    }
    return square / static_cast<double>(decoded.size());
  }
  /// Bytes of all modes.
  static std::size_t bytes(const ImageCodec& some) {
    std::size_t result = 0;
    for (const auto& basis : some.bases())
      result += 4 * basis.modes.size() + basis.coarse.size() + basis.fine.size();
    return result;
  }

  const Images frames = test::golden_images("video32", 32, 32, 3);
  const PictureSource source = voxel_source(frames, 2);
  const ImageCodec codec = ImageCodec::fit(source, compact_options());
};

TEST_F(Compact, TakesLessRoomAndLosesNoMore) {
  auto options = compact_options(6);
  const auto small = ImageCodec::fit(source, options);
  options.compact = false;
  const auto full = ImageCodec::fit(source, options);
  EXPECT_LT(3.5 * static_cast<double>(bytes(small)), static_cast<double>(bytes(full)));
  EXPECT_LT(mean_square(small), mean_square(full) * std::pow(10, 0.005));  // 0.05 dB
}

TEST_F(Compact, FromPartsGivesTheSameBits) {
  const auto again =
      ImageCodec::from_parts(32, 32, 6, codec.options(), codec.bases(), codec.ranges());
  EXPECT_NO_THROW(check_same_outcomes(codec, again));
  const auto outcomes = codec.encode(source), others = again.encode(source);
  for (std::size_t i = 0; i < source.count; ++i)
    ASSERT_TRUE(std::ranges::equal(outcomes.item(i), others.item(i)));
  const auto bins = bins_of(outcomes);
  EXPECT_EQ(codec.decode(bins), again.decode(bins));
}

TEST(Codec, TilesWithoutModesAreEqualHoweverTheyAreEmpty) {
  Images frames{8, 64, 3, std::vector<std::uint8_t>(4 * 8 * 64 * 3)};
  Random random(1);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t y = 0; y < 8; ++y)
      for (std::size_t v = 0; v < 8 * 3; ++v)  // the left alone
        frames.image(i)[y * 64 * 3 + v] = static_cast<std::uint8_t>(random.index(256));
  auto options = compact_options(2);
  options.preparation = {8, 64, 0, 0};
  options.frames_per_voxel = 1;
  for (const bool compact : {false, true}) {
    options.compact = compact;
    const auto codec = ImageCodec::fit(picture_source(frames), options);
    auto bases = codec.bases();
    ASSERT_EQ(bases.back().num_modes(), 0U);
    bases.back().modes = Matrix<float>(0, 7);
    bases.back().fine = Matrix<std::uint8_t>(0, 9);
    const auto again = ImageCodec::from_parts(8, 64, 3, options, bases, codec.ranges());
    EXPECT_NO_THROW(check_same_outcomes(codec, again));
  }
}

TEST_F(Compact, ThreadsDoNotMatter) {
  for (int threads : {1, 3}) {
    const auto other = ImageCodec::fit(source, codec.options(), threads);
    EXPECT_EQ(other.bases(), codec.bases());
    EXPECT_EQ(other.ranges(), codec.ranges());
  }
}

TEST_F(Compact, WhatIsDecodedIsDecodedAgain) {
  // Bins in the middle of the scale, so that nothing is clamped and variates stay on their levels.
  auto options = compact_options(1);
  options.tile_spacing = 32;  // one tile: modes of several overlap
  const auto one = ImageCodec::fit(source, options);
  ASSERT_EQ(one.num_modalities(), 1U);
  for (const double bin : {4.0, 5.0, 6.0}) {
    const auto picture =
        one.decode(std::vector<double>{one.basis(0).coarse(0, 0) > 128 ? bin : 8 - bin});
    std::vector<Outcome> outcome(1);
    one.encode(picture, outcome);
    EXPECT_EQ(one.decode(std::vector<double>{static_cast<double>(outcome[0].token)}), picture);
  }
}

TEST_F(Compact, VarianceAndTouchedModalitiesAreThoseOfItsModes) {
  std::vector<double> middle(codec.num_modalities(), 4.0), variance(middle.size());
  auto more = middle;
  more[0] += codec.basis(0).coarse(0, 0) > 128 ? 1 : -1;  // all of one sign: nothing is clamped
  variance[0] = 1;
  const auto decoded = codec.decode(more), spread = codec.decode_variance(variance);
  for (std::size_t p = 0; p < decoded.size(); ++p)
    ASSERT_NEAR(decoded[p] * decoded[p], spread[p], 1e-2);
  std::vector<std::uint8_t> mask(32 * 32, 1);
  for (double share : codec.modalities_touching(mask)) EXPECT_EQ(share, 1);
  mask.assign(mask.size(), 0);
  for (double share : codec.modalities_touching(mask)) EXPECT_EQ(share, 0);
}

TEST_F(Compact, BandsOfRowsGiveTheSameBits) {
  for (const bool compact : {false, true}) {
    auto options = compact_options();
    options.compact = compact;
    const Preparation preparation(32, 32, 6, options.preparation);
    const auto tiles = make_tiles(32, 32, 8, compact ? TileCut::kBefore : TileCut::kAfter);
    std::size_t reads = 0;
    PictureSource counted = source;
    counted.read = [&](std::size_t i, std::span<float> voxel) {
      ++reads;
      source.read(i, voxel);
    };
    const auto fit = [&](std::size_t memory) {
      reads = 0;
      return codec::singular_vectors(
          counted, preparation, tiles, options, 1, [](std::size_t) {}, memory);
    };
    const auto whole = fit(std::size_t{1} << 30);
    EXPECT_EQ(reads, source.count);
    for (const std::size_t memory : {std::size_t{1}, std::size_t{200'000}}) {
      EXPECT_EQ(fit(memory), whole);
      EXPECT_GT(reads, 2 * source.count);
    }
  }
}

TEST(Cosines, AreOnceForAllTilesOfAShape) {
  Images frames{8, 160, 1, {}};
  Random random(3);
  for (std::size_t p = 0; p < 2 * 8 * 160; ++p)
    frames.pixels.push_back(static_cast<std::uint8_t>(random.index(256)));
  auto options = compact_options(4);
  options.preparation = {8, 160, 0, 0};
  options.frames_per_voxel = 1;
  options.basis = CodecBasis::kCosines;
  options.compact = false;
  const auto full = ImageCodec::fit(picture_source(frames), options);
  for (const bool compact : {false, true}) {  // no matter
    options.compact = compact;
    const auto codec = ImageCodec::fit(picture_source(frames), options);
    EXPECT_NO_THROW(check_same_outcomes(codec, full));
    EXPECT_EQ(codec.tiles().size(), 20U);
    EXPECT_LE(codec.bases().size(), 12U);
    for (std::size_t t = 0; t < codec.tiles().size(); ++t)
      EXPECT_EQ(codec.basis(t).modes, codec::cosines(codec.tiles()[t], 160, 1, options));
    const auto again = ImageCodec::from_parts(8, 160, 1, options, {}, codec.ranges());
    EXPECT_NO_THROW(check_same_outcomes(codec, again));
    EXPECT_EQ(error_of([&] {
                ImageCodec::from_parts(8, 160, 1, options, codec.bases(), codec.ranges());
              }).substr(0, 33),
              "codec: bases: expected 0, got " + std::to_string(codec.bases().size()));
  }
}

TEST_F(Compact, HostilePartsAreRefused) {
  const auto error = [&](auto change) {
    auto options = codec.options();
    auto bases = codec.bases();
    auto ranges = codec.ranges();
    change(options, bases, ranges);
    return error_of([&] { ImageCodec::from_parts(32, 32, 6, options, bases, ranges); });
  };
  using O = CodecOptions;
  using B = std::vector<TileBasis>;
  using R = std::vector<float>;
  EXPECT_EQ(error([](O&, B&, R&) {}), "");
  EXPECT_NE(error([](O&, B& b, R&) { b.pop_back(); }).find("expected 16, got 15"),
            std::string::npos);
  EXPECT_NE(error([](O&, B& b, R&) { std::swap(b[0], b[5]); }).find("codec: tile 0: coarse"),
            std::string::npos);
  EXPECT_NE(error([](O&, B& b, R&) { b[7].scales[0] = 1; }).find("codec: tile 7: scales"),
            std::string::npos);
  EXPECT_EQ(error([](O& o, B&, R&) { o.compact = false; }),
            "codec: tile 0: expected modes as floats");
  EXPECT_EQ(error([](O&, B& b, R&) {
              Matrix<float> modes;
              b[3].expand(0, b[3].coarse.cols(), modes);
              b[3] = {modes, {}, {}, {}};
            }),
            "codec: tile 3: expected modes in bytes");
  EXPECT_NE(error([](O&, B&, R& r) { r.pop_back(); }).find("codec: ranges: expected"),
            std::string::npos);
  for (const float range : {-1.0F, std::nanf(""), std::numeric_limits<float>::infinity()})
    EXPECT_NE(error([&](O&, B&, R& r) { r[2] = range; }).find("codec: ranges: expected 0 to"),
              std::string::npos);
  // Sizes that would take much memory, before anything is made.
  EXPECT_NE(error([](O& o, B&, R&) { o.tile_spacing = 1e-9; }).find("tile_spacing"),
            std::string::npos);
  EXPECT_NE(error([](O& o, B&, R&) { o.tile_spacing = 0; }).find("tile_spacing"),
            std::string::npos);
  EXPECT_NE(error([](O& o, B&, R&) {
              o.preparation.height = o.preparation.width = 2000;
            }).find("expected more modes"),
            std::string::npos);
  EXPECT_NE(error([](O& o, B&, R&) {
              o.basis = CodecBasis::kCosines;
              o.preparation.height = o.preparation.width = std::size_t{1} << 40;
            }).find("are too large"),
            std::string::npos);
}

}  // namespace
}  // namespace rgm
