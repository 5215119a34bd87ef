#include "rgm/pipelines/picture_completion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "rgm/model/outcomes.h"
#include "rgm/pipelines/image_training.h"
#include "support/bar_pictures.h"
#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;
using test::kBarHeight;
using test::kBarWidth;

constexpr std::size_t kPixels = kBarHeight * kBarWidth;

const ImageModel& bars() {
  static const ImageModel model =
      train_images(test::bar_pictures(3, 150, 1), test::bar_settings(true), test::bar_options())
          .model;
  return model;
}

/// Columns [first, last) are missing.
std::vector<std::uint8_t> columns(std::size_t count, std::size_t first, std::size_t last) {
  std::vector<std::uint8_t> mask(count * kPixels);
  for (std::size_t p = 0; p < mask.size(); ++p)
    mask[p] = p % kBarWidth >= first && p % kBarWidth < last ? 1 : 0;
  return mask;
}

TEST(PictureCompletion, FillsInWhatIsMissingAndKeepsTheRest) {
  const auto data = test::bar_pictures(3, 30, 2);
  const auto source = picture_source(data.images);
  const auto mask = columns(30, 6, 10);  // where all bars of a class agree
  const auto result = complete_pictures(bars(), source, mask, {.threads = 1});
  double error = 0, of_black = 0, outside = 0;
  for (std::size_t i = 0; i < data.images.pixels.size(); ++i) {
    const double truth = data.images.pixels[i], mean = result.mean.values()[i];
    if (mask[i] == 0) {
      EXPECT_EQ(mean, truth);
      EXPECT_EQ(result.variance.values()[i], 0);
      continue;
    }
    error += (mean - truth) * (mean - truth);
    of_black += truth * truth;
    outside += result.variance.values()[i];
  }
  EXPECT_LT(error, 0.05 * of_black);
  EXPECT_GT(outside, 0);
  const auto again = complete_pictures(bars(), source, mask, {.threads = 3});
  EXPECT_TRUE(std::ranges::equal(again.mean.values(), result.mean.values()));
  EXPECT_TRUE(std::ranges::equal(again.variance.values(), result.variance.values()));
}

TEST(PictureCompletion, VarianceSaysHowFarOffItIs) {
  const auto data = test::bar_pictures(3, 60, 2);
  const auto mask = columns(60, 9, 16);  // where bars end, nobody knows where
  const auto result = complete_pictures(bars(), picture_source(data.images), mask);
  double squares = 0, variance = 0;
  for (std::size_t i = 0; i < data.images.pixels.size(); ++i) {
    if (mask[i] == 0) continue;
    const double off = data.images.pixels[i] - result.mean.values()[i];
    squares += off * off;
    variance += result.variance.values()[i];
  }
  EXPECT_GT(variance, squares / 4);
  EXPECT_LT(variance, squares * 4);
}

// Of a model whose trees have one level the posterior can be enumerated: over all classes and
// states, outcome by outcome.

struct Enumerated {
  std::vector<float> picture;
  double log_evidence = 0;
};

Enumerated enumerated(const ImageModel& model, const Outcomes& outcomes) {
  const double total = std::accumulate(model.class_counts.begin(), model.class_counts.end(), 0.0);
  double sum = 0;
  std::vector<double> bins(model.codec.num_modalities());
  for (std::size_t k = 0; k < model.trees.size(); ++k) {
    const auto& tree = model.trees[k];
    const auto& factor = tree.root();
    const auto table = factor.likelihood.expectation();
    const double states =
        std::accumulate(tree.initial_state_counts.begin(), tree.initial_state_counts.end(), 0.0);
    for (std::size_t s = 0; s < factor.num_states(); ++s) {
      double joint = model.class_counts[k] / total * tree.initial_state_counts[s] / states;
      std::vector<double> mean(bins.size());
      for (std::size_t g = 0; g < factor.modalities.size(); ++g) {
        const std::size_t modality = tree.levels[0].modalities[factor.modalities[g]].source;
        const std::size_t offset = factor.likelihood.offset(g);
        for_each_outcome_weight(
            outcomes, 0, modality, model.codec.num_outcomes(),
            [&](std::size_t o, double weight) { joint *= std::pow(table(offset + o, s), weight); });
        for (std::size_t o = 0; o < model.codec.num_outcomes(); ++o)
          mean[modality] += static_cast<double>(o) * table(offset + o, s);
      }
      sum += joint;
      for (std::size_t g = 0; g < bins.size(); ++g) bins[g] += joint * mean[g];
    }
  }
  for (double& b : bins) b /= sum;
  return {model.codec.decode(bins), std::log(sum)};
}

