#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "figures/targets.h"
#include "rgm/base/images.h"

namespace rgm::app {

/// What the report on video adds to the style of reports.
inline constexpr std::string_view kVideoPageStyle = R"css(
.movies { display: flex; flex-wrap: wrap; gap: 24px 28px; align-items: flex-start; }
.movies figure { max-width: 100%; }
video { display: block; max-width: 100%; height: auto; background: #202020; border-radius: 4px; }
.movies figcaption { font-size: 13px; margin-top: 6px; }
.panels { display: flex; font-size: 12px; color: var(--muted); margin-bottom: 4px; }
.panels span { flex: 1; text-align: center; line-height: 1.25; }
.side { display: grid; grid-template-columns: minmax(0, max-content) minmax(0, 1fr); gap: 24px 40px; align-items: start; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 20px 24px; margin-top: 20px; }
@media (max-width: 900px) { .side { grid-template-columns: 1fr; } }
h3 { margin-bottom: 10px; }
.charts .chart { font-size: 19px; overflow: visible; }
.chart .shade { fill: var(--orange); opacity: 0.16; }
.dot1 { fill: var(--orange); } .dot2 { fill: var(--grey); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; color: var(--muted); margin: 2px 0 12px; }
.legend svg { width: 22px; height: 10px; vertical-align: middle; margin-right: 6px; }
.legend line { stroke-width: 3; }
.line3 { stroke: var(--third); } .dot3 { fill: var(--third); } .chart .text3 { fill: var(--third); }
.line4 { stroke: var(--fourth); } .dot4 { fill: var(--fourth); } .chart .text4 { fill: var(--fourth); }
:root { --third: #2d7d46; --fourth: #8a4fa3; }
@media (prefers-color-scheme: dark) { :root { --third: #7ccb93; --fourth: #c99be0; } }
td.met { color: rgb(var(--good)); font-weight: 600; } td.missed { color: var(--orange); font-weight: 600; }
td b { font-weight: 650; }
)css";

/// A section with a heading, a paragraph (HTML) and a body (HTML).
std::string page_section(std::string_view id, std::string_view heading, std::string_view text,
                         const std::string& body);

/// A table that scrolls within itself; cells are HTML. The first column to the left, the others to
/// the right; with `words` all to the left, and long lines break.
std::string page_table(const std::vector<std::string>& heading,
                       const std::vector<std::vector<std::string>>& rows, bool words = false);

/// Goals beside what was measured, as a section.
std::string targets_section(const std::vector<Target>& targets);

/// The names of a chart's lines, with their colours.
std::string legend_html(const std::vector<std::string>& names);

/// A film as a figure that plays by itself, again and again, and carries its own WebM file.
/// `panels` are written above it, side by side; `caption` below; all are escaped here. Shown
/// `scale` times as large as it is.
std::string movie_html(const Images& frames, double frames_per_second, double scale,
                       const std::vector<std::string>& panels, std::string_view caption);

/// Marks frames [first, end) by a bright bar at their lower edge.
void mark_frames(Images& frames, std::size_t first, std::size_t end);

}  // namespace rgm::app
