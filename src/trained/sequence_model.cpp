#include "rgm/trained/sequence_model.h"

#include <cmath>

#include "rgm/base/error.h"

namespace rgm {

void SequenceModel::validate() const {
  require(std::isfinite(frames_per_second) && frames_per_second >= 0,
          "model: frames_per_second: expected a finite value of at least 0, got ",
          frames_per_second);
  tree.validate();
  const auto& bottom = tree.levels.front();
  require(bottom.modalities.size() >= codec.num_modalities(), "model: expected the codec's ",
          codec.num_modalities(), " modalities, got ", bottom.modalities.size());
  for (const auto& factor : bottom.factors)
    for (std::size_t g : factor.modalities) {
      const auto& modality = bottom.modalities[g];
      if (modality.source < codec.num_modalities())
        require(modality.num_outcomes == codec.num_outcomes(), "model: modality ", g,
                ": expected the codec's ", codec.num_outcomes(), " outcomes, got ",
                modality.num_outcomes);
      else
        require(factor.stream > 0, "model: modality ", g, ": outcome ", modality.source,
                " is not the codec's: expected it in a trailing stream");
    }
}

}  // namespace rgm
