#include "report/video_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "figures/video_figures.h"
#include "report/page.h"
#include "report/svg.h"
#include "rgm/media/synthetic_clips.h"
#include "support/html_pages.h"

namespace rgm::app {
namespace {

using test::count_of;

constexpr std::size_t kSide = 32;

/// A model with a voxel of one frame and a level of one group; nothing has learnt it.
SequenceModel small_model(const Images& frames) {
  SequenceModel model;
  CodecOptions codec;
  codec.preparation.height = codec.preparation.width = kSide;
  codec.tile_spacing = 8;
  codec.max_modes = 4;
  model.front_end = FilmCodec{ImageCodec::fit(picture_source(frames), codec, 1), 25};
  const std::vector<std::size_t> outcomes{codec.bins};
  const std::vector<double> concentrations{0.5};
  Factor group;
  group.modalities = {0};
  group.likelihood = Likelihood::sparse(outcomes, concentrations, 3);
  Level level;
  level.modalities.resize(1);
  level.factors = {group};
  model.tree.levels = {level};
  model.provenance.recipe = "<small>";
  model.provenance.settings = "bins = <7>";
  return model;
}

SequenceTrainingResult training_of(const Images& frames) {
  SequenceTrainingResult training;
  training.model = small_model(frames);
  training.units = training.steps = frames.count();
  training.seconds = 2;
  return training;
}

LoopResult loop_of(const Images& frames, std::size_t period) {
  LoopResult loop;
  loop.film = "R&D \"ball\"";
  loop.period = period;
  loop.training = training_of(frames);
  loop.model_bytes = 2048;
  loop.codec_psnr = 31.5;
  loop.codec_ssim = 0.987;
  loop.generated_steps = loop.generated_equal = 32;
  loop.voxels = {12, 12};
  loop.masked = {3, 4};
  loop.predicted = {9, 10};
  loop.predicted_psnr = 27.25;
  for (auto* film : {&loop.original, &loop.decoded, &loop.generated, &loop.with_holes,
                     &loop.completed, &loop.with_mask, &loop.masked_completed, &loop.continued})
    *film = frames;
  loop.generated = looped(frames, frames.count());
  loop.variance.assign(8 * frames.pixels_per_image(), 4);
  return loop;
}

/// Something foreign in frames 20 to 27, which two detectors have looked for.
AnomalyResult anomaly_of(const Images& frames, AnomalyKind kind, const ImageCodec& codec) {
  AnomalyResult result;
  result.film.kind = kind;
  result.film.frames = frames;
  result.film.anomalous.assign(frames.count(), false);
  for (std::size_t i = 20; i < 28; ++i) result.film.anomalous[i] = true;
  for (const char* name : {"surprise", "codec error"}) {
    DetectorTrack track{name, std::vector<double>(frames.count(), 1),
                        Matrix<double>(frames.count(), codec.tiles().size())};
    for (std::size_t i = 20; i < 28; ++i) track.steps[i] = track.tiles(i, 0) = 9;
    result.tracks.push_back(track);
    result.detections.push_back({name, result.detections.empty() ? 0.975 : 0.625, 0.5, 0.125});
  }
  return result;
}

ContinuationResult continuation_of(const Images& frames) {
  ContinuationResult film;
  film.film = "R&D";
  film.training = training_of(frames);
  film.model_bytes = 4096;
  film.held_out_frames = 40;
  film.pixels_a_step = kSide * kSide;
  film.read_seconds = film.encode_seconds = film.filter_seconds = film.extend_seconds = 0.5;
  film.learnt_surprise = 10.5;
  film.held_out_surprise = 20.25;
  film.held_out_by_frequency = 30;
  film.held_out_by_last = 25;
  for (auto kind :
       {AnomalyKind::kForeignFrames, AnomalyKind::kForeignObject, AnomalyKind::kBackwards})
    film.anomalies.push_back(
        anomaly_of(frames, kind, film_codec(film.training.model.front_end).voxels));
  return film;
}

/// Made by hand, so that they depend on no clock.
VideoResults results() {
  const auto frames = bouncing_ball({.height = kSide, .width = kSide, .frames = 40, .period = 32});
  VideoResults results;
  results.command = "rgm demo <video>";
  results.program_version = "1.2.3";
  results.loops.push_back(loop_of(frames, 32));
  results.films.push_back(continuation_of(frames));
  return results;
}

TEST(VideoReportTest, HasTheFiguresAndFilms) {
  const auto measured = results();
  const auto page = test::without_data(video_report_html(measured));
  test::expect_well_formed(page);
  EXPECT_EQ(page.find("<small>,"), std::string::npos) << "names are escaped";
  for (const char* part : {"R&amp;D", "rgm demo &lt;video&gt;", "rgm 1.2.3", "class=\"shade\"",
                           "id=\"loops\"", "id=\"films\""})
    EXPECT_NE(page.find(part), std::string::npos) << part;
  EXPECT_EQ(count_of(page, "<video "), 5U);
  EXPECT_EQ(page.find("id=\"rates\""), std::string::npos) << "what was not measured is not told";
}

TEST(VideoReportTest, FiguresHaveFlatNames) {
  const auto measured = results();
  EXPECT_EQ(loop_name(measured.loops.front()), "r_d_ball_small");
  const auto figures = video_figures(measured).text();
  for (const char* figure :
       {"\"r_d_ball_small_codec_psnr\": 31.5", "\"r_d_small_foreign_frames_surprise_auc\": 0.975",
        "\"r_d_small_foreign_object_codec_error_localised_share\": 0.5", "\"peak_memory_bytes\": 0",
        "\"r_d_small_frames_per_second_from_file_to_evidence\": 32.0"})
    EXPECT_NE(figures.find(figure), std::string::npos) << figure << " in " << figures;
}

TEST(VideoReportTest, GoalsAreMetOrMissedByWhatWasMeasured) {
  auto measured = results();
  const auto missed = [&] {
    std::vector<std::string> names;
    for (const auto& target : video_targets(measured))
      if (!target.met) names.push_back(target.name);
    return names;
  };
  EXPECT_EQ(missed().size(), 1U) << "40 frames in 2 s are 20 a second";
  measured.films.front().training.seconds = 1;
  EXPECT_TRUE(missed().empty());
  measured.loops.front().training.seconds = 5.01;
  measured.loops.front().generated_equal = 31;
  measured.loops.front().voxels.equal = 11;
  measured.films.front().filter_seconds = 1;
  EXPECT_EQ(missed().size(), 4U);
}

TEST(VideoReportTest, ChartsMayBeShadedAndHaveALegend) {
  LineChart chart{.title = "chart",
                  .lines = {{"one", {{0, 1}, {4, 2}}}, {"two", {{0, 2}, {4, 1}}}},
                  .names = false,
                  .shades = {{1, 2}},
                  .x_text = [](double) { return "x"; },
                  .y_text = [](double) { return "y"; }};
  const auto svg = chart_svg(chart);
  EXPECT_EQ(count_of(svg, "class=\"shade\""), 1U);
  EXPECT_EQ(svg.find(">one<"), std::string::npos);
  EXPECT_EQ(count_of(legend_html({"one", "<two>"}), "&lt;two&gt;"), 1U);
}

TEST(VideoReportTest, FramesAreMarkedAndCut) {
  const auto film = bouncing_ball({.height = kSide, .width = kSide, .frames = 6, .period = 6});
  auto part = cut(film, 4, 9);
  EXPECT_EQ(part.count(), 2U);
  EXPECT_EQ(cut(film, 6, 1).count(), 0U);
  mark_frames(part, 1, 2);
  EXPECT_TRUE(std::ranges::equal(part.image(0), film.image(4)));
  EXPECT_EQ(part.image(1).back(), 255);
}

}  // namespace
}  // namespace rgm::app
