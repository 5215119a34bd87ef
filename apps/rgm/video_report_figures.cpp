#include <fmt/format.h>

#include <algorithm>

#include "sequence_text.h"
#include "table.h"
#include "video_report.h"

namespace rgm::app {
namespace {

/// Adds figures under names that begin with `prefix`.
void add_figures(nlohmann::json& to, const std::string& prefix, const nlohmann::json& figures) {
  for (const auto& [name, value] : figures.items()) to[prefix + '_' + name] = value;
}

nlohmann::json loop_figures(const LoopResult& loop) {
  return {{"frames", loop.training.frames},
          {"period", loop.period},
          {"learning_seconds", loop.training.seconds},
          {"learning_frames_per_second", static_cast<double>(loop.training.frames) / loop.training.seconds},
          {"levels", levels_figures(loop.training.model)},
          {"model_bytes", loop.model_bytes},
          {"codec_psnr", loop.codec_psnr},
          {"codec_ssim", loop.codec_ssim},
          {"generated_steps", loop.generated_steps},
          {"generated_steps_identical", loop.generated_equal},
          {"missing_outcomes", loop.voxels.compared},
          {"missing_outcomes_restored_share", loop.voxels.share()},
          {"masked_outcomes", loop.masked.compared},
          {"masked_outcomes_restored_share", loop.masked.share()},
          {"masked_psnr", loop.masked_psnr},
          {"predicted_outcomes", loop.predicted.compared},
          {"predicted_outcomes_equal_share", loop.predicted.share()},
          {"predicted_psnr", loop.predicted_psnr},
          {"predicted_ssim", loop.predicted_ssim},
          {"predicted_standard_deviation", loop.predicted_deviation},
          {"generate_seconds", loop.generate_seconds},
          {"complete_seconds", loop.complete_seconds},
          {"predict_seconds", loop.predict_seconds}};
}

}  // namespace

std::string loop_name(const LoopResult& loop) {
  std::string name = loop.film + '_' + loop.training.model.provenance.recipe;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

std::vector<VideoTarget> video_targets(const VideoResults& results) {
  std::vector<VideoTarget> targets;
  for (const auto& loop : results.loops) {
    const std::string of = loop.film + ", " + loop.training.model.provenance.recipe + ": ";
    targets.push_back({of + "learning of " + grouped(loop.training.frames) + " frames", "at most 5 s",
                       fmt::format("{:.2f} s", loop.training.seconds), loop.training.seconds <= 5});
    targets.push_back({of + "steps generated that are the film's", "all of " + grouped(loop.generated_steps),
                       grouped(loop.generated_equal), loop.generated_equal == loop.generated_steps});
    targets.push_back({of + "outcomes of missing voxels restored", "all of " + grouped(loop.voxels.compared),
                       grouped(loop.voxels.equal), loop.voxels.equal == loop.voxels.compared});
  }
  return targets;
}

nlohmann::json video_figures(const VideoResults& results) {
  nlohmann::json figures{{"seed", results.seed},
                         {"program_version", results.program_version},
                         {"command", results.command},
                         {"seconds", results.seconds},
                         {"peak_memory_bytes", results.peak_memory_bytes}};
  for (const auto& loop : results.loops) add_figures(figures, loop_name(loop), loop_figures(loop));
  return figures;
}

std::string loop_text(const LoopResult& loop) {
  const auto& training = loop.training;
  std::string text =
      fmt::format("{}, recipe {}, {} frames of {} × {}\n{}", loop.film, training.model.provenance.recipe,
                  grouped(training.frames), loop.original.width, loop.original.height, training_text(training));
  text += fmt::format("  codec         {:.2f} dB PSNR, {:.4f} SSIM\n", loop.codec_psnr, loop.codec_ssim);
  text += fmt::format("  generated     {} of {} steps identical to the film\n", grouped(loop.generated_equal),
                      grouped(loop.generated_steps));
  text +=
      fmt::format("  completed     {} of {} outcomes of missing voxels, {} of the masked ones ({:.2f} dB there)\n",
                  grouped(loop.voxels.equal), grouped(loop.voxels.compared), percent(loop.masked.share()), loop.masked_psnr);
  text += fmt::format("  predicted     {} of the outcomes right, {:.2f} dB, standard deviation {:.2f} grey levels\n\n",
                      percent(loop.predicted.share()), loop.predicted_psnr, loop.predicted_deviation);
  return text + levels_text(training.model) + '\n';
}

std::string targets_text(const std::vector<VideoTarget>& targets) {
  Table table({"goal", "expected", "measured", ""});
  for (const auto& target : targets) table.add({target.name, target.goal, target.measured, target.met ? "met" : "missed"});
  return table.text();
}

}  // namespace rgm::app
