#include "figures/sequence_figures.h"

#include <fmt/format.h>

#include "figures/levels.h"
#include "terminal/json.h"
#include "terminal/output.h"
#include "terminal/table.h"

namespace rgm::app {
std::string levels_text(const SequenceModel& model) {
  return levels_text(model.tree, model.codec.options().frames_per_voxel);
}

std::string training_text(const SequenceTrainingResult& result) {
  std::string text = fmt::format(
      "  learnt {} frames ({} steps) in {:.2f} s, {:.0f} frames/s: codec {:.2f} s, encoding {:.2f} s, structure {:.2f} s",
      grouped(result.frames), grouped(result.steps), result.seconds,
      static_cast<double>(result.frames) / result.seconds, result.codec_seconds,
      result.encode_seconds, result.structure_seconds);
  if (result.learning_seconds > 0)
    text += fmt::format(", learning {:.2f} s", result.learning_seconds);
  return text + '\n';
}

Json training_figures(const SequenceTrainingResult& result) {
  return {{"frames", result.frames},
          {"steps", result.steps},
          {"seconds", result.seconds},
          {"frames_per_second", static_cast<double>(result.frames) / result.seconds},
          {"codec_seconds", result.codec_seconds},
          {"encode_seconds", result.encode_seconds},
          {"structure_seconds", result.structure_seconds},
          {"learning_seconds", result.learning_seconds},
          {"log_evidence_a_step", result.log_evidence},
          {"peak_memory_bytes", peak_memory_bytes()},
          {"levels", levels_figures(result.model.tree)}};
}

}  // namespace rgm::app
