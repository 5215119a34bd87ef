#pragma once

#include <string_view>
#include <variant>

#include "rgm/base/error.h"
#include "rgm/trained/image_model.h"
#include "rgm/trained/play_model.h"
#include "rgm/trained/sequence_model.h"

namespace rgm {

/// A model of any kind, as a model file holds it.
using TrainedModel = std::variant<ImageModel, SequenceModel, PlayModel>;

/// What people call a model of its kind: "an image model", "a sequence model", "a game model".
std::string_view kind_of(const TrainedModel& model);

/// A model as one of its kind; it stays where it is. `Error`, which begins with `name`, if it is of
/// another kind.
template <class Model>
const Model& model_as(const TrainedModel& model, std::string_view name) {
  const auto* found = std::get_if<Model>(&model);
  if (found == nullptr) fail(name, ": ", kind_of(model), ", expected ", kind_of(Model()));
  return *found;
}

}  // namespace rgm
