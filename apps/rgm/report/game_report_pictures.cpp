#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "figures/game_figures.h"
#include "figures/pictures.h"
#include "report/game_report.h"
#include "report/html.h"
#include "report/page.h"
#include "report/svg.h"
#include "rgm/experiments/game_map.h"
#include "rgm/planning/inductive_inference.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

/// The screen that an observation shows.
Images screen(const GridRules& rules, std::span<const Symbol> observation, std::size_t scale) {
  return draw_grid(observation.first(rules.rows() * rules.columns()), rules.columns(),
                   rules.glyphs(), scale);
}

/// What the last frame of a generalised state shows.
std::vector<Symbol> last_frame(const GameModel& model, std::size_t state) {
  const auto frames = usual_frames(model.tree(), state);
  std::vector<Symbol> result;
  for (const auto outcome : frames.item(frames.items() - 1))
    result.push_back(outcome.missing() ? kMissingSymbol : outcome.token);
  return result;
}

/// The way from a frame to the next reward that the agent sees before it, in a few pictures.
std::string forecast_strip(const GameDemonstration& demonstration, const WatchedFrame& frame) {
  constexpr std::size_t kPictures = 8;
  const auto& agent = *demonstration.agent;
  const auto ahead = agent.forecast(*frame.decision.state);
  std::string strip;
  const std::size_t last = ahead.size() - 1, pictures = std::min(kPictures, ahead.size());
  for (std::size_t i = 0; i < pictures; ++i) {
    const std::size_t step = pictures == 1 ? 0 : (last * i + (pictures - 1) / 2) / (pictures - 1);
    const bool reward = agent.model().reward()[ahead[step]] > 0;
    const std::string when =
        step == 0 ? "now" : fmt::format("in {}{}", step, reward ? ": reward" : "");
    strip += fmt::format(
        "<figure>{}<figcaption>{}</figcaption></figure>",
        picture_html(screen(*demonstration.rules, last_frame(agent.model(), ahead[step]), 8), 1,
                     fmt::format("state {}", ahead[step])),
        when);
  }
  return fmt::format("<div class=\"whole\">{}</div>", strip);
}

/// How many states are so many steps from a reward: the backward sets.
std::string distances_svg(const GameModel& model) {
  constexpr double kWidth = 520, kHeight = 260, kLeft = 50, kBottom = 40, kTop = 30;
  std::map<std::size_t, std::size_t> states;  // [steps]
  std::size_t lost = 0;
  for (std::size_t steps : steps_to_reward(model)) ++(steps == kUnreachable ? lost : states[steps]);
  if (states.empty()) return "";
  std::size_t most = 1;
  for (const auto& [steps, count] : states) most = std::max(most, count);
  const auto ticks = nice_ticks(0, static_cast<double>(most));
  const auto farthest = static_cast<double>(states.rbegin()->first);
  const double room = (kWidth - kLeft) / (farthest + 1);
  const auto height = [&](double count) {
    return (kHeight - kBottom - kTop) * count / ticks.back();
  };
  std::string svg = fmt::format(
      "<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\"><title>States by their steps to a reward</title>"
      "<text class=\"axis\" x=\"0\" y=\"12\">generalised states</text>"
      "<text class=\"axis\" x=\"{}\" y=\"{}\" text-anchor=\"end\">frames to the nearest reward; {} states lead to "
      "none</text>",
      kWidth, kHeight, kWidth, kHeight - 4, grouped(lost));
  for (double tick : ticks)
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>"
        "<text class=\"tick\" x=\"{3}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:g}</text>",
        kLeft, kWidth, kHeight - kBottom - height(tick), kLeft - 7,
        kHeight - kBottom - height(tick) + 4, tick);
  for (const auto& [steps, count] : states) {
    const double up = height(static_cast<double>(count)),
                 left = kLeft + room * static_cast<double>(steps);
    svg += fmt::format(
        "<rect class=\"{}\" x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.1f}\"><title>{} frames: {} "
        "states</title></rect>",
        steps == 0 ? "goal" : "other", left + 0.1 * room, kHeight - kBottom - up, 0.8 * room, up,
        steps, count);
  }
  for (double tick : nice_ticks(0, farthest))
    if (tick <= farthest)
      svg += fmt::format(
          "<text class=\"tick\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{:g}</text>",
          kLeft + room * (tick + 0.5), kHeight - kBottom + 16, tick);
  return svg + "</svg>";
}

std::string decisions_table(const GameDemonstration& demonstration,
                            const std::vector<WatchedFrame>& frames) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& frame : frames)
    rows.push_back({picture_html(screen(*demonstration.rules, frame.shown, 5), 1,
                                 "the game after the decision"),
                    escape_html(frame.decision.text(demonstration.game->spaces()))});
  return page_table({"then", "why"}, rows, true);
}

/// Some of the frames, evenly.
std::vector<WatchedFrame> some(const std::vector<WatchedFrame>& frames, std::size_t most) {
  std::vector<WatchedFrame> result;
  for (std::size_t i = 0; i < std::min(most, frames.size()); ++i)
    result.push_back(frames[(2 * i + 1) * frames.size() / (2 * std::min(most, frames.size()))]);
  return result;
}

}  // namespace

