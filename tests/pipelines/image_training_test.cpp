#include "rgm/pipelines/image_training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/pipelines/image_evaluation.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"
#include "support/bar_pictures.h"
#include "support/learning_support.h"

namespace rgm {
namespace {

using test::bar_options;
using test::bar_pictures;
using test::bar_settings;
using test::error_of;

constexpr std::size_t kClasses = 4, kPictures = 240;

enum class Style { kSharedOnline, kSharedBatch, kPerClass, kContrastive, kColour, kAffineCopies };

void PrintTo(Style style, std::ostream* out) {
  constexpr const char* kNames[] = {"SharedOnline", "SharedBatch", "PerClass",
                                    "Contrastive",  "Colour",      "AffineCopies"};
  *out << kNames[static_cast<std::size_t>(style)];
}

ImageSettings settings_of(Style style) {
  auto settings = bar_settings(style != Style::kSharedOnline && style != Style::kSharedBatch);
  settings.online = style == Style::kSharedOnline;
  settings.contrastive_passes = style == Style::kContrastive ? 2 : 0;
  settings.contrastive_updates = 3;
  settings.affine_copies = style == Style::kAffineCopies ? 2 : 0;
  settings.codec.soft_bins = style != Style::kSharedOnline;
  return settings;
}

/// Bars with noise on every pixel.
LabelledImages noisy_bars(std::size_t count, std::uint64_t seed, std::size_t channels = 1) {
  auto data = bar_pictures(kClasses, count, seed, channels);
  Random random(seed + 1000);
  for (auto& value : data.images.pixels)
    value = static_cast<std::uint8_t>(std::min<std::size_t>(255, value + random.index(60)));
  return data;
}

class StyleTest : public testing::TestWithParam<Style> {
 protected:
  LabelledImages data_ = noisy_bars(kPictures, 1, GetParam() == Style::kColour ? 3 : 1);
  LabelledImages unseen_ = noisy_bars(100, 2, GetParam() == Style::kColour ? 3 : 1);
  ImageSettings settings_ = settings_of(GetParam());
};

TEST_P(StyleTest, LearnsToTellTheClasses) {
  const auto result = train_images(data_, settings_, bar_options());
  const auto evaluation = evaluate(result.model, unseen_, 1);
  EXPECT_GT(evaluation.accuracy, 0.9);
  EXPECT_EQ(result.model.trees.size(), settings_.tree_per_class ? kClasses : 1U);
  EXPECT_EQ(result.model.class_at_root(), !settings_.tree_per_class);
  EXPECT_EQ(result.log_evidence.size(), settings_.online ? 0U : settings_.passes);
  for (std::size_t pass = 1; pass < result.log_evidence.size(); ++pass)
    EXPECT_GT(result.log_evidence[pass],
              result.log_evidence[pass - 1] - 0.1);  // the prior has a say, too
  EXPECT_EQ(result.image_updates,
            kPictures * (settings_.online ? 1 : settings_.passes * (1 + settings_.affine_copies)));
  EXPECT_EQ(result.model.class_counts, std::vector<double>(kClasses, kPictures / kClasses));
  const auto& provenance = result.model.provenance;
  EXPECT_EQ(provenance.units_seen, kPictures);
  EXPECT_EQ(provenance.settings, to_toml(settings_));
  EXPECT_EQ(provenance.data_set, bar_options().data_set);
}

TEST_P(StyleTest, SameSeedGivesTheSameBytesForAnyNumberOfThreads) {
  auto options = bar_options();
  options.seed = 7;
  const auto once = encode_model(train_images(data_, settings_, options).model);
  options.threads = 2;
  EXPECT_TRUE(encode_model(train_images(data_, settings_, options).model) == once);
  options.seed = 8;
  const auto other = train_images(data_, settings_, options).model;
  EXPECT_EQ(other.trees == parse_model_as<ImageModel>(once, "once").trees,
            false);  // other exemplars
}

TEST_P(StyleTest, CheckpointsAreWholeModels) {
  auto options = bar_options();
  std::vector<double> accuracies;
  options.checkpoint = [&](const ImageModel& model) {
    const auto read = parse_model_as<ImageModel>(encode_model(model), "checkpoint");
    EXPECT_TRUE(read.trees == model.trees);
    accuracies.push_back(evaluate(read, unseen_, 1).accuracy);
  };
  train_images(data_, settings_, options);
  // After every pass but the last; before each contrastive pass as well. Online, one every 10,000
  // images.
  EXPECT_EQ(accuracies.size(),
            settings_.online ? 0U : settings_.passes - 1 + settings_.contrastive_passes);
  for (const double accuracy : accuracies) EXPECT_GT(accuracy, 0.9);
}

TEST_P(StyleTest, StopsWhereProgressAsksItTo) {
  std::vector<std::string> stages;
  auto options = bar_options();
  options.progress = [&](std::string_view stage, std::size_t done, std::size_t total) {
    EXPECT_LE(done, total) << stage;
    if (stages.empty() || stages.back() != stage) stages.emplace_back(stage);
  };
  train_images(data_, settings_, options);
  EXPECT_GE(stages.size(), 3U);
  for (const auto& last : stages) {
    options.progress = [&](std::string_view stage, std::size_t, std::size_t) {
      if (stage == last) throw Interrupted();
    };
    EXPECT_THROW(train_images(data_, settings_, options), Interrupted) << last;
  }
}

INSTANTIATE_TEST_SUITE_P(Styles, StyleTest,
                         testing::Values(Style::kSharedOnline, Style::kSharedBatch,
                                         Style::kPerClass, Style::kContrastive, Style::kColour,
                                         Style::kAffineCopies),
                         testing::PrintToStringParamName());

TEST(TrainImages, UnlabelledPicturesGiveOneTreeWithoutClasses) {
  auto data = noisy_bars(kPictures, 1);
  data.labels.clear();
  data.class_names.clear();
  for (const bool online : {false, true}) {
    auto settings = bar_settings(!online);
    settings.online = online;
    settings.exemplars = 30;
    const auto model = train_images(data, settings, bar_options()).model;
    EXPECT_EQ(model.trees.size(), 1U);
    EXPECT_EQ(model.num_classes(), 0U);
    // Pictures like those that it learnt are likelier than pictures of noise.
    const auto pictures = noisy_bars(20, 3);
    const auto bars = predict(model, picture_source(pictures.images), 1);
    auto noise = noisy_bars(20, 3).images;
    Random random(4);
    for (auto& value : noise.pixels) value = static_cast<std::uint8_t>(random.index(256));
    const auto unlike = predict(model, picture_source(noise), 1);
    for (std::size_t i = 0; i < 20; ++i) {
      EXPECT_EQ(bars[i].predicted, -1);
      EXPECT_TRUE(bars[i].probabilities.empty());
      EXPECT_GT(bars[i].log_evidence, unlike[i].log_evidence);
    }
  }
}

TEST(TrainImages, LearnsFromAsManyImagesAsItIsTold) {
  auto settings = bar_settings(true);
  settings.train_images = 60;
  const auto data = noisy_bars(kPictures, 1);
  auto first = data;
  first.images.pixels.resize(60 * first.images.pixels_per_image());
  first.labels.resize(60);
  const auto of_all = train_images(data, settings, bar_options()).model;
  EXPECT_TRUE(encode_model(of_all) ==
              encode_model(train_images(first, settings, bar_options()).model));
  EXPECT_EQ(of_all.provenance.units_seen, 60U);
}

TEST(TrainImages, FewerImagesThanExemplarsAreEnough) {
  auto settings = bar_settings(true);
  settings.exemplars = 1000;
  EXPECT_GT(evaluate(train_images(noisy_bars(kPictures, 1), settings, bar_options()).model,
                     noisy_bars(100, 2), 1)
                .accuracy,
            0.9);
  EXPECT_NO_THROW(train_images(noisy_bars(kClasses, 1), settings, bar_options()));
}

TEST(TrainImages, RefusesBadData) {
  const auto good = noisy_bars(40, 1);
  const auto settings = bar_settings(true);
  const auto error = [&](auto change) {
    auto data = good;
    change(data);
    return error_of([&] { train_images(data, settings, bar_options()); });
  };
  const auto none = [](LabelledImages&) {};
  EXPECT_EQ(error(none), "");
  EXPECT_EQ(error([](LabelledImages& d) { d = {}; }),
            "training: expected at least one image, got none");
  EXPECT_EQ(error([](LabelledImages& d) { d.labels.pop_back(); }),
            "training: labels: expected one for each of 40 images, got 39");
  EXPECT_EQ(error([](LabelledImages& d) { d.class_names.push_back("empty"); }),
            "training: class empty: expected at least one image among the first 40, got none");
  for (const int bad : {-1, 4, 1000000})
    EXPECT_EQ(
        error([&](LabelledImages& d) { d.labels[39] = bad; }),
        "training: label: expected 0 to 3 as there are class names, got " + std::to_string(bad));
  EXPECT_NE(error([](LabelledImages& d) { d.class_names.clear(); }), "");
  EXPECT_NE(error([](LabelledImages& d) {
              d.class_names.resize(1);
              std::ranges::fill(d.labels, 0);
            }).find("at least two classes"),
            std::string::npos);

  auto contrastive = settings;
  contrastive.contrastive_passes = 1;
  auto unlabelled = good;
  unlabelled.labels.clear();
  EXPECT_NE(error_of([&] {
              train_images(unlabelled, contrastive, bar_options());
            }).find("contrastive.passes"),
            std::string::npos);

  auto options = bar_options();
  const auto colour = noisy_bars(4, 1, 3).images;
  options.codec_images = &colour;
  EXPECT_NE(error_of([&] { train_images(good, settings, options); }).find("codec_images"),
            std::string::npos);
}

TEST(TrainImages, UsesTheCodecThatItIsGiven) {
  const auto data = bar_pictures(3, 60, 1);
  auto settings = bar_settings(true);
  const auto model = train_images(data, settings, bar_options()).model;
  auto options = bar_options();
  options.codec = &model.codec;
  EXPECT_TRUE(encode_model(train_images(data, settings, options).model) == encode_model(model));
  settings.codec.bins = 9;
  EXPECT_NE(error_of([&] { train_images(data, settings, options); }).find("codec"),
            std::string::npos);
}

}  // namespace
}  // namespace rgm
