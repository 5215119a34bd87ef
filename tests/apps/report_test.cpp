#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "report/image_report.h"
#include "report/page.h"
#include "report/svg.h"
#include "rgm/base/file.h"
#include "support/bar_pictures.h"
#include "support/html_pages.h"

namespace rgm::app {
namespace {

using test::count_of;
using test::expect_well_formed;
using test::without_data;

struct Trained {
  LabelledImages test;
  TrainingResult training;
  Evaluation evaluation;
};

Trained train(std::size_t classes, bool tree_per_class, std::size_t channels = 1) {
  auto data = test::bar_pictures(classes, classes * 12, 1, channels),
       test = test::bar_pictures(classes, classes * 10, 2, channels);
  data.class_names[0] = test.class_names[0] = "<b>\"R&D\"</b> it's";
  auto training = train_images(data, test::bar_settings(tree_per_class), test::bar_options());
  auto evaluation = evaluate(training.model, test, 1);
  return {std::move(test), std::move(training), std::move(evaluation)};
}

ReportInput input_of(const Trained& t) {
  return {.model = t.training.model,
          .evaluation = t.evaluation,
          .test = t.test,
          .test_name = "bars:<test>",
          .protocol = "Nothing & nobody was seen.",
          .training = &t.training,
          .peak_memory_bytes = std::size_t{1} << 30U,
          .command = "rgm demo bars > log"};
}

TEST(ReportTest, HasTheFigures) {
  const auto t = train(3, true);
  auto input = input_of(t);
  input.others.push_back({"paper", 0.951, 0.0068, 1000});
  const auto page = without_data(report_html(input));
  expect_well_formed(page);
  EXPECT_EQ(page.find("<b>\"R"), std::string::npos) << "names are escaped";
  for (const char* part :
       {"bars:&lt;test&gt;", "bars:&lt;train&gt;", "Nothing &amp; nobody was seen.", "1.0 GiB",
        "of 30 test images", "&lt;b&gt;&quot;R&amp;D&quot;&lt;/b&gt; it&#39;s", "95.10 % ± 0.68 %",
        "rgm demo bars &gt; log", "rgm 1.2.3", "exemplars = 8", "class=\"confusion\"",
        "log evidence, nats an image", "tempered posterior"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
  for (const char* id :
       {"generated", "states", "mistakes", "confidence", "classes", "levels", "training", "recipe"})
    EXPECT_EQ(count_of(page, "<section id=\"" + std::string(id) + '"'), 1U) << id;
  EXPECT_EQ(count_of(page, "title=\"drawn from the model"), 3U * 12);
}

TEST(ReportTest, OfALoadedModelHasNoTraining) {
  const auto t = train(3, false);
  auto input = input_of(t);
  input.training = nullptr;
  input.peak_memory_bytes = 0;
  input.command.clear();
  const auto page = without_data(report_html(input));
  expect_well_formed(page);
  EXPECT_EQ(page.find("id=\"training\""), std::string::npos);
  EXPECT_EQ(page.find("Memory"), std::string::npos);
  EXPECT_NE(page.find("(class)"), std::string::npos)
      << "the level of classes, at the root of the shared tree";
}

TEST(ReportTest, ManyClassesInColour) {
  for (const bool tree_per_class : {true, false}) {
    const auto t = train(24, tree_per_class, 3);
    const auto page = without_data(report_html(input_of(t)));
    expect_well_formed(page);
    EXPECT_NE(page.find("The first 20 of 24 classes"), std::string::npos);
    EXPECT_EQ(count_of(page, "title=\"drawn from the model"), 20U * 12);
    EXPECT_EQ(page.find("class=\"confusion\""), std::string::npos);
    EXPECT_NE(page.find("The 20 hardest of 24 classes"), std::string::npos);
  }
}

TEST(ReportTest, IsWrittenToAFile) {
  const auto t = train(2, true);
  const auto path = std::filesystem::path(testing::TempDir()) / "rgm_report_test.html";
  write_report(path, input_of(t));
  const auto bytes = read_file(path);
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), report_html(input_of(t)));
  std::filesystem::remove(path);
}

TEST(ReportTest, IsKnownByItsEnd) {
  const auto path = std::filesystem::temp_directory_path() / "rgm_report_test_known.html";
  const auto known = [&](const std::string& text) {
    write_text(path, text);
    const bool result = is_report(path.string());
    std::filesystem::remove(path);
    return result;
  };
  const std::string page =
      page_html({.title = "a", .kicker = "b", .heading = "c"}, "", "", "1.2.3");
  EXPECT_TRUE(known(page));
  EXPECT_FALSE(known(page + "<!-- mine -->\n"));
  EXPECT_FALSE(known("<!DOCTYPE html>\n<html><body>of somebody else</body></html>\n"));
  EXPECT_FALSE(known(""));
  EXPECT_FALSE(is_report(path.string()));  // nothing is there
}

TEST(ChartTest, TicksCoverTheRangeInRoundSteps) {
  const auto fifths = nice_ticks(0, 1);
  ASSERT_EQ(fifths.size(), 6U);
  for (std::size_t i = 0; i < fifths.size(); ++i)
    EXPECT_NEAR(fifths[i], 0.2 * static_cast<double>(i), 1e-12);
  EXPECT_EQ(nice_ticks(-440, -244), (std::vector<double>{-450, -400, -350, -300, -250, -200}));
  for (const double value : {0.0, 5.0, -3e8}) {
    const auto ticks = nice_ticks(value, value);  // a flat line
    ASSERT_GE(ticks.size(), 2U);
    EXPECT_LE(ticks.front(), value);
    EXPECT_GE(ticks.back(), value);
    EXPECT_LT(ticks.front(), ticks.back());
  }
}

TEST(ChartTest, OnePointIsAChart) {
  LineChart chart{.title = "a < b",
                  .lines = {{"only", {{1, 1}}}},
                  .x_text = [](double) { return "x"; },
                  .y_text = [](double) { return "y"; }};
  for (int i = 0; i < 2; ++i) {
    const auto svg = chart_svg(chart);
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_NE(svg.find("<title>a &lt; b</title>"), std::string::npos);
    chart.y_range = {0.999, 1.0};
  }
}

}  // namespace
}  // namespace rgm::app
