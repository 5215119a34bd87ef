#include "figures/video_figures.h"

#include <fmt/format.h>

#include <cctype>
#include <numbers>

#include "figures/levels.h"
#include "figures/sequence_figures.h"
#include "terminal/json.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

Json loop_figures(const LoopResult& loop) {
  return {{"frames", loop.training.units},
          {"period", loop.period},
          {"learning_seconds", loop.training.seconds},
          {"learning_frames_per_second",
           static_cast<double>(loop.training.units) / loop.training.seconds},
          {"levels", levels_figures(loop.training.model.tree)},
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
          {"predicted_without_restarts_equal_share", loop.predicted_without_restarts.share()},
          {"predicted_psnr", loop.predicted_psnr},
          {"predicted_ssim", loop.predicted_ssim},
          {"predicted_standard_deviation", loop.predicted_deviation},
          {"generate_seconds", loop.generate_seconds},
          {"complete_seconds", loop.complete_seconds},
          {"predict_seconds", loop.predict_seconds}};
}

/// Letters and digits alone, in lower case; all else becomes one underscore.
std::string flat_name(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalnum(letter) != 0)
      name += static_cast<char>(std::tolower(letter));
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name;
}

Json film_figures(const ContinuationResult& film) {
  const auto held_out = static_cast<double>(film.held_out_frames);
  const auto per_step = static_cast<double>(film.pixels_a_step) * std::numbers::ln2;
  return {{"frames_learnt", film.training.units},
          {"frames_held_out", film.held_out_frames},
          {"learning_seconds", film.training.seconds},
          {"learning_frames_per_second",
           static_cast<double>(film.training.units) / film.training.seconds},
          {"extending_frames_per_second", held_out / film.extend_seconds},
          {"encoding_frames_per_second", held_out / film.encode_seconds},
          {"filtering_frames_per_second", held_out / film.filter_seconds},
          {"frames_per_second_from_file_to_evidence", film.frames_per_second_filtered()},
          {"levels", levels_figures(film.training.model.tree)},
          {"model_bytes", film.model_bytes},
          {"learnt_surprise_nats_a_step", film.learnt_surprise},
          {"held_out_surprise_nats_a_step", film.held_out_surprise},
          {"held_out_bits_per_pixel", film.held_out_surprise / per_step},
          {"held_out_surprise_by_frequency_nats_a_step", film.held_out_by_frequency},
          {"held_out_surprise_by_last_outcome_nats_a_step", film.held_out_by_last},
          {"held_out_surprise_nats", film.surprise},
          {"codec_psnr", film.codec_psnr},
          {"next_step_psnr", film.next_psnr},
          {"last_frame_psnr", film.last_frame_psnr}};
}

void add_anomaly_figures(Json& to, const std::string& of,
                         const std::vector<AnomalyResult>& anomalies) {
  for (const auto& anomaly : anomalies)
    for (const auto& detection : anomaly.detections) {
      const auto prefix =
          of + '_' + flat_name(anomaly_name(anomaly.film.kind) + ' ' + detection.detector);
      to[prefix + "_auc"] = detection.area_under_curve;
      if (anomaly.film.kind != AnomalyKind::kForeignObject) continue;
      to[prefix + "_localised_share"] = detection.localised;
      to[prefix + "_localised_by_chance"] = detection.by_chance;
    }
}

}  // namespace

std::string loop_name(const LoopResult& loop) {
  return flat_name(loop.film + ' ' + loop.training.model.provenance.recipe);
}

std::string film_title(const ContinuationResult& film) {
  return film.film + ", recipe " + film.training.model.provenance.recipe +
         (film.variant.empty() ? "" : ", " + film.variant);
}

std::string film_name(const ContinuationResult& film) {
  return flat_name(film.film + ' ' + film.training.model.provenance.recipe + ' ' + film.variant);
}

std::string anomaly_name(AnomalyKind kind) {
  return kind == AnomalyKind::kForeignFrames   ? "foreign frames"
         : kind == AnomalyKind::kForeignObject ? "foreign object"
                                               : "backwards";
}

std::vector<Target> video_targets(const VideoResults& results) {
  std::vector<Target> targets;
  for (const auto& loop : results.loops) {
    const std::string of = loop.film + ", " + loop.training.model.provenance.recipe + ": ";
    targets.push_back({of + "learning of " + grouped(loop.training.units) + " frames",
                       "at most 5 s", fmt::format("{:.2f} s", loop.training.seconds),
                       loop.training.seconds <= 5});
    targets.push_back({of + "steps generated that are the film's",
                       "all of " + grouped(loop.generated_steps), grouped(loop.generated_equal),
                       loop.generated_equal == loop.generated_steps});
    targets.push_back({of + "outcomes of missing voxels restored",
                       "all of " + grouped(loop.voxels.compared), grouped(loop.voxels.equal),
                       loop.voxels.equal == loop.voxels.compared});
  }
  for (const auto& film : results.films) {
    const std::string of = film_title(film) + ": ";
    const double learning = static_cast<double>(film.training.units) / film.training.seconds;
    targets.push_back({of + "frames learnt a second", "at least 25",
                       fmt::format("{:.0f}", learning), learning >= 25});
    targets.push_back({of + "frames filtered a second, from file to evidence", "at least 25",
                       fmt::format("{:.0f}", film.frames_per_second_filtered()),
                       film.frames_per_second_filtered() >= 25});
  }
  for (const auto& law : scaling_laws(results.scaling))
    if (law.against == "frames" && law.of != "model file")
      targets.push_back({"exponent of " + law.of + " against frames, film that " + law.content,
                         "at most 1.1", fmt::format("{:.2f}", law.exponent), law.exponent <= 1.1});
  return targets;
}

