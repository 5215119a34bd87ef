#include "report/video_report.h"

#include <fmt/format.h>

#include "figures/video_figures.h"
#include "report/html.h"
#include "report/page.h"
#include "report/style.h"
#include "rgm/base/file.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

PageHead head_of(const VideoResults& results) {
  PageHead head{.title = "rgm: video", .heading = "Video"};
  if (results.loops.empty()) return head;
  const auto& first = results.loops.front();
  head.headline = fmt::format("{:.2f} s", first.training.seconds);
  head.headline_note =
      fmt::format("to learn {} frames of a {},<br>which it then draws exactly: {} of {} steps",
                  grouped(first.training.units), escape_html(first.film),
                  grouped(first.generated_equal), grouped(first.generated_steps));
  head.figures = {
      {"Codec", fmt::format("{:.1f} dB", first.codec_psnr),
       fmt::format("PSNR; SSIM {:.3f}", first.codec_ssim)},
      {"Completed", percent(first.voxels.share(), 1), "of the outcomes of missing voxels"},
      {"Predicted", percent(first.predicted.share(), 1), "of the outcomes after the first frames"},
      {"All of this", fmt::format("{:.0f} s", results.seconds),
       "memory at most " + bytes_text(static_cast<double>(results.peak_memory_bytes))}};
  return head;
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
  std::string sections = loops_section(results.loops);
  sections += anomalies_section(results);
  sections += films_section(results.films);
  sections += rates_section(results.rates);
  sections += scaling_section(results.scaling);
  sections += ablations_section(results.ablations);
  sections += targets_section(video_targets(results));
  sections += again_section(results);
  return page_html(head_of(results), std::string(kFilmPageStyle), sections,
                   results.program_version);
}

void write_video_report(const std::filesystem::path& path, const VideoResults& results) {
  write_text(path, video_report_html(results));
}

}  // namespace rgm::app
