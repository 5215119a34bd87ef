#include "report/video_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "figures/video_figures.h"
#include "report/page.h"
#include "report/svg.h"
#include "rgm/base/film.h"
#include "rgm/media/synthetic_clips.h"
#include "support/html_pages.h"

namespace rgm::app {
namespace {

using test::count_of;

constexpr std::size_t kSide = 32;

SequenceSettings small_settings() {
  SequenceSettings settings;
  settings.name = "<small>";
  settings.codec.preparation.height = settings.codec.preparation.width = kSide;
  settings.codec.tile_spacing = 8;
  settings.codec.max_modes = 4;
  return settings;
}

VideoResults results() {
  const auto loop = bouncing_ball({.height = kSide, .width = kSide, .frames = 40, .period = 32});
  const auto film = bouncing_ball({.height = kSide, .width = kSide, .frames = 96, .period = 32});
  const auto foreign = flapping_bird({.height = kSide, .width = kSide, .frames = 8, .period = 8});
  VideoResults results;
  results.command = "rgm demo <video>";
  results.program_version = "1.2.3";
  results.loops.push_back(loop_experiment(loop, "R&D \"ball\"", 25, 32, small_settings()));
  ContinuationOptions options;
  options.anomalies.runs = 1;
  results.films.push_back(
      continuation_experiment(film_of(film, 25, "R&D"), 48, foreign, small_settings(), options));
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
  const auto figures = video_figures(measured);
  EXPECT_EQ(loop_name(measured.loops.front()), "r_d_ball_small");
  for (const char* name :
       {"r_d_ball_small_codec_psnr", "r_d_small_foreign_frames_surprise_auc",
        "r_d_small_foreign_object_codec_error_localised_share", "peak_memory_bytes"})
    EXPECT_TRUE(figures.contains(name)) << name;
  for (const auto& target : video_targets(measured))
    EXPECT_TRUE(target.met) << target.name << ": " << target.measured;
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
  auto part = cut_film(film, 4, 9);
  EXPECT_EQ(part.count(), 2U);
  EXPECT_EQ(cut_film(film, 6, 1).count(), 0U);
  mark_frames(part, 1, 2);
  EXPECT_TRUE(std::ranges::equal(part.image(0), film.image(4)));
  EXPECT_EQ(part.image(1).back(), 255);
}

}  // namespace
}  // namespace rgm::app
