#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "figures/video_figures.h"
#include "report/html.h"
#include "report/page.h"
#include "report/svg.h"
#include "report/video_report.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr const char* kCoders[] = {"model, exact", "model, bitstream", "growing, bitstream", "x264",
                                   "VP9"};

/// Ticks of a logarithmic axis: whole powers of ten alone.
std::string power_of_ten(double log) {
  return std::abs(log - std::round(log)) < 1e-9
             ? fmt::format("{:g}", std::pow(10.0, std::round(log)))
             : "";
}
std::string plain(double value) { return fmt::format("{:g}", value); }

std::string with_legend(const LineChart& chart) {
  std::vector<std::string> names;
  for (const auto& line : chart.lines) names.push_back(line.name);
  return legend_html(names) + chart_svg(chart);
}

std::string rate_chart(const FilmRates& rates, const std::string& of, double RatePoint::*quality) {
  LineChart chart;
  chart.title = of + " against bits a pixel of " + rates.film;
  chart.x_label = "bits a pixel";
  chart.y_label = of;
  chart.markers = true;
  chart.names = false;
  chart.x_text = power_of_ten;
  chart.y_text = plain;
  for (const char* coder : kCoders) {
    ChartLine line{coder, {}};
    for (const auto& point : best_points(rates.points, coder))
      if (point.bits_per_pixel > 0)
        line.points.push_back({std::log10(point.bits_per_pixel), point.*quality});
    if (!line.points.empty()) chart.lines.push_back(line);
  }
  return chart.lines.empty() ? "" : with_legend(chart);
}

std::string scaling_chart(const std::vector<ScalingPoint>& points, std::size_t side) {
  LineChart chart;
  chart.title = "Seconds of learning and of filtering against frames";
  chart.x_label = "frames";
  chart.y_label = "seconds";
  chart.markers = true;
  chart.names = false;
  chart.x_text = chart.y_text = power_of_ten;
  for (const char* content : {"never repeats", "recurs"})
    for (const bool learning : {true, false}) {
      ChartLine line{fmt::format("{}, {}", learning ? "learning" : "filtering", content), {}};
      for (const auto& p : points)
        if (p.content == content && p.side == side && p.fixed_filtering_seconds > 0)
          line.points.push_back(
              {std::log10(static_cast<double>(p.frames)),
               std::log10(std::max(1e-4, learning ? p.learning_seconds : p.filtering_seconds))});
      if (!line.points.empty()) chart.lines.push_back(line);
    }
  return chart.lines.empty() ? "" : with_legend(chart);
}

}  // namespace

std::string rates_section(const std::vector<FilmRates>& rates) {
  if (rates.empty()) return "";
  std::string body;
  for (const auto& film : rates) {
    std::vector<std::vector<std::string>> rows;
    const auto add = [&](const RatePoint& point) {
      rows.push_back(
          {point.coder, point.setting, fmt::format("{:.5f}", point.bits_per_pixel),
           std::isfinite(point.psnr) ? fmt::format("{:.2f}", point.psnr) : "∞",
           fmt::format("{:.4f}", point.ssim),
           point.model_bytes == 0 ? "–" : bytes_text(static_cast<double>(point.model_bytes)),
           fmt::format("{:.2f}", point.seconds)});
    };
    for (const char* coder : kCoders)
      for (const auto& point : best_points(film.points, coder)) add(point);
    for (const auto& point : film.points)
      if (point.coder == "FFV1") add(point);
    body += fmt::format(
        "<h3>{}</h3><p class=\"note\">Models have learnt {}.</p><div class=\"columns\"><div>{}</div><div>{}</div>"
        "</div><details><summary>The best points of each coder</summary>{}</details>",
        escape_html(film.film), escape_html(film.learnt_from),
        rate_chart(film, "PSNR, dB", &RatePoint::psnr), rate_chart(film, "SSIM", &RatePoint::ssim),
        page_table(
            {"coder", "setting", "bits a pixel", "PSNR, dB", "SSIM", "model file", "seconds"},
            rows));
  }
  return page_section(
      "rates", "Rate and distortion",
      "What a film costs in bits a pixel, and how near to the original what comes back is. <i>Model, "
      "exact</i> is −log₂ of the "
      "probability of the outcomes by filtering; <i>model, bitstream</i> the bytes of the range coder. Both "
      "need the model, whose "
      "file is <b>not</b> in the rate: it is in the table. <i>Growing</i> needs none: structure grows on "
      "both sides alike, and "
      "the modes are cosines. Bins, modes and price are varied together; shown are the points that no other "
      "betters. x264 and "
      "VP9 code the same frames in full colour, container and all. The horizontal axis is logarithmic.",
      body);
}

std::string scaling_section(const std::vector<ScalingPoint>& points) {
  if (points.empty()) return "";
  std::vector<std::vector<std::string>> rows, laws;
  for (const auto& p : points)
    rows.push_back(
        {p.content, grouped(p.frames), fmt::format("{0} × {0}", p.side),
         fmt::format("{:.2f}", p.learning_seconds), fmt::format("{:.3f}", p.structure_seconds),
         fmt::format("{:.2f}", p.filtering_seconds),
         p.fixed_filtering_seconds > 0 ? fmt::format("{:.2f}", p.fixed_filtering_seconds) : "–",
         bytes_text(static_cast<double>(p.model_bytes)), grouped(p.most_states)});
  for (const auto& law : scaling_laws(points))
    laws.push_back({law.of, law.content, law.against, fmt::format("{:.2f}", law.exponent)});
  return page_section(
      "scaling", "Longer and larger films",
      "A made-up film that never quite repeats, and one that recurs. Times are from frames to model and from frames to "
      "evidence, drawing the frames included; the codec is fitted to a bounded number of voxels, so that learning grows "
      "slower than the "
      "film while that takes most of the time. The fixed model is that of the shortest film. Axes are logarithmic.",
      "<div class=\"columns\"><div>" + scaling_chart(points, points.front().side) +
          "</div><div><h3>Exponents</h3>" +
          page_table({"of", "film that", "against", "exponent"}, laws) +
          "</div></div><h3>All measurements</h3>" +
          page_table({"film that", "frames", "size", "learning, s", "of which structure, s",
                      "filtering, s", "filtering by a fixed model, s", "model file",
                      "most states of a group"},
                     rows));
}

std::string ablations_section(const std::vector<AblationResult>& ablations) {
  if (ablations.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const auto& a : ablations)
    rows.push_back({a.variant, fmt::format("{:.2f}", a.loop_surprise),
                    fmt::format("{:.6f}", a.loop_bits_per_pixel),
                    fmt::format("{} of {}", a.loop_steps_equal, a.loop_steps),
                    fmt::format("{:.1f}", a.held_out_surprise),
                    fmt::format("{:.5f}", a.held_out_bits_per_pixel), grouped(a.states),
                    fmt::format("{:.2f} s", a.learning_seconds)});
  return page_section(
      "ablations", "What the parts are worth",
      "The loop is another turn of the first film, begun in its midst; held out is the second half of the real film, whose "
      "first half was learnt. Less surprise is better.",
      page_table(
          {"", "loop, nats a step", "loop, bits a pixel", "loop steps generated exactly",
           "held out, nats a step", "held out, bits a pixel", "states of all groups", "learnt in"},
          rows));
}

}  // namespace rgm::app
