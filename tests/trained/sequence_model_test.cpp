#include "rgm/trained/sequence_model.h"

#include <gtest/gtest.h>

#include <limits>

#include "media/media_test_support.h"
#include "support/kept_sequence.h"

namespace rgm {
namespace {

using namespace test;

std::string error(const SequenceModel& model) {
  return error_of([&] { model.validate(); });
}

TEST(SequenceModel, HasAFiniteFrameRate) {
  SequenceModel model = kept_sequence();
  auto& film = std::get<FilmCodec>(model.front_end);
  film.frames_per_second = 0;
  model.validate();
  for (double bad :
       {-1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    film.frames_per_second = bad;
    expect_contains(error(model), "model: frames_per_second: expected 0 to 1e+06");
  }
}

TEST(SequenceModel, RefusesATreeForAnotherCodec) {
  SequenceModel model = kept_sequence();
  model.front_end = {};
  expect_contains(
      error(model),
      "model: modality 0: outcome 1 is not the codec's: expected it in a trailing stream");
  model = kept_sequence();
  std::swap(model.tree.levels[0].modalities[0].source, model.tree.levels[0].modalities[2].source);
  expect_contains(error(model), "model: modality 0: outcome 2 is not the codec's");
  model = kept_sequence();
  model.tree.levels[0].factors[2].stream = 0;
  expect_contains(error(model), "model: modality 2: outcome 2 is not the codec's");
  model = kept_sequence();
  auto& codec = std::get<FilmCodec>(model.front_end).voxels;
  auto options = codec.options();
  options.bins = 7;
  codec = ImageCodec::from_parts(4, 4, 6, options, codec.bases(), codec.ranges());
  expect_contains(error(model), "model: modality 0: expected the codec's 7 outcomes, got 5");
  auto bases = codec.bases();
  bases[1] = in_bytes(Matrix<float>(3, codec.tiles()[1].pixels.size() * 6, 0.1F), 0, 6);
  codec = ImageCodec::from_parts(4, 4, 6, options, bases, std::vector<float>(5, 1));
  expect_contains(error(model), "model: expected the codec's 5 modalities, got 3");
}

TEST(SequenceModel, RefusesATreeThatIsNone) {
  SequenceModel model = kept_sequence();
  model.tree.levels.clear();
  expect_contains(error(model), "hierarchy: levels: expected at least one, got none");
}

}  // namespace
}  // namespace rgm
