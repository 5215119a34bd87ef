#pragma once

#include <cstddef>
#include <vector>

#include "rgm/model/outcomes.h"
#include "rgm/structure/sequence_structure.h"

namespace rgm::detail {

/// Grows a model from a sequence while it goes on.
class Growth {
 public:
  Growth(const std::vector<std::size_t>& num_outcomes, const std::vector<Location>& locations);

  /// The next step. True if the model is to be grown now.
  bool add(const Outcomes& outcomes, std::size_t item);
  /// Adds what is new to the model.
  const Hierarchy& grow();
  /// After `grow`: the last steps, as many as two steps of the root have.
  Outcomes recent() const;

 private:
  static constexpr std::size_t kFirst = 4;  // steps
  static constexpr std::size_t kShareToGrow =
      8;  // a model grows when the sequence has become longer by 1 / this

  SequenceStructure structure_;
  std::size_t modalities_, steps_ = 0, next_ = kFirst;
  std::vector<Outcome> kept_;  // steps that the model does not have, and some before
};

}  // namespace rgm::detail
