#include "figures/game_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "figures/game_brittleness_figures.h"
#include "figures/game_comparison_figures.h"
#include "terminal/json.h"
#include "terminal/table.h"

namespace rgm::app {
std::vector<Target> game_targets(const GameDemonstration& demonstration) {
  const auto& [last, ceiling] = std::tie(demonstration.last, demonstration.ceiling);
  const bool pong = demonstration.setup.game == "pong";
  std::vector<Target> targets;
  // By difference, for the best possible may be nothing or less.
  const double best = reward_of(ceiling), least = best - 0.05 * std::abs(best);
  targets.push_back({"hits − 2 misses per 256 frames",
                     fmt::format("{:.2f}, 5 % below the best possible", least),
                     fmt::format("{:.2f}", reward_of(last)), reward_of(last) >= least});
  if (demonstration.reduction) {
    const auto& reduction = *demonstration.reduction;
    const double all = demonstration.seconds + reduction.seconds + reduction.play_seconds;
    targets.push_back(
        {"learning, reduction and play", "at most 10 s", fmt::format("{:.2f} s", all), all <= 10});
  } else {
    const double most = pong ? 3 : 5;
    targets.push_back({"learning and play", fmt::format("at most {:.0f} s", most),
                       fmt::format("{:.2f} s", demonstration.seconds),
                       demonstration.seconds <= most});
  }
  return targets;
}

std::vector<std::pair<std::string, double>> game_stages(const GameDemonstration& demonstration) {
  const auto& stages = demonstration.stages;
  const double learning = stages.groups + stages.structure + stages.basin + stages.planning;
  return {{"groups", stages.groups},
          {"structure", stages.structure},
          {"basin of attraction", stages.basin},
          {"planning", stages.planning},
          {"recognising, acting, the game itself", demonstration.seconds - learning}};
}

Json game_figures(const GameResults& results) {
  const auto& d = results.demonstration;
  Json figures{{"game", d.setup.game},
               {"recipe", d.setup.settings.name},
               {"rows", d.setup.settings.game.rows},
               {"columns", d.setup.settings.game.columns},
               {"sticky", d.setup.settings.game.sticky},
               {"seed", d.seed},
               {"program_version", results.program_version},
               {"command", results.command},
               {"frames_seen", d.setup.settings.frames},
               {"frames_measured", std::min(kMeasuredFrames, d.setup.settings.frames)},
               {"hits_per_256", d.last.hits},
               {"misses_per_256", d.last.misses},
               {"reward_per_256", reward_of(d.last)},
               {"misses_in_last_1000", d.misses_in_last_1000},
               {"ceiling_hits_per_256", d.ceiling.hits},
               {"ceiling_misses_per_256", d.ceiling.misses},
               {"ceiling_reward_per_256", reward_of(d.ceiling)},
               {"states", d.states},
               {"seconds", d.seconds},
               {"seconds_in_all", results.seconds},
               {"seconds_groups", d.stages.groups},
               {"seconds_structure", d.stages.structure},
               {"seconds_basin", d.stages.basin},
               {"seconds_planning", d.stages.planning},
               {"decision_microseconds", 1e6 * d.decision_seconds},
               {"slow_decision_microseconds", 1e6 * d.slow_decision_seconds}};
  if (d.reduction) {
    figures["states_before_reduction"] = d.reduction->states_before;
    figures["states_after_reduction"] = d.reduction->states_after;
    figures["hits_per_256_after_reduction"] = d.reduction->after.hits;
    figures["misses_per_256_after_reduction"] = d.reduction->after.misses;
    figures["seconds_reduction"] = d.reduction->seconds;
    figures["seconds_play_after_reduction"] = d.reduction->play_seconds;
  }
  auto& curve = figures["curve"] = Json::array();
  for (const auto& point : learning_curve(d.play.record))
    curve.push_back({{"frames", point.frames},
                     {"seconds", point.seconds},
                     {"hits", point.hits},
                     {"misses", point.misses}});
  if (results.comparison) add_comparison_figures(figures, *results.comparison);
  if (!results.brittleness.empty()) add_brittleness_figures(figures, results.brittleness);
  return figures;
}

std::string game_text(const GameDemonstration& d) {
  Table table({"per 256 frames", "hits", "misses", "hits − 2 misses"});
  const auto add = [&](const std::string& name, const EventRates& rates) {
    table.add({name, fmt::format("{:.2f}", rates.hits), fmt::format("{:.2f}", rates.misses),
               fmt::format("{:.2f}", reward_of(rates))});
  };
  add(fmt::format("the agent, last {} frames",
                  grouped(std::min(kMeasuredFrames, d.setup.settings.frames))),
      d.last);
  if (d.reduction)
    add(fmt::format("reduced to {} states", grouped(d.reduction->states_after)),
        d.reduction->after);
  add("the best possible, rules known", d.ceiling);
  std::string text = table.text();
  text += fmt::format("\n  states        {}\n  last misses   {} in the last 1,000 frames\n",
                      grouped(d.states), d.misses_in_last_1000);
  text += fmt::format("  a decision    {:.1f} µs (median; 99 of 100 take less than {:.0f} µs)\n",
                      1e6 * d.decision_seconds, 1e6 * d.slow_decision_seconds);
  text += fmt::format("  seconds       {:.2f} for {} frames:", d.seconds,
                      grouped(d.setup.settings.frames));
  for (const auto& [name, seconds] : game_stages(d))
    if (seconds > 0) text += fmt::format(" {} {:.2f},", name, seconds);
  text.back() = '\n';
  if (d.reduction)
    text += fmt::format("  reduction     {:.3f} s, from {} states; play after it {:.2f} s\n",
                        d.reduction->seconds, grouped(d.reduction->states_before),
                        d.reduction->play_seconds);
  return text + '\n';
}

}  // namespace rgm::app
