#include "rgm/pipelines/image_states.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "rgm/pipelines/image_evaluation.h"
#include "rgm/pipelines/image_generation.h"
#include "support/bar_pictures.h"
#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

class ImageStates : public testing::TestWithParam<bool> {
 protected:
  const ImageModel model_ = train_images(test::bar_pictures(3, 90, 1),
                                         test::bar_settings(GetParam()), test::bar_options())
                                .model;
  const LabelledImages data_ = test::bar_pictures(3, 30, 2);
};

TEST_P(ImageStates, LogJointIsThatOfPredictions) {
  const auto source = picture_source(data_.images);
  const auto joint = log_joint(model_, source, 1);
  const auto predictions = predict(model_, source, 2);
  ASSERT_EQ(joint.cols(), 3U);
  for (std::size_t i = 0; i < 30; ++i)
    EXPECT_TRUE(std::ranges::equal(joint.row(i), predictions[i].log_joint));
}

TEST_P(ImageStates, PosteriorsAddUpToThoseOfClasses) {
  const auto source = picture_source(data_.images);
  const auto posteriors = top_posteriors(model_, source, 1);
  EXPECT_EQ(posteriors.cols(), num_top_states(model_));
  const auto again = top_posteriors(model_, source, 3);
  EXPECT_TRUE(std::ranges::equal(posteriors.values(), again.values()));
  const auto predictions = predict(model_, source, 1);
  for (std::size_t i = 0; i < 30; ++i) {
    const auto row = posteriors.row(i);
    EXPECT_NEAR(std::accumulate(row.begin(), row.end(), 0.0), 1, 1e-9);
    if (!GetParam()) continue;
    std::size_t column = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      double sum = 0;
      for (std::size_t s = 0; s < model_.trees[k].root().num_states(); ++s) sum += row[column++];
      EXPECT_NEAR(sum, predictions[i].probabilities[k], 1e-4);
    }
  }
}

TEST_P(ImageStates, ExpectedPicturesAreThoseOfTheStates) {
  const std::size_t states = num_top_states(model_);
  Matrix<double> weights(2, states);
  weights(0, 1) = 4;  // need not sum to 1
  weights.row(1)[0] = weights.row(1)[states - 1] = 0.5;
  const auto pictures = expected_pictures(model_, weights, 1);
  const auto& tree = model_.trees.front();
  const std::size_t level = tree.levels.size() - (GetParam() ? 1 : 2);
  const auto of_state = state_picture(model_, 0, level, 0, 1);
  for (std::size_t v = 0; v < pictures.cols(); ++v)
    EXPECT_NEAR(pictures(0, v), of_state.picture.pixels[v], 0.51);
  // What a picture's states expect looks like the picture.
  const auto shown =
      expected_pictures(model_, top_posteriors(model_, picture_source(data_.images)));
  double off = 0, all = 0;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const double truth = data_.images.pixels[i];
    off += std::abs(shown.values()[i] - truth);
    all += truth;
  }
  EXPECT_LT(off, 0.6 * all);
}

TEST_P(ImageStates, RefuseWeightsThatAreNone) {
  const std::size_t states = num_top_states(model_);
  Matrix<double> weights(1, states);
  const auto refused = [&](const Matrix<double>& of) {
    return error_of([&] { expected_pictures(model_, of); });
  };
  EXPECT_NE(refused(weights).find("above 0"), std::string::npos);
  weights(0, 0) = -1;
  EXPECT_NE(refused(weights).find("at least 0"), std::string::npos);
  EXPECT_NE(refused(Matrix<double>(1, states + 1)).find("top states"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(TreePerClass, ImageStates, testing::Bool());

TEST(OfInputSize, BringsPicturesBack) {
  auto settings = test::bar_settings(true);
  settings.codec.preparation = {24, 32, 0, 0};  // twice as large
  const auto model =
      train_images(test::bar_pictures(3, 30, 1), settings, test::bar_options()).model;
  const auto data = test::bar_pictures(3, 2, 7);
  const auto& preparation = model.codec.preparation();
  Matrix<float> prepared(2, preparation.prepared_size());
  for (std::size_t i = 0; i < 2; ++i)
    preparation(std::vector<float>(data.images.image(i).begin(), data.images.image(i).end()),
                prepared.row(i));
  const auto back = of_input_size(model.codec, prepared);
  double off = 0, all = 0;
  for (std::size_t v = 0; v < back.size(); ++v) {
    off += std::abs(back.values()[v] - static_cast<float>(data.images.pixels[v]));
    all += data.images.pixels[v];
  }
  EXPECT_LT(off, 0.25 * all);  // what resampling loses of edges
  EXPECT_NE(error_of([&] { of_input_size(model.codec, Matrix<float>(1, 5)); }).find("prepared"),
            std::string::npos);
}

}  // namespace
}  // namespace rgm
