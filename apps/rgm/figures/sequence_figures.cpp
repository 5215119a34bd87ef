#include "figures/sequence_figures.h"

#include <fmt/format.h>

#include "figures/levels.h"
#include "terminal/film_options.h"
#include "terminal/json.h"
#include "terminal/output.h"
#include "terminal/table.h"

namespace rgm::app {
std::string levels_text(const SequenceModel& model) {
  return levels_text(model.tree, units_per_step(model.front_end), unit_name(model.front_end));
}

std::string training_text(const SequenceTrainingResult& result) {
  std::string text = fmt::format(
      "  learnt {0} ({2}) in {3:.2f} s, {4:.0f} {1}/s: codec {5:.2f} s, encoding {6:.2f} s, structure {7:.2f} s",
      counted_units(result.units, std::string(unit_name(result.model.front_end))),
      unit_name(result.model.front_end), counted_units(result.steps, "steps"), result.seconds,
      static_cast<double>(result.units) / result.seconds, result.codec_seconds,
      result.encode_seconds, result.structure_seconds);
  if (result.learning_seconds > 0)
    text += fmt::format(", learning {:.2f} s", result.learning_seconds);
  return text + '\n';
}

Json training_figures(const SequenceTrainingResult& result) {
  const std::string unit(unit_name(result.model.front_end));
  return {{unit, result.units},
          {"steps", result.steps},
          {"seconds", result.seconds},
          {unit + "_per_second", static_cast<double>(result.units) / result.seconds},
          {"codec_seconds", result.codec_seconds},
          {"encode_seconds", result.encode_seconds},
          {"structure_seconds", result.structure_seconds},
          {"learning_seconds", result.learning_seconds},
          {"log_evidence_a_step", result.log_evidence},
          {"peak_memory_bytes", peak_memory_bytes()},
          {"levels", levels_figures(result.model.tree)}};
}

}  // namespace rgm::app
