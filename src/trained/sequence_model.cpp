#include "rgm/trained/sequence_model.h"

#include <cmath>

#include "rgm/base/error.h"

namespace rgm {

void SequenceModel::validate() const {
  if (const auto* film = std::get_if<FilmCodec>(&front_end))
    require(std::isfinite(film->frames_per_second) && film->frames_per_second >= 0,
            "model: frames_per_second: expected a finite value of at least 0, got ",
            film->frames_per_second);
  tree.validate();
  const auto& bottom = tree.levels.front();
  const auto outcomes = num_outcomes(front_end);
  require(bottom.modalities.size() >= outcomes.size(), "model: expected the codec's ",
          outcomes.size(), " modalities, got ", bottom.modalities.size());
  for (const auto& factor : bottom.factors)
    for (std::size_t g : factor.modalities) {
      const auto& modality = bottom.modalities[g];
      if (modality.source < outcomes.size())
        require(modality.num_outcomes == outcomes[modality.source], "model: modality ", g,
                ": expected the codec's ", outcomes[modality.source], " outcomes, got ",
                modality.num_outcomes);
      else
        require(factor.stream > 0, "model: modality ", g, ": outcome ", modality.source,
                " is not the codec's: expected it in a trailing stream");
    }
}

}  // namespace rgm
