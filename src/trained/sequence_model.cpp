#include "rgm/trained/sequence_model.h"

#include "rgm/base/error.h"

namespace rgm {
namespace {

constexpr double kMaxFramesPerSecond = 1e6;

}  // namespace

void SequenceModel::validate() const {
  provenance.validate();
  if (unfinished) unfinished->validate();
  if (const auto* film = std::get_if<FilmCodec>(&front_end))
    require(film->frames_per_second >= 0 && film->frames_per_second <= kMaxFramesPerSecond,
            "model: frames_per_second: expected 0 to ", kMaxFramesPerSecond, ", got ",
            film->frames_per_second);
  appearance.validate();
  if (const auto* film = std::get_if<FilmCodec>(&front_end); appearance.known())
    require(
        film != nullptr && appearance.tiles() == film->voxels.tiles().size(),
        "model: appearance: expected that of a film and of as many tiles as its codec has, got ",
        appearance.tiles());
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
