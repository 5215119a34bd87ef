#include "report/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "report/html.h"

namespace rgm::app {
namespace {

constexpr double kWidth = 520, kHeight = 320, kLeft = 66, kRight = 24, kTop = 42, kBottom = 50;

struct Axis {
  double low, high, start, end;
  double operator()(double value) const {
    return start + (end - start) * (value - low) / (high - low);
  }
  double inverse(double pixel) const {
    return low + (high - low) * (pixel - start) / (end - start);
  }
};

double height_at(const ChartLine& line, double x) {
  const auto after = std::ranges::find_if(line.points, [&](const auto& p) { return p.x >= x; });
  if (after == line.points.begin()) return after->y;
  if (after == line.points.end()) return line.points.back().y;
  const auto before = after - 1;
  return before->y + (after->y - before->y) * (x - before->x) / (after->x - before->x);
}

/// A text's place on the chart, pixels.
struct Rectangle {
  double left, right, top, bottom;
  bool meets(const Rectangle& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
};

/// Names beside their lines, above or below, where they are clear of the other lines and of what is
/// `taken` already.
std::string direct_labels(const LineChart& chart, const Axis& across, const Axis& up,
                          std::vector<Rectangle> taken) {
  constexpr int kPlaces = 60, kSamples = 12;
  constexpr double kCharacter = 7.6, kAscent = 12, kDescent = 4, kGap = 5;
  std::string svg;
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    const double width = kCharacter * static_cast<double>(chart.lines[i].name.size());
    // Highest and lowest pixel of a line above a text that begins at `left`; smaller is higher.
    const auto extent = [&](const ChartLine& line, double left) {
      double top = std::numeric_limits<double>::infinity(), bottom = -top;
      for (int k = 0; k <= kSamples; ++k) {
        const double y = up(height_at(line, across.inverse(left + width * k / kSamples)));
        top = std::min(top, y);
        bottom = std::max(bottom, y);
      }
      return std::pair(top, bottom);
    };
    Rectangle best{};
    double best_score = -std::numeric_limits<double>::infinity();
    for (int k = 0; k < 2 * kPlaces; ++k) {
      const double left =
          across.start + (across.end - across.start - width) * std::floor(k / 2.0) / (kPlaces - 1);
      const auto [top, bottom] = extent(chart.lines[i], left);
      const double low = k % 2 == 0 ? top - kGap : bottom + kGap + kAscent + kDescent;
      const Rectangle place{left, left + width, low - kAscent - kDescent, low};
      double clearance = 40;  // more is no better
      for (std::size_t j = 0; j < chart.lines.size(); ++j) {
        if (j == i) continue;
        const auto [other_top, other_bottom] = extent(chart.lines[j], left);
        clearance =
            std::min(clearance, std::max(place.top - other_bottom, other_top - place.bottom));
      }
      const bool allowed =
          place.top > 18 && place.bottom < up.start &&
          std::ranges::none_of(taken, [&](const Rectangle& other) { return other.meets(place); });
      const double score = clearance - (bottom - top) - (allowed ? 0 : 1000);
      if (score <= best_score) continue;
      best_score = score;
      best = place;
    }
    taken.push_back(best);
    svg += fmt::format(
        "<text class=\"name text{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>", i,
        (best.left + best.right) / 2, best.bottom - kDescent, escape_html(chart.lines[i].name));
  }
  return svg;
}

/// Where the values of a chart lie, and where its axes have ticks.
struct Axes {
  std::vector<double> x_ticks, y_ticks;
  Axis across, up;
};

/// Wide enough for all points and bands, from round number to round number.
Axes axes_of(const LineChart& chart) {
  double left = std::numeric_limits<double>::infinity(), right = -left, low = left, high = -left;
  for (const auto& line : chart.lines) {
    for (const auto& p : line.points) {
      left = std::min(left, p.x);
      right = std::max(right, p.x);
      low = std::min(low, p.y);
      high = std::max(high, p.y);
    }
    for (const auto& [bottom, top] : line.band) {
      low = std::min(low, bottom);
      high = std::max(high, top);
    }
  }
  if (chart.y_range) std::tie(low, high) = *chart.y_range;
  auto x_ticks = nice_ticks(left, right), y_ticks = nice_ticks(low, high);
  if (left - x_ticks.front() < 0.05 * (right - left)) left = x_ticks.front();
  const Axis across{left, std::max(right, left + 1e-9), kLeft, kWidth - kRight};
  const Axis up{y_ticks.front(), chart.y_range ? high : y_ticks.back(), kHeight - kBottom, kTop};
  return {std::move(x_ticks), std::move(y_ticks), across, up};
}

/// What lies behind the lines: shades, a grid, ticks with their values.
std::string background_svg(const LineChart& chart, const Axes& axes) {
  const auto& [x_ticks, y_ticks, across, up] = axes;
  std::string svg;
  for (const auto& [from, to] : chart.shades)
    svg += fmt::format(
        "<rect class=\"shade\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
        across(from), up.end, across(to) - across(from), up.start - up.end);
  for (double y : y_ticks) {
    if (y > up.high + 1e-9 * std::abs(up.high)) continue;
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
        "<text class=\"tick\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
        kLeft, kWidth - kRight, up(y), up(y), kLeft - 7, up(y) + 4, escape_html(chart.y_text(y)));
  }
  for (double x : x_ticks) {
    if (x < across.low - 1e-9 || x > across.high + 1e-9) continue;
    svg +=
        fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                    across(x), kHeight - kBottom + 18, escape_html(chart.x_text(x)));
  }
  return svg;
}

