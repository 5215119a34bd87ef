#include "rgm/codec/picture_loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "rgm/base/random.h"
#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

constexpr std::size_t kSide = 8;

/// Pictures of one bright row.
Images rows(std::size_t count) {
  Images images{kSide, kSide, 1, std::vector<std::uint8_t>(count * kSide * kSide)};
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t x = 0; x < kSide; ++x)
      images.image(i)[(i % kSide) * kSide + x] = static_cast<std::uint8_t>(150 + i % 100);
  return images;
}

Images noise(std::size_t count) {
  Images images{kSide, kSide, 1, std::vector<std::uint8_t>(count * kSide * kSide)};
  Random random(1);
  for (auto& value : images.pixels) value = static_cast<std::uint8_t>(random.index(256));
  return images;
}

ImageCodec codec_of_rows(bool soft) {
  CodecOptions options;
  options.preparation = {kSide, kSide, 0, 0};
  options.tile_spacing = 4;
  options.bins = 33;
  options.max_modes = 16;
  options.mode_price = 1000;
  options.soft_bins = soft;
  const auto images = rows(200);
  return ImageCodec::fit(picture_source(images), options, 1);
}

TEST(PictureLoss, IsTheDistanceOfWhatIsGivenBack) {
  for (const bool soft : {true, false}) {
    const auto codec = codec_of_rows(soft);
    auto images = rows(150);  // several batches
    append(noise(3), images);
    const auto source = picture_source(images);
    const auto outcomes = codec.encode(source, 1);
    const auto losses = picture_losses(codec, source, outcomes, 1);
    ASSERT_EQ(losses.size(), images.count());
    for (std::size_t i = 0; i < images.count(); i += 17) {
      std::vector<double> bins;
      for (const Outcome o : outcomes.item(i)) bins.push_back(o.token + o.upper_weight());
      const auto back = codec.decode(bins);
      double squares = 0;
      for (std::size_t v = 0; v < back.size(); ++v)
        squares += std::pow(back[v] - images.image(i)[v], 2);
      EXPECT_NEAR(losses[i], std::sqrt(squares / kSide / kSide), 1e-3) << i;
    }
    for (std::size_t i = 0; i < 150; ++i) EXPECT_LT(losses[i], 10) << i;
    for (std::size_t i = 150; i < 153; ++i) EXPECT_GT(losses[i], 50) << i;
    EXPECT_EQ(picture_losses(codec, source, outcomes, 3), losses);
  }
}

TEST(PictureLoss, TakesOutcomesOfEveryForm) {
  const auto codec = codec_of_rows(false);
  const auto images = rows(1);
  const auto source = picture_source(images);
  auto outcomes = codec.encode(source, 1);
  const auto hard = picture_losses(codec, source, outcomes, 1);
  std::vector<double> weights(codec.num_outcomes(), 0.0);
  weights[outcomes(0, 0).token] = 2;
  outcomes.set_soft(0, 0, weights);
  EXPECT_EQ(picture_losses(codec, source, outcomes, 1), hard);
  for (auto& outcome : outcomes.item(0)) outcome = {};  // missing: the middle, that is nothing
  double squares = 0;
  for (const auto v : images.pixels) squares += std::pow(v, 2);
  EXPECT_NEAR(picture_losses(codec, source, outcomes, 1)[0], std::sqrt(squares / kSide / kSide),
              1e-3);
}

TEST(PictureLoss, NamesOutcomesOfOtherPictures) {
  const auto codec = codec_of_rows(true);
  const auto images = rows(2);
  EXPECT_NE(error_of([&] {
              picture_losses(codec, picture_source(images), Outcomes(1, codec.num_modalities()));
            }).find("outcomes: expected 2 items"),
            std::string::npos);
}

}  // namespace
}  // namespace rgm
