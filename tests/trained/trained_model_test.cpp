#include "rgm/trained/trained_model.h"

#include <gtest/gtest.h>

#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

TEST(TrainedModel, IsOfOneKind) {
  TrainedModel model = SequenceModel();
  std::get<SequenceModel>(model).structure = "kept";
  EXPECT_EQ(&model_as<SequenceModel>(model, "m.rgm"), std::get_if<SequenceModel>(&model));
  EXPECT_EQ(error_of([&] { model_as<ImageModel>(model, "m.rgm"); }),
            "m.rgm: a sequence model, expected an image model");
  model = PlayModel();
  EXPECT_EQ(error_of([&] { model_as<SequenceModel>(model, "m.rgm"); }),
            "m.rgm: a game model, expected a sequence model");
  model = ImageModel();
  EXPECT_EQ(error_of([&] { model_as<PlayModel>(model, "a"); }),
            "a: an image model, expected a game model");
}

}  // namespace
}  // namespace rgm
