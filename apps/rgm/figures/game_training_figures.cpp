#include "figures/game_training_figures.h"

#include <fmt/format.h>

#include <algorithm>

#include "figures/levels.h"
#include "rgm/experiments/game_experiments.h"
#include "terminal/json.h"
#include "terminal/output.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr std::size_t kLastFrames = 4096;

/// What to do if the agent remembers too little; empty if nothing says so.
std::string hidden_text(const GameTrainingResult& result) {
  const auto& hidden = result.hidden;
  if (!hidden.found()) return "";
  std::size_t levels = result.model.tree.levels.size();
  for (std::size_t frames = hidden.frames; frames < hidden.frames_that_tell; frames *= 2) ++levels;
  constexpr std::size_t kMostLevels = 8;  // that the setting allows
  const std::string remedy = levels > kMostLevels
                                 ? fmt::format("more than structure.max_levels can tell")
                                 : fmt::format("raise structure.max_levels to {}", levels);
  return fmt::format(
      "  the same {} frames and action were followed by different ones {} times of {}, and {} frames would have told "
      "{} of them: the world is hidden from the agent; {}\n",
      hidden.frames, grouped(hidden.ambiguous), grouped(hidden.steps), hidden.frames_that_tell,
      grouped(hidden.told), remedy);
}

}  // namespace

EventRates rates_at_end(const PlayRecord& record, std::size_t frames) {
  const std::size_t end = record.frames();
  return end == 0 ? EventRates{} : event_rates(record, end - std::min(frames, end), end);
}

std::string training_text(const GameTrainingResult& result) {
  const std::size_t frames = result.record.frames();
  const auto rates = rates_at_end(result.record, kLastFrames);
  Table table(
      {"in the last " + grouped(std::min(kLastFrames, frames)) + " frames", "per 256 frames"});
  table.add({"hits", fmt::format("{:.1f}", rates.hits)});
  table.add({"misses", fmt::format("{:.1f}", rates.misses)});
  return table.text() +
         fmt::format(
             "\n  played {} frames in {:.1f} s, {} a second; generalised states: {}, of {} frames each\n",
             grouped(frames), result.seconds,
             grouped(static_cast<std::size_t>(static_cast<double>(frames) / result.seconds)),
             grouped(result.model.controlled.num_states()), result.model.tree.episode_length()) +
         hidden_text(result);
}

Json training_figures(const GameTrainingResult& result) {
  const auto rates = rates_at_end(result.record, kLastFrames);
  Json curve = Json::array();
  for (const auto& point : learning_curve(result.record))
    curve.push_back({{"frames", point.frames},
                     {"seconds", point.seconds},
                     {"hits", point.hits},
                     {"misses", point.misses}});
  return {{"game", result.model.game},
          {"recipe", result.model.provenance.recipe},
          {"seed", result.model.provenance.seed},
          {"frames", result.record.frames()},
          {"frames_seen", result.model.provenance.units_seen},
          {"hits_per_256", rates.hits},
          {"misses_per_256", rates.misses},
          {"states", result.model.controlled.num_states()},
          {"hidden_world",
           {{"steps", result.hidden.steps},
            {"ambiguous", result.hidden.ambiguous},
            {"frames_that_tell", result.hidden.frames_that_tell},
            {"told", result.hidden.told}}},
          {"seconds", result.seconds},
          {"groups_seconds", result.stages.groups},
          {"structure_seconds", result.stages.structure},
          {"basin_seconds", result.stages.basin},
          {"planning_seconds", result.stages.planning},
          {"learning_curve", curve},
          {"peak_memory_bytes", peak_memory_bytes()},
          {"levels", levels_figures(result.model.tree)}};
}

}  // namespace rgm::app
