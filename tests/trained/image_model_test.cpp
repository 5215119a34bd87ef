#include "rgm/trained/image_model.h"

#include <gtest/gtest.h>

#include <limits>
#include <utility>

#include "media/media_test_support.h"
#include "support/kept_model.h"

namespace rgm {
namespace {

using namespace test;

std::string error(const ImageModel& model) {
  return error_of([&] { model.validate(); });
}

TEST(ImageModel, KnowsWhereItsClassesAre) {
  ImageModel model = kept_model();
  EXPECT_EQ(model.num_classes(), 2U);
  EXPECT_FALSE(model.class_at_root());
  model.trees.pop_back();
  model.class_names = {"a", "b", "c", "d"};
  model.class_counts = {1, 1, 1, 1};
  model.validate();
  EXPECT_TRUE(model.class_at_root());
  model.class_names = {"a"};
  model.class_counts = {1};
  model.validate();
  EXPECT_FALSE(model.class_at_root());
  model.class_names.clear();
  model.class_counts.clear();
  model.validate();
  EXPECT_EQ(model.num_classes(), 0U);
  EXPECT_FALSE(model.class_at_root());
}

TEST(ImageModel, RefusesTreesThatDoNotFitTheClasses) {
  ImageModel model = kept_model();
  model.trees.push_back(model.trees[0]);
  expect_contains(error(model), "model: trees: expected one for each of 2 classes, got 3");
  model.trees.resize(1);
  expect_contains(error(model), "model: the tree's root: expected 2 states, one a class, got 4");
  model.trees.clear();
  expect_contains(error(model), "model: trees: expected at least one, got none");
}

TEST(ImageModel, RefusesBadClassCounts) {
  for (double bad : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                     std::numeric_limits<double>::quiet_NaN()}) {
    ImageModel model = kept_model();
    model.class_counts[1] = bad;
    expect_contains(error(model), "model: class_counts: expected counts above 0");
  }
  ImageModel model = kept_model();
  model.class_counts.clear();
  expect_contains(error(model), "model: class_counts: expected 2, got 0");
}

TEST(ImageModel, RefusesATreeForAnotherCodec) {
  ImageModel model = kept_model();
  model.codec = {};
  expect_contains(error(model), "model: tree 0: expected the codec's 0 modalities, got 4");
  model = kept_model();
  std::swap(model.trees[1].levels[0].modalities[0].source,
            model.trees[1].levels[0].modalities[1].source);
  expect_contains(error(model), "model: tree 1: modality 0: expected the codec's 5 outcomes");
}

TEST(ImageModel, RefusesATreeThatIsNone) {
  ImageModel model = kept_model();
  model.trees[1].levels.clear();
  expect_contains(error(model), "hierarchy: levels: expected at least one, got none");
}

}  // namespace
}  // namespace rgm
