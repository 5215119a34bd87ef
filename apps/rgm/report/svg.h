#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rgm::app {

/// One line of a chart: a name, which is written beside it, and points from left to right.
struct ChartLine {
  struct Point {
    double x = 0, y = 0;
  };
  std::string name;
  std::vector<Point> points;
  /// Lowest and highest at each point, shaded; empty: none.
  std::vector<std::pair<double, double>> band = {};
};

/// A line chart as an `svg` element that scales with the page and takes its colours from it
/// (classes line0, line1, …).
struct LineChart {
  std::string title = {};  ///< for screen readers
  std::string x_label = {}, y_label = {};
  std::vector<ChartLine> lines = {};  ///< at least one, each with at least one point, all finite
  /// Lowest value to show, and where the axis ends; none: the data.
  std::optional<std::pair<double, double>> y_range = {};
  bool names = true;     ///< beside the lines, if there are several
  bool markers = false;  ///< a dot at each point
  /// Stretches of x that are shaded, behind the lines.
  std::vector<std::pair<double, double>> shades = {};
  std::string end_note = {};  ///< written at the last point of the first line; empty: nothing
  std::function<std::string(double)> x_text = {}, y_text = {};  ///< of the ticks
};

/// Tick values at a step of 1, 2 or 5 times a power of ten that cover [low, high] with about four
/// intervals; the first is at most `low`, the last at least `high`.
std::vector<double> nice_ticks(double low, double high);

std::string chart_svg(const LineChart& chart);

}  // namespace rgm::app
