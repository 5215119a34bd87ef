#include "figures/sequence_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "terminal/output.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

/// "12" or "3–120" of a number over the factors of a level.
template <class Number>
std::string range_text(const Level& level, Number number) {
  std::size_t least = number(level.factors.front()), most = least;
  for (const auto& factor : level.factors) {
    least = std::min<std::size_t>(least, number(factor));
    most = std::max<std::size_t>(most, number(factor));
  }
  return least == most ? grouped(most) : grouped(least) + "–" + grouped(most);
}

std::size_t num_arcs(const Factor& factor) {
  std::size_t total = 0;
  for (std::size_t s = 0; s < factor.transition.num_states(); ++s)
    total += factor.transition.arcs(s).size();
  return total;
}

}  // namespace

std::string levels_text(const SequenceModel& model) {
  return levels_text(model.tree, model.codec.options().frames_per_voxel);
}

std::string levels_text(const Hierarchy& tree, std::size_t frames_a_step) {
  Table table({"level", "groups", "outcomes in", "states a group", "paths a group", "transitions",
               "frames an episode"});
  std::size_t frames = frames_a_step;
  for (std::size_t n = 0; n < tree.levels.size(); ++n) {
    const auto& level = tree.levels[n];
    std::size_t arcs = 0;
    for (const auto& factor : level.factors) arcs += num_arcs(factor);
    const bool root = n + 1 == tree.levels.size();
    frames *= level.time_scale;
    table.add({std::to_string(n), grouped(level.factors.size()), grouped(level.modalities.size()),
               range_text(level, [](const Factor& f) { return f.num_states(); }),
               range_text(level, [](const Factor& f) { return f.num_paths; }), grouped(arcs),
               root ? "chain" : std::to_string(frames)});
  }
  return table.text();
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

nlohmann::json training_figures(const SequenceTrainingResult& result) {
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

nlohmann::json levels_figures(const Hierarchy& tree) {
  nlohmann::json levels = nlohmann::json::array();
  for (const auto& level : tree.levels) {
    std::vector<std::size_t> states, paths, transitions;
    for (const auto& factor : level.factors) {
      states.push_back(factor.num_states());
      paths.push_back(factor.num_paths);
      transitions.push_back(num_arcs(factor));
    }
    levels.push_back({{"groups", level.factors.size()},
                      {"modalities", level.modalities.size()},
                      {"time_scale", level.time_scale},
                      {"states", states},
                      {"paths", paths},
                      {"transitions", transitions}});
  }
  return levels;
}

}  // namespace rgm::app
