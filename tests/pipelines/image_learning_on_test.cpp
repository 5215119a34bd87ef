#include "rgm/pipelines/image_learning_on.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "rgm/pipelines/image_evaluation.h"
#include "rgm/pipelines/merge_models.h"
#include "rgm/storage/model_file.h"
#include "support/bar_pictures.h"
#include "support/error_of.h"

namespace rgm {
namespace {

using test::bar_options;
using test::bar_pictures;
using test::bar_settings;
using test::error_of;

ImageModel trained(const LabelledImages& data, const ImageSettings& settings) {
  return train_images(data, settings, bar_options()).model;
}

double accuracy(const ImageModel& model, const LabelledImages& data) {
  return evaluate(model, data, 1).accuracy;
}

/// The sum of all counts of level 0 of a tree.
double observed(const Hierarchy& tree) {
  double sum = 0;
  for (const auto& factor : tree.levels.front().factors)
    for (std::size_t s = 0; s < factor.num_states(); ++s)
      factor.likelihood.for_each_count(
          s, [&](std::size_t, std::size_t, double count) { sum += count; });
  return sum;
}

TEST(LearningOn, FromASourceIsFromPicturesInMemory) {
  const auto data = bar_pictures(3, 60, 1);
  for (const bool per_class : {true, false}) {
    const auto settings = bar_settings(per_class);
    EXPECT_TRUE(encode_model(trained(data, settings)) ==
                encode_model(train_images(labelled_source(data), settings, bar_options()).model));
  }
}

/// Each picture adds one count to every modality; nothing is forgotten.
TEST(LearningOn, CountsEachPictureOnce) {
  const auto data = bar_pictures(3, 60, 1), more = bar_pictures(3, 30, 2);
  for (const bool per_class : {true, false}) {
    auto settings = bar_settings(per_class);
    settings.affine_copies = 2;
    const auto model = trained(data, settings), next = learn_on(model, labelled_source(more));
    double before = 0, after = 0;
    for (const auto& tree : model.trees) before += observed(tree);
    for (const auto& tree : next.trees) after += observed(tree);
    const auto of_all = static_cast<double>(3 * 30 * model.codec.num_modalities());
    EXPECT_NEAR(after - before, of_all, 1e-4 * of_all);
    EXPECT_EQ(next.provenance.units_seen, 90U);
    EXPECT_EQ(next.class_counts, (std::vector<double>{30, 30, 30}));
    EXPECT_FALSE(next.usual.known());
  }
}

/// What is added is what one pass of expectation maximisation counts, which `merge_models` adds up.
TEST(LearningOn, IsAPassMergedWithWhatWasCounted) {
  auto settings = bar_settings(true);
  settings.passes = 1;
  const auto model = trained(bar_pictures(3, 60, 1), settings);
  const auto more = bar_pictures(3, 30, 2);
  const auto next = learn_on(model, labelled_source(more));
  auto options = bar_options();
  options.like = &model;
  const auto pass = train_images(more, settings, options).model;
  for (std::size_t k = 0; k < 3; ++k) {
    const auto& factor = next.trees[k].levels.front().factors.front();
    const auto &old = model.trees[k].levels.front().factors.front(),
               &added = pass.trees[k].levels.front().factors.front();
    const auto sum = factor.likelihood.counts().values();
    for (std::size_t i = 0; i < sum.size(); ++i)
      EXPECT_NEAR(sum[i],
                  old.likelihood.counts().values()[i] + added.likelihood.counts().values()[i],
                  1e-5);
  }
}

TEST(LearningOn, LearnsAndDoesNotDependOnThreads) {
  const auto few = bar_pictures(3, 6, 1), more = bar_pictures(3, 200, 2),
             test = bar_pictures(3, 200, 3);
  const auto settings = bar_settings(true);
  const auto model = trained(few, settings),
             next = learn_on(model, labelled_source(more), {.threads = 1});
  EXPECT_GE(accuracy(next, test), accuracy(model, test));
  const auto source = picture_source(test.images);
  const auto mean = [&](const ImageModel& of) {
    double sum = 0;
    for (const auto& p : predict(of, source, 1)) sum += p.log_evidence / 200;
    return sum;
  };
  EXPECT_GT(mean(next), mean(model) + 1);
  EXPECT_TRUE(encode_model(next) ==
              encode_model(learn_on(model, labelled_source(more), {.threads = 3})));
}

TEST(LearningOn, GrowsATreeForAClassThatIsNew) {
  auto all = bar_pictures(3, 120, 1);
  LabelledImages two{{all.images.height, all.images.width, 1, {}}, {}, {"row 0", "row 1"}};
  LabelledImages third{two.images, {}, {"row 2"}};
  for (std::size_t i = 0; i < 120; ++i) {
    auto& to = all.labels[i] < 2 ? two : third;
    const auto picture = all.images.image(i);
    to.images.pixels.insert(to.images.pixels.end(), picture.begin(), picture.end());
    to.labels.push_back(all.labels[i] < 2 ? all.labels[i] : 0);
  }
  // The codec knows all places: tiles where nothing ever was have no modes.
  auto options = bar_options();
  options.codec_images = &all.images;
  const auto model = train_images(two, bar_settings(true), options).model;
  const auto next = learn_on(model, labelled_source(third));
  EXPECT_EQ(next.class_names, (std::vector<std::string>{"row 0", "row 1", "row 2"}));
  EXPECT_GT(accuracy(next, bar_pictures(3, 90, 4)), 0.95);
  EXPECT_NE(error_of([&] {
              learn_on(trained(two, bar_settings(false)), labelled_source(third));
            }).find("shared"),
            std::string::npos);
}

TEST(LearningOn, GoesOnOnline) {
  auto settings = bar_settings(false);
  settings.online = true;
  settings.passes = 0;
  const auto model = trained(bar_pictures(3, 30, 1), settings);
  const auto more = bar_pictures(3, 60, 2);
  const auto next = learn_on(model, labelled_source(more));
  EXPECT_GE(accuracy(next, bar_pictures(3, 90, 3)), accuracy(model, bar_pictures(3, 90, 3)));
  EXPECT_EQ(next.provenance.units_seen, 90U);
}

TEST(LearningOn, RefusesWhatDoesNotFit) {
  const auto data = bar_pictures(3, 30, 1);
  const auto model = trained(data, bar_settings(true));
  const auto refused = [&](const ImageModel& of, const LabelledImages& with) {
    return error_of([&] { learn_on(of, labelled_source(with)); });
  };
  auto unlabelled = data;
  unlabelled.labels.clear();
  EXPECT_NE(refused(model, unlabelled).find("labels"), std::string::npos);
  auto wrong = data;
  wrong.labels.back() = 3;
  EXPECT_NE(refused(model, wrong).find("0 to 2"), std::string::npos);
  EXPECT_NE(refused(model, bar_pictures(3, 30, 1, 3)).find("expected pictures of"),
            std::string::npos);
  EXPECT_NE(refused(model, bar_pictures(3, 0, 1)).find("at least one image"), std::string::npos);
  auto contrasted = model;
  auto settings = bar_settings(true);
  settings.contrastive_passes = 1;
  EXPECT_NE(refused(trained(data, settings), data).find("contrastive"), std::string::npos);
  contrasted.provenance.settings.clear();
  EXPECT_NE(refused(contrasted, data).find("settings"), std::string::npos);
}

}  // namespace
}  // namespace rgm
