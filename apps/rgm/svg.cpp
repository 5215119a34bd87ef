#include "svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "html.h"

namespace rgm::app {
namespace {

constexpr double kWidth = 520, kHeight = 320, kLeft = 58, kRight = 16, kTop = 26, kBottom = 50;

struct Axis {
  double low, high, start, end;
  double operator()(double value) const { return start + (end - start) * (value - low) / (high - low); }
};

double height_at(const ChartLine& line, double x) {
  const auto after = std::ranges::find_if(line.points, [&](const auto& p) { return p.x >= x; });
  if (after == line.points.begin()) return after->y;
  if (after == line.points.end()) return line.points.back().y;
  const auto before = after - 1;
  return before->y + (after->y - before->y) * (x - before->x) / (after->x - before->x);
}

/// Names beside their lines: where a line is farthest from the others, on the side away from them, clear of other names.
std::string direct_labels(const LineChart& chart, const Axis& across, const Axis& up) {
  constexpr int kPlaces = 40;
  constexpr double kLineHeight = 16, kCharacter = 7.2;
  struct Label {
    double x, y, width;
  };
  std::vector<Label> placed;
  std::string svg;
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    const double width = kCharacter * static_cast<double>(chart.lines[i].name.size());
    double best = -1, at = 0, side = -1;
    for (int k = 0; k <= kPlaces; ++k) {
      const double pixel = across.start + width / 2 + (across.end - across.start - width) * k / kPlaces;
      const double x = across.low + (across.high - across.low) * (pixel - across.start) / (across.end - across.start);
      const double here = up(height_at(chart.lines[i], x));
      double gap = std::numeric_limits<double>::infinity(), nearest = 0;
      for (std::size_t j = 0; j < chart.lines.size(); ++j) {
        if (j == i) continue;
        const double distance = up(height_at(chart.lines[j], x)) - here;
        if (std::abs(distance) < gap) {
          gap = std::abs(distance);
          nearest = distance;
        }
      }
      if (gap <= best) continue;
      best = gap;
      at = pixel;
      side = nearest < 0 ? 1 : -1;  // below, if the nearest line is above
    }
    const double x = across.low + (across.high - across.low) * (at - across.start) / (across.end - across.start);
    Label label{at, up(height_at(chart.lines[i], x)) + (side > 0 ? kLineHeight : -kLineHeight / 2), width};
    const auto collides = [&](const Label& other) {
      return std::abs(other.x - label.x) < (other.width + label.width) / 2 && std::abs(other.y - label.y) < kLineHeight;
    };
    while (std::ranges::any_of(placed, collides)) label.y += kLineHeight / 2;
    placed.push_back(label);
    svg += fmt::format("<text class=\"name text{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>", i, label.x,
                       label.y, escape_html(chart.lines[i].name));
  }
  return svg;
}

}  // namespace

std::vector<double> nice_ticks(double low, double high, int count) {
  const double span = std::max(high - low, 1e-9 * std::max({std::abs(low), std::abs(high), 1e-6}));
  const double raw = span / count, power = std::pow(10.0, std::floor(std::log10(raw)));
  const double ratio = raw / power, step = power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10);
  const double first = std::floor(low / step + 1e-9), last = std::max(std::ceil(high / step - 1e-9), first + 1);
  std::vector<double> ticks;
  for (double i = first; i <= last; ++i) ticks.push_back(i * step);
  return ticks;
}

std::string chart_svg(const LineChart& chart) {
  double left = std::numeric_limits<double>::infinity(), right = -left, low = left, high = -left;
  for (const auto& line : chart.lines)
    for (const auto& p : line.points) {
      left = std::min(left, p.x);
      right = std::max(right, p.x);
      low = std::min(low, p.y);
      high = std::max(high, p.y);
    }
  const auto y_ticks = nice_ticks(low, chart.y_top.value_or(high), 4);
  const auto x_ticks = nice_ticks(left, right, 5);
  const Axis across{left, std::max(right, left + 1e-9), kLeft, kWidth - kRight};
  const Axis up{y_ticks.front(), chart.y_top.value_or(y_ticks.back()), kHeight - kBottom, kTop};

  std::string svg = fmt::format(
      "<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\"><title>{}</title>"
      "<text class=\"axis\" x=\"0\" y=\"12\">{}</text>"
      "<text class=\"axis\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
      kWidth, kHeight, escape_html(chart.title), escape_html(chart.y_label), kWidth - kRight, kHeight - 8,
      escape_html(chart.x_label));
  for (double y : y_ticks) {
    if (y > up.high + 1e-9 * std::abs(up.high)) continue;
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
        "<text class=\"tick\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
        kLeft, kWidth - kRight, up(y), up(y), kLeft - 7, up(y) + 4, escape_html(chart.y_text(y)));
  }
  for (double x : x_ticks) {
    if (x < left - 1e-9 || x > right + 1e-9) continue;
    svg += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>", across(x),
                       kHeight - kBottom + 18, escape_html(chart.x_text(x)));
  }
  for (std::size_t i = chart.lines.size(); i-- > 0;) {  // the first line lies on top
    std::string path;
    for (const auto& p : chart.lines[i].points)
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? 'M' : 'L', across(p.x), up(p.y));
    svg += fmt::format("<path class=\"line line{}\" d=\"{}\"/>", i, path);
    if (chart.markers)
      for (const auto& p : chart.lines[i].points)
        svg += fmt::format("<circle class=\"dot{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"/>", i, across(p.x), up(p.y));
  }
  if (chart.lines.size() > 1) svg += direct_labels(chart, across, up);
  if (!chart.end_note.empty()) {
    const auto& end = chart.lines.front().points.back();
    svg += fmt::format(
        "<circle class=\"dot0\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"/>"
        "<text class=\"name\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
        across(end.x), up(end.y), across(end.x) - 8, up(end.y) + 4, escape_html(chart.end_note));
  }
  return svg + "</svg>";
}

}  // namespace rgm::app
