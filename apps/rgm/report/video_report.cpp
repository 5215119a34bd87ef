#include "report/video_report.h"

#include <fmt/format.h>

#include <span>

#include "figures/video_figures.h"
#include "report/html.h"
#include "report/page.h"
#include "report/style.h"
#include "rgm/base/file.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

std::string header(const VideoResults& results) {
  const auto tile = [](std::string_view name, const std::string& value, const std::string& note) {
    return fmt::format("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>", name, value, note);
  };
  std::string html = "<header><p class=\"kicker\">Renormalising generative model</p><h1>Video</h1>";
  if (!results.loops.empty()) {
    const auto& first = results.loops.front();
    html += fmt::format(
        "<p class=\"headline\"><b>{:.2f} s</b><span>to learn {} frames of a {},<br>which it then draws exactly: {} of {} "
        "steps</span></p>",
        first.training.seconds, grouped(first.training.frames), escape_html(first.film),
        grouped(first.generated_equal), grouped(first.generated_steps));
    html += "<dl class=\"tiles\">";
    html += tile("Codec", fmt::format("{:.1f} dB", first.codec_psnr),
                 fmt::format("PSNR; SSIM {:.3f}", first.codec_ssim));
    html +=
        tile("Completed", percent(first.voxels.share(), 1), "of the outcomes of missing voxels");
    html += tile("Predicted", percent(first.predicted.share(), 1),
                 "of the outcomes after the first frames");
    html += tile("All of this", fmt::format("{:.0f} s", results.seconds),
                 "memory at most " + bytes_text(static_cast<double>(results.peak_memory_bytes)));
    html += "</dl>";
  }
  return html + "</header>";
}

std::string again_section(const VideoResults& results) {
  std::string body = "<pre>" + escape_html(results.command) + "</pre>";
  for (const auto& loop : results.loops)
    body += fmt::format("<details><summary>All settings of {}</summary><pre>{}</pre></details>",
                        escape_html(loop.film + ", " + loop.training.model.provenance.recipe),
                        escape_html(loop.training.model.provenance.settings));
  return page_section(
      "recipe", "How to make it again",
      fmt::format(
          "Seed {}. Same films, settings and seed give the same models and the same figures but for "
          "times, on any number of cores.",
          results.seed),
      body);
}

}  // namespace

std::string video_report_html(const VideoResults& results) {
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>rgm: video</title><style>{}{}</style>"
      "</head><body>",
      kReportStyle, kVideoPageStyle);
  html += header(results);
  html += loops_section(results.loops);
  html += anomalies_section(results);
  html += films_section(results.films);
  html += rates_section(results.rates);
  html += scaling_section(results.scaling);
  html += ablations_section(results.ablations);
  html += targets_section(video_targets(results));
  html += again_section(results);
  return html + fmt::format("<footer>rgm {}</footer></body></html>\n",
                            escape_html(results.program_version));
}

void write_video_report(const std::filesystem::path& path, const VideoResults& results) {
  write_text(path, video_report_html(results));
}

}  // namespace rgm::app
