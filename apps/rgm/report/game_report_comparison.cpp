#include <fmt/format.h>

#include <algorithm>

#include "figures/game_comparison_figures.h"
#include "report/game_report.h"
#include "report/html.h"
#include "report/page.h"
#include "report/svg.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

/// Reward of all players that learn, against frames or seconds; in the order of their colours.
LineChart curves_chart(const std::vector<const PlayerRuns*>& players, bool seconds) {
  LineChart chart;
  chart.title = std::string("Reward against ") + (seconds ? "seconds" : "frames");
  chart.x_label = seconds ? "seconds of learning and play" : "frames seen";
  chart.y_label = "hits − 2 misses per 256 frames";
  chart.names = false;
  double longest = 0;
  for (const auto* runs : players) {
    if (runs->curves.empty()) continue;
    ChartLine line{runs->player, {}, {}};
    for (const auto& point : mean_curve(runs->curves)) {
      line.points.push_back(
          {seconds ? point.seconds : static_cast<double>(point.frames), point.reward.mean});
      line.band.emplace_back(point.reward.low, point.reward.high);
    }
    if (runs->player != kDqn) longest = std::max(longest, line.points.back().x);
    chart.lines.push_back(std::move(line));
  }
  if (seconds && !players.empty() && players.back()->player == kDqn) {
    // Deep learning, the last line, takes so much longer that the others would not be seen.
    auto& slow = chart.lines.back();
    chart.x_label += fmt::format("; DQN goes on to {:.0f}", slow.points.back().x);
    while (!slow.points.empty() && slow.points.back().x > 1.05 * longest) {
      slow.points.pop_back();
      slow.band.pop_back();
    }
    if (slow.points.empty()) chart.lines.pop_back();
  }
  chart.x_text = [seconds](double value) {
    return seconds ? fmt::format("{:g}", value) : grouped(static_cast<std::size_t>(value));
  };
  chart.y_text = [](double value) { return fmt::format("{:g}", value); };
  return chart;
}

}  // namespace

std::string comparison_section(const GameComparison& comparison) {
  std::vector<const PlayerRuns*> players;  // in the order of their colours
  for (const char* name : {kThisAgent, kFlatPlayer, "random", kPaperAgent,
                           "Q-learning on pairs of frames", kCuriousFlatPlayer, kDqn})
    if (const auto* runs = find_player(comparison, name)) players.push_back(runs);
  std::vector<std::string> names;
  for (const auto* runs : players) names.push_back(runs->player);
  std::string findings;
  for (const auto& sentences : {comparison_findings(comparison), comparison_times(comparison)})
    for (const auto& sentence : sentences) findings += "<li>" + escape_html(sentence) + "</li>";
  return page_section(
      "players", "Beside other players",
      fmt::format(
          "Each plays {} frames and learns meanwhile, with seeds on which nothing was tuned ({} to {}{}). Means and "
          "their intervals of 95 %; hits, misses and reward of the last {} frames. Players that know the rules learn "
          "nothing.",
          grouped(comparison.frames), comparison.seeds.front(), comparison.seeds.back(),
          find_player(comparison, kDqn) == nullptr ? "" : "; DQN its own",
          grouped(kMeasuredFrames)),
      legend_html(names) + "<div class=\"columns\"><div>" +
          chart_svg(curves_chart(players, false)) + "</div><div>" +
          chart_svg(curves_chart(players, true)) + "</div></div>" +
          page_table(comparison_table(comparison)) + "<h3>What the numbers say</h3><ul>" +
          findings + "</ul>");
}

}  // namespace rgm::app