TEST(PictureCompletion, IsThePosteriorExpectation) {
  auto settings = test::bar_settings(true);
  settings.codec.tile_spacing = 8;
  settings.codec.max_modes = 3;
  const auto model =
      train_images(test::bar_pictures(3, 60, 1), settings, test::bar_options()).model;
  ASSERT_EQ(model.trees.front().levels.size(), 1U);
  const auto data = test::bar_pictures(3, 6, 5);
  const auto mask = columns(6, 0, 8);
  const PictureCompletionOptions options{.mask_share = 0.4, .rounds = 2, .threads = 1};
  const auto result = complete_pictures(model, picture_source(data.images), mask, options);
  const std::vector<std::uint8_t> one(mask.begin(), mask.begin() + kPixels);
  const auto shares = model.codec.modalities_touching(one);
  for (std::size_t i = 0; i < 6; ++i) {
    std::vector<float> picture(data.images.image(i).begin(), data.images.image(i).end());
    Outcomes outcomes(1, model.codec.num_modalities());
    Enumerated expected = enumerated(model, outcomes);
    for (std::size_t round = 0; round < options.rounds; ++round) {
      for (std::size_t p = 0; p < kPixels; ++p)
        if (one[p] != 0) picture[p] = expected.picture[p];
      model.codec.encode(picture, outcomes.item(0));
      std::size_t hidden = 0;
      for (std::size_t g = 0; g < shares.size(); ++g)
        if (shares[g] > options.mask_share) {
          outcomes(0, g) = Outcome{};
          ++hidden;
        }
      ASSERT_GT(hidden, 0U);
      ASSERT_LT(hidden, shares.size());
      expected = enumerated(model, outcomes);
    }
    EXPECT_NEAR(result.log_evidence[i], expected.log_evidence, 1e-6);
    for (std::size_t p = 0; p < kPixels; ++p)
      EXPECT_NEAR(result.mean(i, p), one[p] != 0 ? expected.picture[p] : picture[p], 1e-2);
  }
}

TEST(PictureCompletion, OfOtherSizesAndAllMissing) {
  auto settings = test::bar_settings(true);
  settings.codec.preparation = {24, 20, 1, 0};
  const auto model =
      train_images(test::bar_pictures(3, 60, 1, 3), settings, test::bar_options()).model;
  const auto data = test::bar_pictures(3, 3, 5, 3);
  const auto source = picture_source(data.images);
  const auto result = complete_pictures(model, source, columns(3, 0, kBarWidth));
  EXPECT_EQ(result.mean.cols(), 3 * kPixels);
  for (std::size_t v = 0; v < result.mean.cols(); ++v)
    EXPECT_EQ(result.mean(0, v), result.mean(2, v));  // what it expects of any
  EXPECT_NEAR(result.log_evidence[0], 0, 1e-9);
  const auto known = complete_pictures(model, source, columns(3, 0, 0));
  EXPECT_TRUE(std::ranges::equal(known.mean.values(), data.images.pixels));
}

TEST(PictureCompletion, RefusesWhatDoesNotFit) {
  const auto data = test::bar_pictures(3, 3, 5);
  const auto source = picture_source(data.images);
  const auto refused = [&](const std::vector<std::uint8_t>& mask,
                           const PictureCompletionOptions& options) {
    return error_of([&] { complete_pictures(bars(), source, mask, options); });
  };
  EXPECT_NE(refused(columns(2, 0, 4), {}).find("missing"), std::string::npos);
  EXPECT_NE(refused(columns(3, 0, 4), {.rounds = 0}).find("rounds"), std::string::npos);
  EXPECT_NE(refused(columns(3, 0, 4), {.mask_share = 2}).find("mask_share"), std::string::npos);
  const auto colours = test::bar_pictures(3, 3, 5, 3);
  EXPECT_NE(error_of([&] {
              complete_pictures(bars(), picture_source(colours.images), columns(3, 0, 4));
            }).find("expected pictures of"),
            std::string::npos);
}

}  // namespace
}  // namespace rgm
