#pragma once

#include <string_view>

namespace rgm::app {

/// Style of all reports: one column, two colour schemes; what is wide scrolls inside its own frame.
inline constexpr std::string_view kReportStyle = R"css(
:root { color-scheme: light dark; --bg: #fcfcfa; --fg: #1b1d1f; --muted: #63686e; --line: #dfe0dc; --panel: #f2f2ee;
  --blue: #1f66ad; --orange: #b8500f; --grey: #7d838a; --good: 31 102 173; --bad: 214 90 20; }
@media (prefers-color-scheme: dark) { :root { --bg: #131517; --fg: #e7e7e3; --muted: #a0a5ab; --line: #33373b;
  --panel: #1d2023; --blue: #82b8f2; --orange: #f2985c; --grey: #9299a1; --good: 90 150 220; --bad: 235 110 40; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 40px 24px 64px; max-width: 1080px; background: var(--bg); color: var(--fg);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
h1, h2, h3, h4, p, figure, table { margin: 0; }
h1 { font-size: 30px; line-height: 1.2; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 22px; line-height: 1.25; margin-bottom: 6px; }
h3 { font-size: 16px; margin-top: 28px; }
section { margin-top: 56px; }
section > p, .note, header > p { max-width: 70ch; color: var(--muted); }
section > p { margin-bottom: 18px; }
.note { font-size: 14px; margin-bottom: 10px; }
img { display: inline-block; background: #000; border-radius: 3px; vertical-align: top; }
.kicker, .muted { color: var(--muted); font-size: 14px; }
header .headline { display: flex; flex-wrap: wrap; align-items: center; gap: 10px 22px; margin: 26px 0 22px; max-width: none; }
.headline b { font-size: 76px; line-height: 1; letter-spacing: -0.03em; font-weight: 650; white-space: nowrap;
  color: var(--fg); }
.headline span { font-size: 18px; line-height: 1.4; }
.tiles { display: flex; flex-wrap: wrap; gap: 1px; margin: 28px 0 0; padding: 0;
  background: var(--line); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.tiles div { flex: 1 1 22%; min-width: 140px; background: var(--bg); padding: 12px 16px; }
.tiles dt { font-size: 13px; color: var(--muted); }
.tiles dd { margin: 0; font-size: 21px; font-weight: 600; white-space: nowrap; }
.tiles small { display: block; font-size: 12px; font-weight: 400; color: var(--muted); white-space: normal; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
td { text-align: right; }
th, td { padding: 5px 12px; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 600; text-align: right; vertical-align: bottom; color: var(--muted); white-space: normal; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
.words th, .words td { text-align: left; white-space: normal; padding-left: 0; }
.samples { display: grid; grid-template-columns: fit-content(104px) auto auto; justify-content: start; gap: 6px 14px;
  align-items: center; }
.samples h3 { margin: 0; font-size: 15px; line-height: 1.2; overflow-wrap: anywhere; }
.drawn, .real { display: flex; flex-wrap: wrap; gap: 4px; }
.real { padding-left: 14px; border-left: 2px solid var(--blue); }
.strip { display: grid; grid-template-columns: auto 1fr; gap: 16px; align-items: start; padding: 8px 0; }
.strip > div { display: flex; flex-wrap: wrap; gap: 10px; }
.strip img { margin-right: 3px; }
.locator { width: 40px; height: 40px; }
.frame { fill: var(--panel); stroke: var(--grey); stroke-width: 1; }
.here { fill: var(--blue); }
figcaption { font-size: 12px; line-height: 1.3; color: var(--muted); margin-top: 3px; }
.strip figcaption, .whole figcaption { width: 0; min-width: 100%; overflow: hidden; overflow-wrap: anywhere;
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
.whole { display: flex; flex-wrap: wrap; gap: 12px; }
.stack { display: flex; flex-direction: column; gap: 4px; }
.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(108px, 1fr)); gap: 20px 14px; }
.mistakes figcaption { font-size: 13px; overflow-wrap: anywhere; }
.mistakes b { display: inline-block; max-width: 100%; color: var(--fg); }
.mistakes b.wrong { color: var(--orange); }
.mistakes span { display: block; font-size: 12px; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 24px 40px; }
.chart { display: block; width: 100%; max-width: 620px; height: auto; font-size: 13px; }
.chart text { fill: var(--fg); }
.chart .axis, .chart .tick { fill: var(--muted); }
.chart .grid { stroke: var(--line); }
.chart .line { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.chart .name { font-weight: 600; paint-order: stroke; stroke: var(--bg); stroke-width: 4px; stroke-linejoin: round; }
.line0 { stroke: var(--blue); } .line1 { stroke: var(--orange); } .line2 { stroke: var(--grey); }
.dot0 { fill: var(--blue); } .chart .text0 { fill: var(--blue); } .chart .text1 { fill: var(--orange); }
.chart .text2 { fill: var(--muted); }
.confusion { width: 100%; table-layout: fixed; min-width: calc(var(--names) + 34px * var(--classes)); }
.confusion td, .confusion th { text-align: center; padding: 5px 0; border: 1px solid var(--bg); }
.confusion th:first-child { text-align: right; padding-right: 10px; width: var(--names); white-space: normal;
  overflow-wrap: anywhere; }
.confusion .long { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; padding: 4px 0;
  max-height: 180px; overflow: hidden; }
.confusion .zero { color: var(--line); }
.bars { display: grid; grid-template-columns: max-content max-content 1fr max-content; gap: 6px 14px; align-items: center;
  font-size: 14px; font-variant-numeric: tabular-nums; }
.bars b { font-weight: 600; max-width: min(200px, 32vw); overflow-wrap: anywhere; } .bars span { text-align: right; }
.bars i { display: block; height: 12px; border-radius: 2px; background: var(--blue); }
.bars div { background: var(--panel); border-radius: 2px; }
pre { margin: 0; padding: 14px 16px; background: var(--panel); border-radius: 8px; overflow-x: auto; font: 13px/1.5
  ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
details { margin-top: 14px; }
details summary { cursor: pointer; font-weight: 600; margin-bottom: 8px; }
footer { margin-top: 56px; padding-top: 14px; border-top: 1px solid var(--line); font-size: 13px; color: var(--muted); }
@media (max-width: 700px) {
  body { padding: 24px 16px 48px; }
  .headline b { font-size: 56px; }
  .samples { grid-template-columns: 1fr; }
  .samples h3 { margin-top: 12px; }
  .drawn, .real { display: grid; grid-template-columns: repeat(6, 1fr); }
  .whole { display: grid; grid-template-columns: repeat(5, 1fr); gap: 12px 6px; }
  .drawn img, .real img, .whole img { width: 100%; height: auto; }
  th, td { padding: 5px 6px; }
  .confusion { font-size: 12px; min-width: calc(var(--names) + 31px * var(--classes)); }
  .chart { font-size: 15px; }
}
)css";

/// What reports with films add to it.
inline constexpr std::string_view kFilmPageStyle = R"css(
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

}  // namespace rgm::app
