#include <fmt/format.h>

#include "figures/game_brittleness_figures.h"
#include "report/game_report.h"
#include "report/page.h"
#include "report/svg.h"

namespace rgm::app {
namespace {

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
  chart.lines = {{kDisturbedAgent, {}, {}}, {kDisturbedFlat, {}, {}}};
  for (const auto& result : results) {
    if (result.disturbed.disturbance != disturbance && result.disturbed.strength > 0) continue;
    add_point(chart.lines[0], result.disturbed.strength, mean_interval(rewards_of(result.agent)));
    add_point(chart.lines[1], result.disturbed.strength, mean_interval(rewards_of(result.flat)));
  }
  return chart.lines[0].points.size() < 3 ? "" : "<div>" + chart_svg(chart) + "</div>";
}

std::string recovery_chart(const BrittlenessResult& result) {
  auto chart = chart_of("Recovery, " + disturbance_title(result.disturbed),
                        "further frames; " + disturbance_title(result.disturbed));
  chart.x_text = [](double value) { return grouped(static_cast<std::size_t>(value)); };
  chart.lines = {{kDisturbedAgent, {}, {}}, {kDisturbedFlat, {}, {}}, {kDisturbedCurious, {}, {}}};
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

std::string brittleness_section(const std::vector<BrittlenessResult>& results) {
  if (results.empty()) return "";
  std::string strengths, recovery;
  for (auto disturbance : {Disturbance::kSticky, Disturbance::kDistractors, Disturbance::kPatch})
    strengths += strengths_chart(results, disturbance);
  for (const auto& result : results)
    if (!result.agent_again.empty()) recovery += recovery_chart(result);
  return page_section(
      "brittleness", "When the game is not the one that was learnt",
      fmt::format(
          "Players that have learnt the game as it is play a disturbed one, first without learning, then learning "
          "on. {} seeds; means and their intervals of 95 %.",
          results.front().agent.size()),
      legend_html({kDisturbedAgent, kDisturbedFlat, kDisturbedCurious}) +
          "<h3>Without learning</h3><div class=\"charts\">" + strengths +
          "</div><h3>Learning on, after the strongest of each disturbance</h3><div class=\"charts\">" +
          recovery + "</div>" + page_table(brittleness_table(results)));
}

}  // namespace rgm::app
