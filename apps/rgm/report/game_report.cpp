#include "report/game_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "figures/game_figures.h"
#include "report/html.h"
#include "report/page.h"
#include "report/style.h"
#include "rgm/base/file.h"
#include "rgm/recipes/recipe.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr std::string_view kGamePageStyle = R"css(
.map { display: block; width: 100%; max-width: 520px; height: auto; background: var(--panel); border-radius: 8px; }
.map .arc { stroke: var(--grey); stroke-width: 1; fill: none; }
.map .orbit { stroke: var(--blue); stroke-width: 1.2; fill: none; opacity: 0.7; stroke-linejoin: round; }
.goal { fill: var(--third); background: var(--third); } .cost { fill: var(--orange); background: var(--orange); }
.other { fill: var(--blue); } .lost { fill: var(--grey); }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 5px; }
.columns figcaption { font-size: 13px; margin-top: 6px; }
.band { opacity: 0.15; }
.line5 { stroke: var(--fifth); } .dot5 { fill: var(--fifth); } .line6 { stroke: var(--sixth); } .dot6 { fill: var(--sixth); }
:root { --fifth: #a8871c; --sixth: #c0447f; }
@media (prefers-color-scheme: dark) { :root { --fifth: #e3c566; --sixth: #f08ab8; } }
#players ul, #brittleness ul { padding-left: 20px; font-size: 15px; } .scroll { margin-top: 20px; }
.stack .whole { margin-bottom: 18px; }
.words td:first-child { width: 70px; padding-right: 18px; } .words td { vertical-align: top; }
)css";

PageHead head_of(const GameResults& results) {
  const auto& d = results.demonstration;
  std::string heading = d.setup.game + ", learnt and played";
  heading.front() = static_cast<char>(heading.front() - 'a' + 'A');
  PageHead head{.title = "rgm: " + d.setup.game,
                .heading = heading,
                .headline = fmt::format("{:.2f} s", d.seconds)};
  head.headline_note = fmt::format(
      "to learn and play {} frames;<br>in the last {} of them {:.1f} hits and {:.1f} misses per 256",
      grouped(d.setup.settings.frames), grouped(std::min(kMeasuredFrames, d.setup.settings.frames)),
      d.last.hits, d.last.misses);
  head.figures = {
      {"Best possible", fmt::format("{:.1f} / {:.1f}", d.ceiling.hits, d.ceiling.misses),
       "hits and misses per 256 frames, the rules known"},
      {"States", grouped(d.states),
       fmt::format("episodes of {} frames", d.agent->model().window())},
      {"A decision", fmt::format("{:.0f} µs", 1e6 * d.decision_seconds),
       fmt::format("99 of 100 take less than {:.0f} µs", 1e6 * d.slow_decision_seconds)},
      {"All of this", fmt::format("{:.1f} s", results.seconds),
       "memory at most " + bytes_text(static_cast<double>(results.peak_memory_bytes))}};
  return head;
}

std::string again_section(const GameResults& results) {
  return page_section(
      "recipe", "How to make it again",
      fmt::format(
          "Seed {}. Same settings and seed give the same play and the same figures but for times.",
          results.demonstration.seed),
      "<pre>" + escape_html(results.command) +
          "</pre><details><summary>All settings</summary><pre>" +
          escape_html(to_toml(results.demonstration.setup.settings)) + "</pre></details>");
}

}  // namespace

std::string game_report_html(const GameResults& results) {
  const auto& d = results.demonstration;
  std::string sections = play_section(results);
  sections += learning_section(d);
  sections += reduction_section(d);
  sections += map_section(d);
  sections += paths_section(results);
  sections += decisions_section(results);
  if (results.comparison) sections += comparison_section(*results.comparison);
  sections += brittleness_section(results.brittleness);
  sections += targets_section(game_targets(d));
  sections += again_section(results);
  return page_html(head_of(results), std::string(kFilmPageStyle) + std::string(kGamePageStyle),
                   sections, results.program_version);
}

void write_game_report(const std::filesystem::path& path, const GameResults& results) {
  write_text(path, game_report_html(results));
}

}  // namespace rgm::app
