#include <fmt/format.h>

#include "figures/video_figures.h"
#include "terminal/json.h"
#include "terminal/table.h"

namespace rgm::app {

void add_long_figures(Json& figures, const VideoResults& results) {
  for (const auto& rates : results.rates)
    for (const auto& point : rates.points)
      figures["rate_distortion"].push_back({{"film", rates.film},
                                            {"learnt_from", rates.learnt_from},
                                            {"coder", point.coder},
                                            {"setting", point.setting},
                                            {"bits_per_pixel", point.bits_per_pixel},
                                            {"psnr", point.psnr},  // null of a lossless coder
                                            {"ssim", point.ssim},
                                            {"model_bytes", point.model_bytes},
                                            {"seconds", point.seconds}});
  for (const auto& point : results.scaling)
    figures["scaling"].push_back({{"content", point.content},
                                  {"frames", point.frames},
                                  {"side", point.side},
                                  {"learning_seconds", point.learning_seconds},
                                  {"structure_seconds", point.structure_seconds},
                                  {"filtering_seconds", point.filtering_seconds},
                                  {"fixed_model_filtering_seconds", point.fixed_filtering_seconds},
                                  {"model_bytes", point.model_bytes},
                                  {"most_states", point.most_states}});
  for (const auto& law : scaling_laws(results.scaling))
    figures["scaling_laws"].push_back({{"of", law.of},
                                       {"content", law.content},
                                       {"against", law.against},
                                       {"exponent", law.exponent}});
  for (const auto& ablation : results.ablations)
    figures["ablations"].push_back({{"variant", ablation.variant},
                                    {"loop_surprise_nats_a_step", ablation.loop_surprise},
                                    {"loop_bits_per_pixel", ablation.loop_bits_per_pixel},
                                    {"loop_generated_steps", ablation.loop_steps},
                                    {"loop_generated_steps_identical", ablation.loop_steps_equal},
                                    {"held_out_surprise_nats_a_step", ablation.held_out_surprise},
                                    {"held_out_bits_per_pixel", ablation.held_out_bits_per_pixel},
                                    {"states", ablation.states},
                                    {"learning_seconds", ablation.learning_seconds}});
}

std::string rates_text(const FilmRates& rates) {
  Table table({rates.film + ", coder", "setting", "bits a pixel", "PSNR, dB", "SSIM", "model file",
               "seconds"});
  for (const char* coder :
       {"model, exact", "model, bitstream", "growing, bitstream", "x264", "VP9", "FFV1"})
    for (const auto& point : best_points(rates.points, coder))
      table.add({point.coder, point.setting, fmt::format("{:.5f}", point.bits_per_pixel),
                 fmt::format("{:.2f}", point.psnr), fmt::format("{:.4f}", point.ssim),
                 point.model_bytes == 0 ? "" : bytes_text(static_cast<double>(point.model_bytes)),
                 fmt::format("{:.2f}", point.seconds)});
  return table.text() + '\n';
}

std::string scaling_text(const std::vector<ScalingPoint>& points) {
  Table table({"film that", "frames", "side", "learning, s", "structure, s", "filtering, s",
               "by a fixed model, s", "model file", "most states"});
  for (const auto& p : points)
    table.add(
        {p.content, grouped(p.frames), grouped(p.side), fmt::format("{:.2f}", p.learning_seconds),
         fmt::format("{:.3f}", p.structure_seconds), fmt::format("{:.2f}", p.filtering_seconds),
         p.fixed_filtering_seconds > 0 ? fmt::format("{:.2f}", p.fixed_filtering_seconds) : "–",
         bytes_text(static_cast<double>(p.model_bytes)), grouped(p.most_states)});
  std::string text = table.text() + '\n';
  Table laws({"exponent of", "film that", "against", ""});
  for (const auto& law : scaling_laws(points))
    laws.add({law.of, law.content, law.against, fmt::format("{:.2f}", law.exponent)});
  return text + laws.text() + '\n';
}

std::string ablations_text(const std::vector<AblationResult>& ablations) {
  Table table({"ablation", "loop, nats a step", "steps generated exactly", "held out, nats a step",
               "bits a pixel", "states", "learning, s"});
  for (const auto& a : ablations)
    table.add({a.variant, fmt::format("{:.2f}", a.loop_surprise),
               fmt::format("{} of {}", a.loop_steps_equal, a.loop_steps),
               fmt::format("{:.1f}", a.held_out_surprise),
               fmt::format("{:.5f}", a.held_out_bits_per_pixel), grouped(a.states),
               fmt::format("{:.2f}", a.learning_seconds)});
  return table.text() + '\n';
}

}  // namespace rgm::app
