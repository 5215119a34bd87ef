#include "game_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "game_screen.h"
#include "svg.h"

namespace rgm::app {
namespace {

TEST(GameScreenTest, ShowsTheGameAndWhatWasExpected) {
  const auto rules = game_rules("breakout");
  GridGame game(rules);
  const auto first = game.reset(0);
  WatchedFrame frame;
  frame.shown.assign(first.begin(), first.end());
  frame.expected.assign(first.size(), kMissingSymbol);
  frame.hits = 7;
  const auto text = screen_text(frame, *rules, game.spaces(), 40);
  EXPECT_EQ(std::ranges::count(text, '\n'), static_cast<std::ptrdiff_t>(rules->rows()) + 5);
  EXPECT_NE(text.find("hits   7"), std::string::npos);
  EXPECT_NE(text.find("48;2;90;90;90m"), std::string::npos) << "grey: nothing was expected";
  frame.expected = frame.shown;
  EXPECT_EQ(screen_text(frame, *rules, game.spaces(), 40).find("48;2;90;90;90m"), std::string::npos);
}

TEST(GameReportTest, DifferencesInWords) {
  const PlayerRuns a{"one", {}, {}, {}, {}}, b{"other", {}, {}, {}, {}};
  const auto says = [&](std::vector<double> of_a, std::vector<double> of_b) {
    return difference_text("In the end", a, of_a, b, of_b);
  };
  EXPECT_NE(says({3, 4, 5}, {1, 2, 3.1}).find("one is better than other"), std::string::npos);
  EXPECT_NE(says({1, 2, 3.1}, {3, 4, 5}).find("one is worse than other"), std::string::npos);
  EXPECT_NE(says({1, 5, 3}, {3, 1, 5}).find("not to be told apart"), std::string::npos);
}

TEST(GameReportTest, ChartsHaveBands) {
  LineChart chart;
  chart.lines = {{"with", {{0, 1}, {1, 2}}, {{0, 2}, {-7, 9}}}, {"without", {{0, 1}, {1, 1}}, {}}};
  chart.x_text = chart.y_text = [](double value) { return std::to_string(static_cast<int>(value)); };
  const auto svg = chart_svg(chart);
  EXPECT_EQ(svg.find("<polygon"), svg.rfind("<polygon")) << "one band";
  EXPECT_NE(svg.find("<polygon class=\"band dot0\""), std::string::npos);
  EXPECT_NE(svg.find(">-10<"), std::string::npos) << "the axis holds the band";
}

}  // namespace
}  // namespace rgm::app
