#pragma once

#include <string_view>

namespace rgm::app {

/// Style of the report: one column, two colour schemes; what is wide scrolls inside its own frame.
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
section > p, .note, header p { max-width: 70ch; color: var(--muted); }
section > p { margin-bottom: 18px; }
.note { font-size: 14px; margin-bottom: 10px; }
img { display: inline-block; background: #000; border-radius: 3px; vertical-align: top; }
.kicker, .muted { color: var(--muted); font-size: 14px; }
.headline { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 18px; margin-top: 28px; }
.headline b { font-size: 76px; line-height: 1; letter-spacing: -0.03em; font-weight: 650; white-space: nowrap; }
.headline span { font-size: 20px; color: var(--muted); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 1px; margin: 28px 0 0; padding: 0;
  background: var(--line); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.tiles div { background: var(--bg); padding: 12px 16px; }
.tiles dt { font-size: 13px; color: var(--muted); }
.tiles dd { margin: 0; font-size: 21px; font-weight: 600; white-space: nowrap; }
.tiles small { display: block; font-size: 12px; font-weight: 400; color: var(--muted); white-space: normal; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th { font-weight: 600; text-align: right; color: var(--muted); }
td { text-align: right; }
th, td { padding: 5px 12px; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
.sample-row { display: grid; grid-template-columns: 92px auto auto; justify-content: start; gap: 0 14px; align-items: center;
  padding: 3px 0; }
.sample-row h4 { font-size: 14px; font-weight: 600; overflow-wrap: anywhere; line-height: 1.2; }
.drawn, .real { display: flex; flex-wrap: wrap; gap: 4px; }
.real { padding-left: 14px; border-left: 2px solid var(--blue); }
.strip { display: flex; flex-wrap: wrap; gap: 10px; align-items: flex-start; padding: 8px 0; }
.strip img { margin-right: 3px; }
.locator { width: 40px; height: 40px; flex: none; margin-right: 6px; }
.frame { fill: var(--panel); stroke: var(--grey); stroke-width: 1; }
.here { fill: var(--blue); }
figcaption { font-size: 12px; line-height: 1.3; color: var(--muted); margin-top: 3px; }
.whole { display: flex; flex-wrap: wrap; gap: 12px; }
.stack { display: flex; flex-direction: column; gap: 4px; }
.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(112px, 1fr)); gap: 20px 14px; }
.mistakes figcaption { font-size: 13px; overflow-wrap: anywhere; }
.mistakes b { color: var(--fg); }
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
.confusion td, .confusion th { text-align: center; padding: 5px 4px; min-width: 38px; border: 1px solid var(--bg); }
.confusion th:first-child { text-align: right; padding-right: 10px; }
.confusion .long { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; padding: 4px 8px; }
.confusion .zero { color: var(--line); }
.bars { display: grid; grid-template-columns: max-content max-content 1fr max-content; gap: 6px 14px; align-items: center;
  font-size: 14px; font-variant-numeric: tabular-nums; max-width: 720px; }
.bars b { font-weight: 600; } .bars span { text-align: right; }
.bars i { display: block; height: 12px; border-radius: 2px; background: var(--blue); }
.bars div { background: var(--panel); border-radius: 2px; }
pre { margin: 0; padding: 14px 16px; background: var(--panel); border-radius: 8px; overflow-x: auto; font: 13px/1.5
  ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
details summary { cursor: pointer; font-weight: 600; margin-bottom: 8px; }
footer { margin-top: 56px; padding-top: 14px; border-top: 1px solid var(--line); font-size: 13px; color: var(--muted); }
@media (max-width: 700px) {
  body { padding: 24px 16px 48px; }
  .headline b { font-size: 56px; }
  .sample-row { grid-template-columns: 1fr; gap: 5px; padding: 8px 0; }
  .confusion td, .confusion th { min-width: 30px; padding: 5px 1px; font-size: 12px; }
}
)css";

}  // namespace rgm::app