/// The line of colour `i`, its band and its markers.
std::string line_svg(const ChartLine& line, std::size_t i, bool markers, const Axis& across,
                     const Axis& up) {
  const auto& [name, points, band] = line;
  std::string svg, outline, path;
  for (std::size_t k = 0; k < band.size(); ++k)
    outline += fmt::format("{:.1f},{:.1f} ", across(points[k].x), up(band[k].second));
  for (std::size_t k = band.size(); k-- > 0;)
    outline += fmt::format("{:.1f},{:.1f} ", across(points[k].x), up(band[k].first));
  if (!band.empty())
    svg += fmt::format("<polygon class=\"band dot{}\" points=\"{}\"/>", i, outline);
  for (const auto& p : points)
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? 'M' : 'L', across(p.x), up(p.y));
  svg += fmt::format("<path class=\"line line{}\" d=\"{}\"/>", i, path);
  if (markers)
    for (const auto& p : points)
      svg += fmt::format("<circle class=\"dot{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"/>", i,
                         across(p.x), up(p.y));
  return svg;
}

/// Names of the lines and the note at the end of the first one.
std::string texts_svg(const LineChart& chart, const Axis& across, const Axis& up) {
  std::string svg;
  std::vector<Rectangle> taken;
  if (!chart.end_note.empty()) {
    const auto& end = chart.lines.front().points.back();
    const double x = across(end.x), y = up(end.y);
    svg += fmt::format(
        "<circle class=\"dot0\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"/>"
        "<text class=\"name\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
        x, y, x - 9, y + 4, escape_html(chart.end_note));
    taken.push_back({x - 9 - 8 * static_cast<double>(chart.end_note.size()), x, y - 10, y + 10});
  }
  if (chart.names && chart.lines.size() > 1)
    svg += direct_labels(chart, across, up, std::move(taken));
  return svg;
}

}  // namespace

std::vector<double> nice_ticks(double low, double high) {
  const double span = std::max(high - low, 1e-9 * std::max({std::abs(low), std::abs(high), 1e-6}));
  const double raw = span / 4, power = std::pow(10.0, std::floor(std::log10(raw)));
  const double ratio = raw / power, step = power * (ratio < 1.5   ? 1
                                                    : ratio < 3.5 ? 2
                                                    : ratio < 7.5 ? 5
                                                                  : 10);
  const double first = std::floor(low / step + 1e-9),
               last = std::max(std::ceil(high / step - 1e-9), first + 1);
  std::vector<double> ticks;
  for (double i = first; i <= last; ++i) ticks.push_back(i * step);
  return ticks;
}

std::string chart_svg(const LineChart& chart) {
  const auto axes = axes_of(chart);
  std::string svg = fmt::format(
      "<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\"><title>{}</title>"
      "<text class=\"axis\" x=\"0\" y=\"12\">{}</text>"
      "<text class=\"axis\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
      kWidth, kHeight, escape_html(chart.title), escape_html(chart.y_label), kWidth - kRight,
      kHeight - 8, escape_html(chart.x_label));
  svg += background_svg(chart, axes);
  for (std::size_t i = chart.lines.size(); i-- > 0;)  // the first line lies on top
    svg += line_svg(chart.lines[i], i, chart.markers, axes.across, axes.up);
  return svg + texts_svg(chart, axes.across, axes.up) + "</svg>";
}

}  // namespace rgm::app
