#include "rgm/trained/trained_model.h"

#include <array>

namespace rgm {

std::string_view kind_of(const TrainedModel& model) {
  constexpr std::array<std::string_view, std::variant_size_v<TrainedModel>> kWords{
      "an image model", "a sequence model", "a game model"};
  return kWords.at(model.index());
}

}  // namespace rgm
