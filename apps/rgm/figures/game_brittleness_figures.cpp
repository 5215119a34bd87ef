#include "figures/game_brittleness_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

namespace rgm::app {
namespace {

std::string interval_text(const std::vector<double>& values) {
  const auto interval = mean_interval(values);
  return fmt::format("{:.1f} ± {:.1f}", interval.mean, interval.high - interval.mean);
}

/// Mean reward over the last 4,096 frames of recovery.
std::vector<double> recovered(const std::vector<std::vector<CurvePoint>>& curves) {
  std::vector<double> result;
  for (const auto& curve : curves) {
    const std::size_t windows = std::min(curve.size(), kMeasuredFrames / kCurveWindow);
    double sum = 0;
    for (const auto& point : std::span(curve).last(windows))
      sum += reward_of({point.hits, point.misses});
    result.push_back(sum / static_cast<double>(windows));
  }
  return result;
}

}  // namespace

std::string disturbance_title(const DisturbedGame& game) {
  if (game.strength == 0) return "as it was learnt";
  const std::string unit = unit_of(game.disturbance);
  return name_of(game.disturbance) +
         (unit.empty() ? "" : fmt::format(", {}: {:g}", unit, game.strength));
}

Table brittleness_table(const std::vector<BrittlenessResult>& results) {
  Table table({"hits − 2 misses per 256 frames", "this agent", "flat",
               "this agent, having learnt on", "curious again", "flat, having learnt on"});
  for (const auto& result : results) {
    std::vector<std::string> row{disturbance_title(result.disturbed),
                                 interval_text(rewards_of(result.agent)),
                                 interval_text(rewards_of(result.flat))};
    for (const auto* curves : {&result.agent_again, &result.curious_again, &result.flat_again})
      row.push_back(curves->empty() ? "" : interval_text(recovered(*curves)));
    table.add(std::move(row));
  }
  return table;
}

std::string brittleness_text(const std::vector<BrittlenessResult>& results) {
  return brittleness_table(results).text() + '\n';
}

void add_brittleness_figures(Json& figures, const std::vector<BrittlenessResult>& results) {
  auto &rows = figures["brittleness"] = Json::array(),
       &recovery = figures["recovery"] = Json::array();
  for (const auto& result : results) {
    const Json of{{"disturbance", name_of(result.disturbed.disturbance)},
                  {"strength", result.disturbed.strength}};
    for (const auto& [player, rates] :
         {std::pair{kDisturbedAgent, &result.agent}, std::pair{kDisturbedFlat, &result.flat}}) {
      auto row = of;
      row["player"] = player;
      row["hits"] = hits_of(*rates);
      row["misses"] = misses_of(*rates);
      rows.push_back(row);
    }
    for (const auto& [player, curves] : {std::pair{kDisturbedAgent, &result.agent_again},
                                         std::pair{kDisturbedCurious, &result.curious_again},
                                         std::pair{kDisturbedFlat, &result.flat_again}})
      for (const auto& point : mean_curve(*curves)) {
        auto row = of;
        row["player"] = player;
        row["frames"] = point.frames;
        row["reward"] = point.reward.mean;
        row["reward_low"] = point.reward.low;
        row["reward_high"] = point.reward.high;
        recovery.push_back(row);
      }
  }
}

}  // namespace rgm::app