std::string play_section(const GameResults& results) {
  if (results.closing.empty()) return "";
  const auto& rules = *results.demonstration.rules;
  Images game, expected;
  std::size_t right = 0;
  for (const auto& frame : results.closing) {
    const bool known = std::ranges::find(frame.expected, kMissingSymbol) == frame.expected.end();
    if (!known && game.pixels.empty()) continue;  // the film begins where something is expected
    for (const auto& [film, symbols] :
         {std::pair{&game, &frame.shown}, std::pair{&expected, &frame.expected}}) {
      append(screen(rules, *symbols, 16), *film);
    }
    right += frame.shown == frame.expected ? 1 : 0;
  }
  if (game.pixels.empty()) return "";
  return page_section(
      "play", "Play",
      "A game of 256 frames after learning, and beside it what the agent expected of each frame, given what it had decided "
      "to do: the most probable symbol of each cell.",
      "<div class=\"movies\">" +
          movie_html(
              side_by_side({&game, &expected}), 12, 1.25, {"the game", "expected"},
              fmt::format(
                  "{} hits and {} misses in this game. Of {} frames {} were expected whole as they came.",
                  results.closing.back().hits, results.closing.back().misses,
                  results.closing.size(), right)) +
          "</div>");
}

std::string learning_section(const GameDemonstration& d) {
  LineChart chart;
  chart.title = "Hits and misses while learning";
  chart.x_label = "frames seen";
  chart.y_label = "per 256 frames";
  chart.lines = {{"hits", {}}, {"misses", {}}, {"best possible hits", {}}};
  const std::size_t window = std::clamp<std::size_t>(d.setup.settings.frames / 40, 1, 1024);
  for (const auto& point : learning_curve(d.play.record, window)) {
    const auto frames = static_cast<double>(point.frames);
    chart.lines[0].points.push_back({frames, point.hits});
    chart.lines[1].points.push_back({frames, point.misses});
    chart.lines[2].points.push_back({frames, d.ceiling.hits});
  }
  chart.x_text = [](double value) { return grouped(static_cast<std::size_t>(value)); };
  chart.y_text = [](double value) { return fmt::format("{:g}", value); };
  chart.names = false;
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, seconds] : game_stages(d))
    rows.push_back({name, fmt::format("{:.3f}", seconds)});
  rows.push_back({"all of it", fmt::format("{:.3f}", d.seconds)});
  return page_section(
      "learning", "Learning",
      fmt::format(
          "The agent plays {} frames at random first, then by what it knows, and learns from its own "
          "play every {} frames. Each point: {} frames.",
          grouped(d.setup.settings.agent.random_frames), d.setup.settings.agent.game_frames,
          window),
      "<div class=\"columns\"><div>" + legend_html({"hits", "misses", "best possible hits"}) +
          chart_svg(chart) + "</div><div><h3>Seconds a stage</h3>" +
          page_table({"stage", "seconds"}, rows) + "</div></div>");
}

std::string paths_section(const GameResults& results) {
  const auto& d = results.demonstration;
  if (d.states == 0) return "";
  std::vector<WatchedFrame> known;
  std::ranges::copy_if(results.closing, std::back_inserter(known),
                       [](const WatchedFrame& frame) { return frame.decision.state.has_value(); });
  std::string strips;
  for (const auto& frame : some(known, 3)) strips += forecast_strip(d, frame);
  return page_section(
      "paths", "Ways to a reward",
      "What the agent forecasts from three frames of play: the states that should follow by the best action "
      "known in each, up to the first that is rewarded. Below, all states that are known by their distance to "
      "a reward, costs never passed: the backward sets of inductive inference.",
      "<div class=\"stack\">" + strips + "</div><h3>Distance to a reward</h3>" +
          distances_svg(d.agent->model()));
}

std::string decisions_section(const GameResults& results) {
  std::string body;
  if (!results.learning.empty())
    body += "<h3>While it learnt</h3>" + decisions_table(results.demonstration, results.learning);
  if (!results.closing.empty())
    body += "<h3>In the last game</h3>" +
            decisions_table(results.demonstration, some(results.closing, 8));
  return body.empty() ? ""
                      : page_section("decisions", "Asked why",
                                     "Some decisions, and what they came from.", body);
}

std::string reduction_section(const GameDemonstration& d) {
  if (!d.reduction) return "";
  const auto& r = *d.reduction;
  const auto row = [](const std::string& name, std::size_t states, const EventRates& rates) {
    return std::vector<std::string>{name, grouped(states), fmt::format("{:.2f}", rates.hits),
                                    fmt::format("{:.2f}", rates.misses)};
  };
  return page_section(
      "reduction", "Reduced to what play needs",
      fmt::format(
          "Only the states that the steady state of play visits are kept, within the basin of attraction of the "
          "rewarded ones; nothing is learnt from then on. It took {:.3f} s, and {} frames of play {:.2f} s.",
          r.seconds, grouped(kMeasuredFrames), r.play_seconds),
      page_table({"", "states", "hits per 256", "misses per 256"},
                 {row("before", r.states_before, d.last), row("after", r.states_after, r.after)}));
}

}  // namespace rgm::app
