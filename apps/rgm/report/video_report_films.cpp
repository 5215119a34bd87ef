#include <fmt/format.h>

#include <algorithm>

#include "figures/pictures.h"
#include "figures/video_figures.h"
#include "report/html.h"
#include "report/page.h"
#include "report/svg.h"
#include "report/video_report.h"
#include "rgm/pipelines/film_tasks.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr double kScale = 1.25;
constexpr std::size_t kShownFrames = 160;  // of a film with anomalies

/// The film and the same with the surprise of its tiles as heat.
std::string heat_movie(const AnomalyResult& anomaly, const ImageCodec& codec,
                       double frames_per_second) {
  const auto& track = anomaly.tracks.front();
  std::vector<double> all;
  for (std::size_t t = 0; t < track.steps.size(); ++t)
    for (float heat : surprise_map(codec, track.tiles.row(t))) all.push_back(heat);
  const auto full = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 995 / 1000);
  std::nth_element(all.begin(), full, all.end());
  const auto begin =
      std::ranges::find(anomaly.film.anomalous, true) - anomaly.film.anomalous.begin();
  const std::size_t first = std::max<std::size_t>(static_cast<std::size_t>(begin), 16) - 16;
  auto film = cut(anomaly.film.frames, first, kShownFrames);
  Images heat{film.height, film.width, 3, {}};
  for (std::size_t i = 0; i < film.count(); ++i) {
    const auto map =
        surprise_map(codec, track.tiles.row((first + i) / codec.options().frames_per_voxel));
    append(heat_picture(film, i, map, *full), heat);
  }
  for (std::size_t i = 0; i < film.count(); ++i)
    if (anomaly.film.anomalous[first + i]) mark_frames(film, i, i + 1);
  return movie_html(side_by_side({&film, &heat}), frames_per_second, kScale,
                    {"film with a " + anomaly_name(anomaly.film.kind), "surprise as heat"},
                    "A white bar marks the frames with something foreign in them.");
}

/// Surprise of every step, frames with anomalies shaded.
std::string surprise_chart(const AnomalyResult& anomaly, const std::string& title,
                           std::size_t frames_per_voxel) {
  LineChart chart;
  chart.title = "Surprise of every step of " + title;
  chart.x_label = "frame; shaded: " + anomaly_name(anomaly.film.kind);
  chart.y_label = "surprise, nats a step";
  chart.lines = {{"surprise", {}}};
  chart.x_text = chart.y_text = [](double value) { return fmt::format("{:g}", value); };
  const auto& steps = anomaly.tracks.front().steps;
  for (std::size_t t = 0; t < steps.size(); ++t)
    chart.lines[0].points.push_back({static_cast<double>(t * frames_per_voxel), steps[t]});
  const auto& anomalous = anomaly.film.anomalous;
  for (std::size_t i = 0; i < anomalous.size(); ++i) {
    if (!anomalous[i]) continue;
    std::size_t end = i;
    while (end < anomalous.size() && anomalous[end]) ++end;
    chart.shades.emplace_back(
        static_cast<double>(i),
        static_cast<double>(std::min(end, (steps.size() - 1) * frames_per_voxel)));
    i = end;
  }
  return "<div>" + chart_svg(chart) + "</div>";
}

std::string detections_table(const std::vector<AnomalyResult>& anomalies) {
  std::vector<std::string> heading{"area under the curve"};
  for (const auto& anomaly : anomalies) heading.push_back(anomaly_name(anomaly.film.kind));
  heading.insert(heading.end(), {"object found in its tile", "by chance"});
  std::vector<double> best(anomalies.size());
  for (std::size_t k = 0; k < anomalies.size(); ++k)
    for (const auto& detection : anomalies[k].detections)
      best[k] = std::max(best[k], detection.area_under_curve);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t d = 0; d < anomalies.front().detections.size(); ++d) {
    auto& row =
        rows.emplace_back(std::vector<std::string>{anomalies.front().detections[d].detector});
    for (std::size_t k = 0; k < anomalies.size(); ++k) {
      const double area = anomalies[k].detections[d].area_under_curve;
      row.push_back(fmt::format("{0}{1:.3f}{2}", area >= best[k] - 5e-4 ? "<b>" : "", area,
                                area >= best[k] - 5e-4 ? "</b>" : ""));
    }
    for (const auto& anomaly : anomalies)
      if (anomaly.film.kind == AnomalyKind::kForeignObject) {
        row.push_back(percent(anomaly.detections[d].localised, 1));
        row.push_back(percent(anomaly.detections[d].by_chance, 1));
      }
  }
  return page_table(heading, rows);
}

