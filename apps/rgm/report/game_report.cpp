#include "report/game_report.h"

#include <fmt/format.h>

#include <span>

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

std::string header(const GameResults& results) {
  const auto& d = results.demonstration;
  const auto tile = [](std::string_view name, const std::string& value, const std::string& note) {
    return fmt::format("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>", name, value, note);
  };
  std::string title = d.setup.game;
  title.front() = static_cast<char>(title.front() - 'a' + 'A');
  return fmt::format(
             "<header><p class=\"kicker\">Renormalising generative model</p><h1>{}, learnt and played</h1>"
             "<p class=\"headline\"><b>{:.2f} s</b><span>to learn and play {} frames;<br>in the last {} of them {:.1f} hits "
             "and {:.1f} misses per 256</span></p>",
             title, d.seconds, grouped(d.setup.settings.frames),
             grouped(std::min(kMeasuredFrames, d.setup.settings.frames)), d.last.hits,
             d.last.misses) +
         "<dl class=\"tiles\">" +
         tile("Best possible", fmt::format("{:.1f} / {:.1f}", d.ceiling.hits, d.ceiling.misses),
              "hits and misses per 256 frames, the rules known") +
         tile("States", grouped(d.states),
              fmt::format("episodes of {} frames", d.agent->model().window())) +
         tile("A decision", fmt::format("{:.0f} µs", 1e6 * d.decision_seconds),
              fmt::format("99 of 100 take less than {:.0f} µs", 1e6 * d.slow_decision_seconds)) +
         tile("All of this", fmt::format("{:.1f} s", results.seconds),
              "memory at most " + bytes_text(static_cast<double>(results.peak_memory_bytes))) +
         "</dl></header>";
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
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>rgm: {}</title><style>{}{}{}</style>"
      "</head><body>",
      d.setup.game, kReportStyle, kVideoPageStyle, kGamePageStyle);
  html += header(results);
  html += play_section(results);
  html += learning_section(d);
  html += reduction_section(d);
  html += map_section(d);
  html += paths_section(results);
  html += decisions_section(results);
  if (results.comparison) html += comparison_section(*results.comparison);
  html += brittleness_section(results.brittleness);
  html += targets_section(game_targets(d));
  html += again_section(results);
  return html + fmt::format("<footer>rgm {}</footer></body></html>\n",
                            escape_html(results.program_version));
}

void write_game_report(const std::filesystem::path& path, const GameResults& results) {
  const std::string html = game_report_html(results);
  write_file(path, std::span(reinterpret_cast<const std::uint8_t*>(html.data()), html.size()));
}

}  // namespace rgm::app
