#include "rgm/trained/training_state.h"

#include <cmath>

#include "rgm/base/error.h"

namespace rgm {

void TrainingState::validate() const {
  require(log_evidence.size() == passes, "model: training: log_evidence: expected one for each of ",
          passes, " passes, got ", log_evidence.size());
  for (const auto* list : {&log_evidence, &values})
    for (const double x : *list)
      require(std::isfinite(x), "model: training: expected finite values, got ", x);
}

}  // namespace rgm
