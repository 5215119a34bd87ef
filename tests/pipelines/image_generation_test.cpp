#include "rgm/pipelines/image_generation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/pipelines/image_evaluation.h"
#include "support/bar_pictures.h"

namespace rgm {
namespace {

constexpr std::size_t kClasses = 3;

const ImageModel& trained(bool tree_per_class) {
  const auto train = [](bool per_class) {
    return train_images(test::bar_pictures(kClasses, 120, 1), test::bar_settings(per_class),
                        test::bar_options())
        .model;
  };
  static const ImageModel per_class = train(true), shared = train(false);
  return tree_per_class ? per_class : shared;
}

/// How many of the pictures the model takes for class k.
std::size_t taken_for(const ImageModel& model, const Images& pictures, int k) {
  const auto predictions = predict(model, picture_source(pictures), 1);
  return static_cast<std::size_t>(
      std::ranges::count_if(predictions, [&](const Prediction& p) { return p.predicted == k; }));
}

/// With a tree for each class, and with one shared tree that has the classes at its root.
class GenerationTest : public testing::TestWithParam<bool> {
 protected:
  const ImageModel& model() const { return trained(GetParam()); }
};

TEST_P(GenerationTest, PicturesAreOfTheirClass) {
  for (std::size_t k = 0; k < kClasses; ++k) {
    const auto pictures = generate(model(), static_cast<int>(k), 40, 7);
    EXPECT_EQ(pictures.height, test::kBarHeight);
    EXPECT_EQ(pictures.width, test::kBarWidth);
    EXPECT_EQ(pictures.channels, 1U);
    ASSERT_EQ(pictures.count(), 40U);
    // The states of a shared tree serve all classes, and its prior counts let a picture be made of
    // others' now and then.
    EXPECT_GE(taken_for(model(), pictures, static_cast<int>(k)), GetParam() ? 38U : 32U);
  }
}

/// Outcomes drawn as bins have too large a variance, for soft bins share a value between two.
TEST_P(GenerationTest, BetweenBinsIsLessNoise) {
  const auto mean_square = [](const Matrix<float>& a, const Matrix<float>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double off = a.values()[i] - b.values()[i];
      sum += off * off;
    }
    return sum;
  };
  const auto expected = generate_values(model(), 0, 60, 7),
             bins = generate_values(model(), 0, 60, 7, {.sample_outcomes = true}),
             between = generate_values(model(), 0, 60, 7,
                                       {.sample_outcomes = true, .between_bins = true});
  EXPECT_LT(mean_square(between, expected), mean_square(bins, expected));
  EXPECT_GT(mean_square(between, expected), 0.1 * mean_square(bins, expected));
}

TEST_P(GenerationTest, ClassesAreDrawnFromTheirPrior) {
  auto skewed = model();
  skewed.class_counts = {1, 1e-9, 3};
  if (skewed.class_at_root()) skewed.trees.front().initial_state_counts = skewed.class_counts;
  const auto pictures = generate(skewed, -1, 400, 8);
  EXPECT_NEAR(static_cast<double>(taken_for(model(), pictures, 0)), 100,
              45);  // five standard deviations
  EXPECT_NEAR(static_cast<double>(taken_for(model(), pictures, 2)), 300, 45);
}

TEST_P(GenerationTest, APictureDependsOnSeedAndNumberOnly) {
  const auto few = generate(model(), -1, 3, 9), many = generate(model(), -1, 6, 9),
             other = generate(model(), -1, 3, 10);
  EXPECT_TRUE(std::ranges::equal(few.pixels, std::span(many.pixels).first(few.pixels.size())));
  EXPECT_NE(few.pixels, other.pixels);
}

TEST_P(GenerationTest, SampledOutcomesAreNoisier) {
  const auto expected = generate(model(), 1, 30, 11),
             sampled = generate(model(), 1, 30, 11, {.sample_outcomes = true});
  const auto roughness = [](const Images& pictures) {
    double sum = 0;
    for (std::size_t i = 1; i < pictures.pixels.size(); ++i)
      sum += std::abs(pictures.pixels[i] - pictures.pixels[i - 1]);
    return sum;
  };
  EXPECT_GT(roughness(sampled), 1.05 * roughness(expected));
}

TEST_P(GenerationTest, ATopStateIsTheMeanOfItsSamples) {
  const bool per_class = GetParam();
  const std::size_t tree = per_class ? 1 : 0, top = model().trees[tree].levels.size() - 1,
                    state = per_class ? 0 : 1;
  auto clamped = model();  // to the state: the other tree states cannot be drawn
  if (per_class) {
    auto& counts = clamped.trees[tree].initial_state_counts;
    std::ranges::fill(counts, 0.0);
    counts[state] = 1;
  }
  const auto samples = generate(clamped, 1, 1000, 12);
  const auto expected = state_picture(model(), tree, top, 0, state);
  for (std::size_t p = 0; p < expected.picture.pixels.size(); ++p) {
    double mean = 0;
    for (std::size_t i = 0; i < samples.count(); ++i)
      mean += samples.image(i)[p] / static_cast<double>(samples.count());
    // Clamping to 0–255 comes before the mean in one and after it in the other.
    EXPECT_NEAR(mean, expected.picture.pixels[p], 20) << "pixel " << p;
  }
}

TEST_P(GenerationTest, AStateIsBlackWhereItsFactorHasNoSay) {
  const auto& tree = model().trees.front();
  ASSERT_GT(tree.levels[0].factors.size(), 1U);
  for (std::size_t f = 0; f < tree.levels[0].factors.size(); ++f) {
    std::vector<bool> reached(test::kBarHeight * test::kBarWidth);
    for (std::size_t g : tree.levels[0].factors[f].modalities)
      for (std::size_t p : model().codec.tiles()[model().codec.tile_of_modality()[g]].pixels)
        reached[p] = true;
    ASSERT_TRUE(std::ranges::count(reached, false) > 0);
    double inside = 0;
    for (std::size_t s = 0; s < tree.levels[0].factors[f].num_states(); ++s) {
      const auto state = state_picture(model(), 0, 0, f, s);
      ASSERT_EQ(state.picture.count(), 1U);
      ASSERT_EQ(state.variance.size(), reached.size());
      for (std::size_t p = 0; p < reached.size(); ++p) {
        EXPECT_GE(state.variance[p], 0);
        if (reached[p]) {
          inside += state.variance[p];
        } else {
          EXPECT_EQ(state.picture.pixels[p], 0);
          EXPECT_EQ(state.variance[p], 0);
        }
      }
    }
    EXPECT_GT(inside, 0);
  }
}

TEST_P(GenerationTest, WrongIndicesAreNamed) {
  const auto& m = model();
  EXPECT_THROW(generate(m, 3, 1, 0), Error);
  EXPECT_THROW(generate(m, -2, 1, 0), Error);
  EXPECT_THROW(state_picture(m, m.trees.size(), 0, 0, 0), Error);
  EXPECT_THROW(state_picture(m, 0, m.trees[0].levels.size(), 0, 0), Error);
  EXPECT_THROW(state_picture(m, 0, 0, 1000, 0), Error);
  EXPECT_THROW(state_picture(m, 0, 0, 0, 100000), Error);
}

INSTANTIATE_TEST_SUITE_P(Trees, GenerationTest, testing::Bool(),
                         [](const auto& trees) { return trees.param ? "PerClass" : "Shared"; });

TEST(GenerationWithoutClassesTest, OneTreeAndNoClass) {
  auto data = test::bar_pictures(kClasses, 60, 2, 3);
  data.labels.clear();
  data.class_names.clear();
  const auto model = train_images(data, test::bar_settings(true), test::bar_options()).model;
  const auto pictures = generate(model, -1, 5, 3);
  EXPECT_EQ(pictures.count(), 5U);
  EXPECT_EQ(pictures.channels, 3U);
  EXPECT_THROW(generate(model, 0, 1, 3), Error);
}

TEST(PreparedPicturesTest, AreThoseOfTheCodec) {
  const auto data = test::bar_pictures(kClasses, 4, 5);
  const auto same = prepared_pictures(trained(true), picture_source(data.images, {2, 0}));
  ASSERT_EQ(same.count(), 2U);  // nothing is resampled, smoothed or equalised here
  EXPECT_TRUE(std::ranges::equal(same.image(0), data.images.image(2)));
  EXPECT_TRUE(std::ranges::equal(same.image(1), data.images.image(0)));
  const Images smaller{4, 4, 1, std::vector<std::uint8_t>(16)};
  EXPECT_THROW(prepared_pictures(trained(true), picture_source(smaller)), Error);
}

}  // namespace
}  // namespace rgm