std::string anomalies_of(const std::string& title, const std::vector<AnomalyResult>& anomalies,
                         const SequenceModel& model) {
  std::string charts, movie;
  for (const auto& anomaly : anomalies) {
    charts += surprise_chart(anomaly, title,
                             film_codec(model.front_end).voxels.options().frames_per_voxel);
    if (anomaly.film.kind == AnomalyKind::kForeignObject)
      movie = heat_movie(anomaly, film_codec(model.front_end).voxels,
                         film_codec(model.front_end).frames_per_second);
  }
  return fmt::format(
      "<h3>{}</h3><div class=\"side\"><div class=\"movies\">{}</div><div>{}</div></div><div class=\"charts\">{}</div>",
      escape_html(title), movie, detections_table(anomalies), charts);
}

}  // namespace

std::string films_section(const std::vector<ContinuationResult>& films) {
  if (films.empty()) return "";
  std::vector<std::vector<std::string>> speed, surprise;
  for (const auto& film : films) {
    const auto held_out = static_cast<double>(film.held_out_frames);
    const std::string title = escape_html(film_title(film));
    speed.push_back(
        {title, grouped(film.training.units), grouped(film.held_out_frames),
         fmt::format("{:.0f}", static_cast<double>(film.training.units) / film.training.seconds),
         fmt::format("{:.0f}", held_out / film.extend_seconds),
         fmt::format("{:.0f}", film.frames_per_second_filtered()),
         bytes_text(static_cast<double>(film.model_bytes))});
    surprise.push_back({title, fmt::format("{:.1f}", film.learnt_surprise),
                        fmt::format("{:.1f}", film.held_out_surprise),
                        fmt::format("{:.1f}", film.held_out_by_frequency),
                        fmt::format("{:.1f}", film.held_out_by_last),
                        fmt::format("{:.1f} dB", film.next_psnr),
                        fmt::format("{:.1f} dB", film.last_frame_psnr),
                        fmt::format("{:.1f} dB", film.codec_psnr)});
  }
  return page_section(
      "films", "A real film, followed",
      "The first half is learnt, the rest is new. Such a film never comes back, so a state for every joint outcome "
      "remembers "
      "but does not expect; states found by evidence are fewer and expect more. Beside them: each outcome predicted by "
      "itself, "
      "from how often it was seen or from the one before, and the last frame taken for the next.",
      "<h3>Speed</h3>" +
          page_table({"", "frames learnt", "frames held out", "learnt a second",
                      "learnt in addition, a second", "filtered a second, from file to evidence",
                      "model file"},
                     speed) +
          "<h3>Surprise, nats a step, and prediction of the next step</h3>" +
          page_table({"", "of the learnt half", "of the new half", "new: outcomes by frequency",
                      "new: outcomes by their last", "next step, PSNR", "last frame again, PSNR",
                      "the codec alone, PSNR"},
                     surprise));
}

std::string anomalies_section(const VideoResults& results) {
  std::string body;
  if (!results.loop_anomalies.empty()) {
    const auto& loop = results.loops.front();
    body += anomalies_of(
        loop.film + ", recipe " + loop.training.model.provenance.recipe + ": a film that is known",
        results.loop_anomalies, loop.training.model);
  }
  for (const auto& film : results.films)
    body += anomalies_of(film_title(film) + ": the half that is new", film.anomalies,
                         film.training.model);
  if (body.empty()) return "";
  return page_section(
      "anomalies", "What is unusual",
      "Frames of another film are put in place of some, a round piece of another film moves over some, and some are played "
      "backwards. How well do the model's scores tell these steps from the others, and which tile has the highest? Dynamic, "
      "−ln P(step | all before), is for what happens otherwise than it did; appearance, −ln of the frequency of what tiles "
      "look like and how they change, for what was never shown, in frames that are new. The area under "
      "the curve is 1 for a detector that makes no mistake and 0.5 for chance; the best of each column is bold. Simple "
      "detectors see the same frames.",
      body);
}

}  // namespace rgm::app
