#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "figures/game_figures.h"
#include "report/game_report.h"
#include "report/html.h"
#include "report/page.h"
#include "report/svg.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr const char *kAgent = "this agent", *kFlat = "values on pairs of frames (flat)",
                     *kCurious = "this agent, curious again";

std::string title(const DisturbedGame& game) {
  if (game.strength == 0) return "as it was learnt";
  const std::string unit = unit_of(game.disturbance);
  return name_of(game.disturbance) +
         (unit.empty() ? "" : fmt::format(", {}: {:g}", unit, game.strength));
}

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

const std::vector<std::string> kHeading{
    "hits − 2 misses per 256 frames", "this agent",    "flat",
    "this agent, having learnt on",   "curious again", "flat, having learnt on"};

std::vector<std::vector<std::string>> rows(const std::vector<BrittlenessResult>& results) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& result : results) {
    auto& row = rows.emplace_back(std::vector<std::string>{title(result.disturbed),
                                                           interval_text(rewards_of(result.agent)),
                                                           interval_text(rewards_of(result.flat))});
    for (const auto* curves : {&result.agent_again, &result.curious_again, &result.flat_again})
      row.push_back(curves->empty() ? "" : interval_text(recovered(*curves)));
  }
  return rows;
}

void add_point(ChartLine& line, double x, const MeanInterval& y) {
  line.points.push_back({x, y.mean});
  line.band.emplace_back(y.low, y.high);
}

LineChart chart_of(const std::string& title, const std::string& x_label) {
  LineChart chart;
  chart.title = title;
  chart.x_label = x_label;
  chart.y_label = "hits − 2 misses per 256 frames";
  chart.names = false;
  chart.x_text = chart.y_text = [](double value) { return fmt::format("{:g}", value); };
  return chart;
}

/// Reward against the strength of a disturbance; nothing if only one was measured.
std::string strengths_chart(const std::vector<BrittlenessResult>& results,
                            Disturbance disturbance) {
  auto chart = chart_of(name_of(disturbance),
                        fmt::format("{}: {}", name_of(disturbance), unit_of(disturbance)));
  chart.markers = true;
  chart.lines = {{kAgent, {}, {}}, {kFlat, {}, {}}};
  for (const auto& result : results) {
    if (result.disturbed.disturbance != disturbance && result.disturbed.strength > 0) continue;
    add_point(chart.lines[0], result.disturbed.strength, mean_interval(rewards_of(result.agent)));
    add_point(chart.lines[1], result.disturbed.strength, mean_interval(rewards_of(result.flat)));
  }
  return chart.lines[0].points.size() < 3 ? "" : "<div>" + chart_svg(chart) + "</div>";
}

std::string recovery_chart(const BrittlenessResult& result) {
  auto chart = chart_of("Recovery, " + title(result.disturbed),
                        "further frames; " + title(result.disturbed));
  chart.x_text = [](double value) { return grouped(static_cast<std::size_t>(value)); };
  chart.lines = {{kAgent, {}, {}}, {kFlat, {}, {}}, {kCurious, {}, {}}};
  const std::vector<std::vector<CurvePoint>>* curves[] = {&result.agent_again, &result.flat_again,
                                                          &result.curious_again};
  const std::vector<EventRates>* before[] = {&result.agent, &result.flat, &result.agent};
  for (std::size_t i = 0; i < std::size(curves); ++i) {
    add_point(chart.lines[i], 0, mean_interval(rewards_of(*before[i])));
    for (const auto& point : mean_curve(*curves[i]))
      add_point(chart.lines[i], static_cast<double>(point.frames), point.reward);
  }
  return "<div>" + chart_svg(chart) + "</div>";
}

}  // namespace

std::string brittleness_text(const std::vector<BrittlenessResult>& results) {
  Table table(kHeading);
  for (const auto& row : rows(results)) table.add(row);
  return table.text() + '\n';
}

void add_brittleness_figures(nlohmann::json& figures,
                             const std::vector<BrittlenessResult>& results) {
  auto &rows = figures["brittleness"] = nlohmann::json::array(),
       &recovery = figures["recovery"] = nlohmann::json::array();
  for (const auto& result : results) {
    const nlohmann::json of{{"disturbance", name_of(result.disturbed.disturbance)},
                            {"strength", result.disturbed.strength}};
    for (const auto& [player, rates] :
         {std::pair{kAgent, &result.agent}, std::pair{kFlat, &result.flat}}) {
      auto row = of;
      row["player"] = player;
      row["hits"] = hits_of(*rates);
      row["misses"] = misses_of(*rates);
      rows.push_back(row);
    }
    for (const auto& [player, curves] :
         {std::pair{kAgent, &result.agent_again}, std::pair{kCurious, &result.curious_again},
          std::pair{kFlat, &result.flat_again}})
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

std::string brittleness_section(const std::vector<BrittlenessResult>& results) {
  if (results.empty()) return "";
  std::string strengths, recovery;
  for (auto disturbance : {Disturbance::kSticky, Disturbance::kDistractors, Disturbance::kPatch})
    strengths += strengths_chart(results, disturbance);
  for (const auto& result : results)
    if (!result.agent_again.empty()) recovery += recovery_chart(result);
  auto cells = rows(results);
  for (auto& row : cells)
    for (auto& cell : row) cell = escape_html(cell);
  return page_section(
      "brittleness", "When the game is not the one that was learnt",
      fmt::format(
          "Players that have learnt the game as it is play a disturbed one, first without learning, then learning "
          "on. {} seeds; means and their intervals of 95 %.",
          results.front().agent.size()),
      legend_html({kAgent, kFlat, kCurious}) + "<h3>Without learning</h3><div class=\"charts\">" +
          strengths +
          "</div><h3>Learning on, after the strongest of each disturbance</h3><div class=\"charts\">" +
          recovery + "</div>" + page_table(kHeading, cells));
}

}  // namespace rgm::app
