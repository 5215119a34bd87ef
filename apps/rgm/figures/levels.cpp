#include "figures/levels.h"

#include <fmt/format.h>

#include <algorithm>

namespace rgm::app {
namespace {

std::size_t num_arcs(const Factor& factor) {
  std::size_t total = 0;
  for (std::size_t s = 0; s < factor.transition.num_states(); ++s)
    total += factor.transition.arcs(s).size();
  return total;
}

void add_level(const Level& level, LevelSummary& summary) {
  summary.groups += level.factors.size();
  summary.modalities += level.modalities.size();
  for (const auto& factor : level.factors) {
    summary.states.add(factor.num_states());
    summary.paths.add(factor.num_paths);
    summary.transitions += num_arcs(factor);
    summary.parameters += factor.likelihood.num_parameters();
    if (!factor.likelihood.is_sparse())
      for (double count : factor.likelihood.counts().values()) summary.counts += count;
  }
}

/// A number of every group of a level.
template <class Number>
std::vector<std::size_t> of_groups(const Level& level, Number number) {
  std::vector<std::size_t> result;
  for (const auto& factor : level.factors) result.push_back(number(factor));
  return result;
}

std::size_t states_of(const Factor& factor) { return factor.num_states(); }

}  // namespace

void GroupRange::add(std::size_t number) {
  least = std::min(least, number);
  most = std::max(most, number);
}

std::vector<LevelSummary> summarise_levels(std::span<const Hierarchy> trees,
                                           std::size_t frames_a_step) {
  std::vector<LevelSummary> summaries;
  std::size_t frames = frames_a_step;
  const std::size_t levels = trees.front().levels.size();
  for (std::size_t n = 0; n < levels; ++n) {
    auto& summary = summaries.emplace_back();
    summary.name = std::to_string(n);
    frames *= trees.front().levels[n].time_scale;
    summary.episode = n + 1 == levels ? "chain" : std::to_string(frames);
    for (const auto& tree : trees) add_level(tree.levels[n], summary);
  }
  return summaries;
}

std::vector<LevelSummary> summarise_levels(const ImageModel& model) {
  auto summaries = summarise_levels(model.trees);
  if (model.class_at_root()) summaries.back().name += " (class)";
  return summaries;
}

std::string levels_text(const ImageModel& model) {
  Table table({"level", "groups", "modalities", "states a group", "parameters", "observed counts"});
  for (const auto& level : summarise_levels(model))
    table.add({level.name, grouped(level.groups), grouped(level.modalities), level.states.text(),
               grouped(level.parameters), fmt::format("{:.0f}", level.counts)});
  return table.text();
}

std::string levels_text(const Hierarchy& tree, std::size_t frames_a_step, std::string_view unit) {
  Table table({"level", "groups", "outcomes in", "states a group", "paths a group", "transitions",
               fmt::format("{} an episode", unit)});
  for (const auto& level : summarise_levels({&tree, 1}, frames_a_step))
    table.add({level.name, grouped(level.groups), grouped(level.modalities), level.states.text(),
               level.paths.text(), grouped(level.transitions), level.episode});
  return table.text();
}

Json trees_figures(const ImageModel& model) {
  Json trees;
  for (const auto& tree : model.trees) {
    const auto summaries = summarise_levels({&tree, 1});
    Json levels;
    for (std::size_t n = 0; n < tree.levels.size(); ++n)
      levels.push_back({{"groups", summaries[n].groups},
                        {"modalities", summaries[n].modalities},
                        {"states", of_groups(tree.levels[n], states_of)},
                        {"counts", summaries[n].counts}});
    trees.push_back({{"levels", levels}, {"parameters", tree.num_parameters()}});
  }
  return trees;
}

Json levels_figures(const Hierarchy& tree) {
  Json levels = Json::array();
  for (const auto& level : tree.levels)
    levels.push_back(
        {{"groups", level.factors.size()},
         {"modalities", level.modalities.size()},
         {"time_scale", level.time_scale},
         {"states", of_groups(level, states_of)},
         {"paths", of_groups(level, [](const Factor& factor) { return factor.num_paths; })},
         {"transitions", of_groups(level, num_arcs)}});
  return levels;
}

}  // namespace rgm::app
