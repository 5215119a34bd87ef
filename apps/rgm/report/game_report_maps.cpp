#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "figures/game_figures.h"
#include "report/game_report.h"
#include "report/page.h"
#include "rgm/experiments/game_map.h"
#include "rgm/planning/inductive_inference.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr double kSide = 520, kMargin = 22;
constexpr std::size_t kMapFrames = 4096, kOrbitFrames = 512;

/// A place of a map in its picture, pixels. Distances from the middle are shown by their roots, for
/// where many orbits meet the states lie close together.
std::array<double, 2> pixel(const StateMap& map, std::size_t state) {
  const auto& [x, y] = map.places[state];
  const double scale = (kSide / 2 - kMargin) / std::sqrt(std::max(std::hypot(x, y), 1e-9));
  return {kSide / 2 + x * scale, kSide / 2 + y * scale};
}

std::string figure(const std::string& svg, std::string_view title, std::string_view caption) {
  return fmt::format(
      "<figure><svg class=\"map\" viewBox=\"0 0 {0} {0}\" role=\"img\"><title>{1}</title>{2}</svg>"
      "<figcaption>{3}</figcaption></figure>",
      kSide, title, svg, caption);
}

/// "goal", "cost" or "other", by what the state's last frame shows.
const char* kind_of(const GameModel& model, std::size_t state) {
  return model.cost()[state] > 0 ? "cost" : model.reward()[state] > 0 ? "goal" : "other";
}

/// All that was visited, nearer to a reward the stronger.
std::string graph_svg(const StateMap& map, const GameModel& model) {
  const auto steps = steps_to_reward(model);
  std::size_t farthest = 1;
  for (std::size_t state : map.states)
    if (steps[state] != kUnreachable) farthest = std::max(farthest, steps[state]);
  std::string svg;
  double most = 1;
  for (const auto& arc : map.arcs) most = std::max(most, arc.count);
  for (const auto& arc : map.arcs) {
    const auto from = pixel(map, arc.from), to = pixel(map, arc.to);
    svg +=
        fmt::format("<path class=\"arc\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\" opacity=\"{:.2f}\"/>",
                    from[0], from[1], to[0], to[1], 0.15 + 0.6 * std::sqrt(arc.count / most));
  }
  for (const bool marked : {false, true})  // what is marked lies on top
    for (std::size_t s = 0; s < map.states.size(); ++s) {
      const std::size_t state = map.states[s];
      const std::string kind = kind_of(model, state);
      if ((kind != "other") != marked) continue;
      const bool reachable = steps[state] != kUnreachable;
      const double near =
          reachable ? 1 - static_cast<double>(steps[state]) / static_cast<double>(farthest) : 0;
      const auto at = pixel(map, s);
      svg += fmt::format(
          "<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" opacity=\"{:.2f}\"><title>state {}{}</title></circle>",
          reachable || marked ? kind : "lost", at[0], at[1], marked ? 4.5 : 2.8,
          marked ? 1 : 0.25 + 0.75 * near, state,
          reachable ? fmt::format(", a reward in {} frames", steps[state]) : "");
    }
  return svg;
}

/// The walk of the last frames, rewards and costs marked.
std::string orbit_svg(const StateMap& map, const GameModel& model) {
  const std::size_t first = map.walk.size() - std::min(kOrbitFrames, map.walk.size());
  std::string path, marks;
  bool gap = true;
  for (std::size_t t = first; t < map.walk.size(); ++t) {
    if (!map.walk[t]) {
      gap = true;
      continue;
    }
    const auto at = pixel(map, *map.walk[t]);
    path += fmt::format("{}{:.1f} {:.1f}", std::exchange(gap, false) ? 'M' : 'L', at[0], at[1]);
    const std::string kind = kind_of(model, map.states[*map.walk[t]]);
    if (kind != "other")
      marks += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"/>", kind,
                           at[0], at[1]);
  }
  return "<path class=\"orbit\" d=\"" + path + "\"/>" + marks;
}

}  // namespace

std::string map_section(const GameDemonstration& demonstration) {
  const auto& visited = demonstration.play.visited;
  const auto map = map_of_walk(std::span(visited).last(std::min(kMapFrames, visited.size())));
  if (map.states.size() < 3) return "";
  const auto& model = demonstration.agent->model();
  return page_section(
      "map", "Where play goes",
      fmt::format(
          "The {} generalised states of the last {} frames, of {} that are known. A state is an episode of {} frames; "
          "its place is its entry in the second and third singular vectors of the transition graph that was walked, "
          "which lay an orbit out as a ring; distances from the middle are shown by their roots. <span class=\"key "
          "goal\"></span> rewarded, <span class=\"key cost\"></span> costly.",
          grouped(map.states.size()), grouped(map.walk.size()), grouped(demonstration.states),
          model.window()),
      "<div class=\"columns\">" +
          figure(orbit_svg(map, model), "Orbits of play",
                 fmt::format("The walk of the last {} frames.",
                             std::min(kOrbitFrames, map.walk.size()))) +
          figure(
              graph_svg(map, model), "The transition graph",
              "All states and arcs of these frames; the stronger the blue, the nearer the next reward.") +
          "</div>");
}

}  // namespace rgm::app
