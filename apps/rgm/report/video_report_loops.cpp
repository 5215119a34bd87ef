#include <fmt/format.h>

#include "figures/levels.h"
#include "figures/pictures.h"
#include "figures/video_figures.h"
#include "report/html.h"
#include "report/page.h"
#include "report/video_report.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr double kFilmScale = 1.25;      // of films on the page
constexpr std::size_t kHoleFrames = 24;  // that the film with missing voxels shows
constexpr double kSlow = 6;              // its frames a second

double fps_of(const LoopResult& loop) {
  return film_codec(loop.training.model.front_end).frames_per_second;
}

std::string movies(const LoopResult& loop) {
  const auto decoded = cut(loop.decoded, 0, loop.period),
             original = cut(loop.original, 0, loop.period),
             generated = cut(loop.generated, loop.period, loop.period);
  std::string html = movie_html(
      side_by_side({&original, &decoded, &generated}), fps_of(loop), kFilmScale,
      {"original", "encoded, decoded", "generated"},
      fmt::format(
          "Generated from the first top state; this is turn {} of {}. {} of {} steps are those of the film, in all "
          "outcomes.",
          2, loop.generated.count() / loop.period, loop.generated_equal, loop.generated_steps));

  auto continued = loop.continued;
  const std::size_t unseen = loop.variance.size() / loop.original.pixels_per_image(),
                    seen = continued.count() - unseen;
  mark_frames(continued, 0, seen);
  Images deviation{continued.height, continued.width, continued.channels, {}};
  deviation.pixels.assign(seen * deviation.pixels_per_image(), 0);
  append(deviation_picture(loop.variance, continued), deviation);
  html += movie_html(
      side_by_side({&loop.original, &continued, &deviation}), fps_of(loop), kFilmScale,
      {"original", "seen, then predicted", "uncertainty"},
      fmt::format(
          "The first {} frames are seen (white bar); the {} that follow are predicted: {} of their "
          "outcomes are right ({:.1f} dB). Uncertainty is the posterior standard deviation of each pixel, eight times "
          "as bright as it is.",
          seen, unseen, percent(loop.predicted.share()), loop.predicted_psnr));

  const auto holes = cut(loop.with_holes, 0, kHoleFrames),
             filled = cut(loop.completed, 0, kHoleFrames);
  html += movie_html(
      side_by_side({&holes, &filled}), kSlow, kFilmScale, {"voxels missing", "completed"},
      fmt::format(
          "Slowed down: the first {} frames. {} of {} missing outcomes are restored exactly.",
          holes.count(), loop.voxels.equal, loop.voxels.compared));
  const auto hidden = cut(loop.with_mask, 0, loop.period),
             shown = cut(loop.masked_completed, 0, loop.period);
  html += movie_html(
      side_by_side({&hidden, &shown}), fps_of(loop), kFilmScale,
      {"middle hidden in all frames", "completed"},
      fmt::format("{} of the missing outcomes are restored; the hidden region has {:.1f} dB.",
                  percent(loop.masked.share()), loop.masked_psnr));
  return "<div class=\"movies\">" + html + "</div>";
}

std::string summary(const std::vector<LoopResult>& loops) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& loop : loops)
    rows.push_back(
        {escape_html(loop.film) + " · " + escape_html(loop.training.model.provenance.recipe),
         grouped(loop.training.units), fmt::format("{:.2f} s", loop.training.seconds),
         fmt::format("{:.1f} dB", loop.codec_psnr), fmt::format("{:.3f}", loop.codec_ssim),
         fmt::format("{} of {}", loop.generated_equal, loop.generated_steps),
         percent(loop.voxels.share()), percent(loop.masked.share()),
         percent(loop.predicted.share()), fmt::format("{:.1f} dB", loop.predicted_psnr)});
  return page_table({"film · recipe", "frames", "learnt in", "codec PSNR", "codec SSIM",
                     "steps generated exactly", "missing voxels restored",
                     "masked outcomes restored", "predicted outcomes right", "prediction PSNR"},
                    rows);
}

std::string levels_table(const SequenceModel& model) {
  Table table(
      {"level", "groups", "outcomes in", "states a group", "paths a group", "frames an episode"});
  for (const auto& level : summarise_levels(
           {&model.tree, 1}, film_codec(model.front_end).voxels.options().frames_per_voxel))
    table.add({level.name, grouped(level.groups), grouped(level.modalities), level.states.text(),
               level.paths.text(), level.episode});
  return page_table(table);
}

}  // namespace

std::string loops_section(const std::vector<LoopResult>& loops) {
  std::string body = summary(loops);
  for (const auto& loop : loops) {
    const auto& recipe = loop.training.model.provenance.recipe;
    body += fmt::format(
        "<h3>{}, recipe {}</h3><p class=\"note\">{} frames of {} × {} pixels, learnt in {:.2f} s; the model "
        "file takes {}.</p>{}<details><summary>Levels</summary>{}</details>",
        escape_html(loop.film), escape_html(recipe), grouped(loop.training.units),
        loop.original.width, loop.original.height, loop.training.seconds,
        bytes_text(static_cast<double>(loop.model_bytes)), movies(loop),
        levels_table(loop.training.model));
  }
  return page_section(
      "loops", "Films that come back to their beginning",
      "A film and then its first frames again are learnt in one go. What the model has understood shows when it "
      "draws the film from its first top state, fills in what is missing, and goes on from a few frames.",
      body);
}

}  // namespace rgm::app