Json video_figures(const VideoResults& results) {
  Json figures{{"seed", results.seed},
               {"program_version", results.program_version},
               {"command", results.command},
               {"seconds", results.seconds},
               {"peak_memory_bytes", results.peak_memory_bytes}};
  for (const auto& loop : results.loops) figures.add_all(loop_name(loop) + '_', loop_figures(loop));
  if (!results.loops.empty())
    add_anomaly_figures(figures, loop_name(results.loops.front()), results.loop_anomalies);
  for (const auto& film : results.films) {
    figures.add_all(film_name(film) + '_', film_figures(film));
    add_anomaly_figures(figures, film_name(film), film.anomalies);
  }
  add_long_figures(figures, results);
  return figures;
}

std::string loop_text(const LoopResult& loop) {
  const auto& training = loop.training;
  std::string text = fmt::format(
      "{}, recipe {}, {} frames of {} × {}\n{}", loop.film, training.model.provenance.recipe,
      grouped(training.units), loop.original.width, loop.original.height, training_text(training));
  text += fmt::format("  codec         {:.2f} dB PSNR, {:.4f} SSIM\n", loop.codec_psnr,
                      loop.codec_ssim);
  text += fmt::format("  generated     {} of {} steps identical to the film\n",
                      grouped(loop.generated_equal), grouped(loop.generated_steps));
  text += fmt::format(
      "  completed     {} of {} outcomes of missing voxels, {} of the masked ones ({:.2f} dB there)\n",
      grouped(loop.voxels.equal), grouped(loop.voxels.compared), percent(loop.masked.share()),
      loop.masked_psnr);
  text += fmt::format(
      "  predicted     {} of the outcomes right ({} without restarts), {:.2f} dB, standard deviation {:.2f} grey levels\n\n",
      percent(loop.predicted.share()), percent(loop.predicted_without_restarts.share()),
      loop.predicted_psnr, loop.predicted_deviation);
  return text + levels_text(training.model) + '\n';
}

std::string film_text(const ContinuationResult& film) {
  const auto held_out = static_cast<double>(film.held_out_frames);
  std::string text = fmt::format("{}, {} frames learnt, {} held out\n{}", film_title(film),
                                 grouped(film.training.units), grouped(film.held_out_frames),
                                 training_text(film.training));
  text += fmt::format(
      "  frames/s      {:.0f} from file to evidence (encoding {:.0f}, filtering {:.0f}); learning more {:.0f}\n",
      film.frames_per_second_filtered(), held_out / film.encode_seconds,
      held_out / film.filter_seconds, held_out / film.extend_seconds);
  text += fmt::format(
      "  surprise      {:.1f} nats a step held out, {:.1f} learnt; each outcome by itself: {:.1f} by frequency, {:.1f} "
      "given its last\n",
      film.held_out_surprise, film.learnt_surprise, film.held_out_by_frequency,
      film.held_out_by_last);
  text += fmt::format(
      "  next step     {:.2f} dB PSNR (the last frame again: {:.2f}; the codec alone: {:.2f})\n\n",
      film.next_psnr, film.last_frame_psnr, film.codec_psnr);
  return text + levels_text(film.training.model) + '\n' + anomalies_text(film.anomalies) + '\n';
}

std::string anomalies_text(const std::vector<AnomalyResult>& anomalies) {
  if (anomalies.empty()) return "";
  std::vector<std::string> heading{"area under the curve"};
  for (const auto& anomaly : anomalies) heading.push_back(anomaly_name(anomaly.film.kind));
  heading.emplace_back("object found in its tile");
  heading.emplace_back("by chance");
  Table table(heading);
  for (std::size_t d = 0; d < anomalies.front().detections.size(); ++d) {
    std::vector<std::string> row{anomalies.front().detections[d].detector};
    for (const auto& anomaly : anomalies)
      row.push_back(fmt::format("{:.3f}", anomaly.detections[d].area_under_curve));
    for (const auto& anomaly : anomalies)
      if (anomaly.film.kind == AnomalyKind::kForeignObject) {
        row.push_back(percent(anomaly.detections[d].localised, 1));
        row.push_back(percent(anomaly.detections[d].by_chance, 1));
      }
    table.add(row);
  }
  return table.text();
}

}  // namespace rgm::app
