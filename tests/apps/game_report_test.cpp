#include "report/game_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "figures/dqn_results.h"
#include "figures/game_comparison_figures.h"
#include "figures/game_figures.h"
#include "report/svg.h"
#include "rgm/base/file.h"
#include "terminal/game_screen.h"

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
  EXPECT_EQ(screen_text(frame, *rules, game.spaces(), 40).find("48;2;90;90;90m"),
            std::string::npos);
}

TEST(GameReportTest, DifferencesInWords) {
  const PlayerRuns a{"one", {}, {}, {}, {}}, b{"other", {}, {}, {}, {}};
  const auto says = [&](const std::vector<double>& of_a, const std::vector<double>& of_b) {
    return difference_text("In the end", a, of_a, b, of_b);
  };
  EXPECT_NE(says({3, 4, 5}, {1, 2, 3.1}).find("one is better than other"), std::string::npos);
  EXPECT_NE(says({1, 2, 3.1}, {3, 4, 5}).find("one is worse than other"), std::string::npos);
  EXPECT_NE(says({1, 5, 3}, {3, 1, 5}).find("not to be told apart"), std::string::npos);
}

/// The goal of play, for what was played and what is best.
Target goal_of_play(const EventRates& last, const EventRates& ceiling) {
  GameDemonstration demonstration;
  demonstration.last = last;
  demonstration.ceiling = ceiling;
  return game_targets(demonstration).front();
}

TEST(GameReportTest, PlayIsMeasuredAgainstTheBestPossible) {
  EXPECT_TRUE(goal_of_play({11.69, 0}, {11.63, 0}).met);
  EXPECT_TRUE(goal_of_play({11.06, 0}, {11.63, 0}).met);
  EXPECT_FALSE(goal_of_play({11.04, 0}, {11.63, 0}).met);
  EXPECT_FALSE(goal_of_play({11.69, 1}, {11.63, 0}).met);
  EXPECT_FALSE(goal_of_play({11.69, 0}, {32, 0}).met) << "on a small screen there is more to hit";
  // The best possible may be a loss, or nothing.
  EXPECT_TRUE(goal_of_play({0, 10}, {0, 10}).met);
  EXPECT_TRUE(goal_of_play({0, 9}, {0, 10}).met);
  EXPECT_FALSE(goal_of_play({0, 11}, {0, 10}).met);
  EXPECT_TRUE(goal_of_play({0, 0}, {0, 0}).met);
  EXPECT_FALSE(goal_of_play({0, 1}, {0, 0}).met);
  EXPECT_NE(goal_of_play({0, 11}, {0, 10}).goal.find("-21.00"), std::string::npos);
}

/// Two players with two seeds, the second of which took so long.
GameComparison comparison(double seconds) {
  GameComparison result{"pong", 4096, {100, 101}, {11, 0}, {}};
  for (const char* name : {kThisAgent, kFlatPlayer}) {
    auto& runs =
        result.players.emplace_back(PlayerRuns{name, {}, {{10, 1}, {11, 0}}, {1, seconds}, {}});
    runs.curves.assign(2, {{1024, seconds, 10, 1}, {2048, 2 * seconds, 11, 0}});
  }
  result.players.front().seconds.front() = 3;
  return result;
}

/// All figures but those that say seconds.
nlohmann::json without_seconds(const nlohmann::json& figures) {
  if (!figures.is_structured()) return figures;
  auto result = figures;
  for (const auto& [key, value] : figures.items())
    if (!figures.is_object())
      result[std::stoul(key)] = without_seconds(value);
    else if (key.find("seconds") == std::string::npos)
      result[key] = without_seconds(value);
    else
      result.erase(key);
  return result;
}

nlohmann::json figures_of(const GameComparison& comparison) {
  Json figures;
  add_comparison_figures(figures, comparison);
  return nlohmann::json::parse(figures.text());
}

TEST(GameReportTest, OnlyFiguresOfSecondsDependOnTime) {
  const auto quick = figures_of(comparison(1)), slow = figures_of(comparison(2));
  EXPECT_NE(quick, slow);
  EXPECT_EQ(without_seconds(quick), without_seconds(slow));
  EXPECT_EQ(quick["findings"].size(), 2U);
  EXPECT_NE(comparison_text(comparison(1)).find("this agent takes 2.0 times as long as"),
            std::string::npos);
  EXPECT_NE(comparison_section(comparison(1)).find("this agent takes 2.0 times as long as"),
            std::string::npos);
}

TEST(GameReportTest, DeepLearningIsSetBesideTheOthers) {
  const auto path = std::filesystem::path(testing::TempDir()) / "rgm_dqn_of_game_report_test.json";
  const std::string text = R"({"game": "pong", "frames": 4096, "seeds": [0], "seconds": [9],
      "greedy": [{"hits": 7, "misses": 1}],
      "curve": [[{"frames": 1024, "seconds": 1, "hits": 0, "misses": 9},
                 {"frames": 2048, "seconds": 2, "hits": 1, "misses": 3},
                 {"frames": 3072, "seconds": 3, "hits": 1, "misses": 3},
                 {"frames": 4096, "seconds": 9, "hits": 2, "misses": 1}]]})";
  write_file(path, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
  auto setup = game_setup("pong");
  setup.settings.frames = 4096;
  auto all = comparison(1);
  for (const auto& runs : read_dqn(path, setup)) all.players.push_back(runs);
  std::filesystem::remove(path);
  ASSERT_EQ(all.players.size(), 4U);
  EXPECT_EQ(all.players[2].last.front().misses, 4);
  EXPECT_EQ(all.players[3].last.front().hits, 7);
  const auto page = comparison_section(all);
  EXPECT_NE(page.find("<td>DQN, learnt, not exploring</td><td>7.00 ± 0.00</td>"), std::string::npos)
      << page;
  EXPECT_NE(page.find("100 to 101; DQN its own"), std::string::npos);
  EXPECT_NE(page.find("<td>9.00</td><td></td><td>1</td>"), std::string::npos) << "one seed";
  EXPECT_NE(page.find("DQN goes on to 9<"), std::string::npos)
      << "where the others are seen, against seconds";
}

TEST(GameReportTest, ChartsHaveBands) {
  LineChart chart;
  chart.lines = {{"with", {{0, 1}, {1, 2}}, {{0, 2}, {-7, 9}}}, {"without", {{0, 1}, {1, 1}}, {}}};
  chart.x_text =
      chart.y_text = [](double value) { return std::to_string(static_cast<int>(value)); };
  const auto svg = chart_svg(chart);
  EXPECT_EQ(svg.find("<polygon"), svg.rfind("<polygon")) << "one band";
  EXPECT_NE(svg.find("<polygon class=\"band dot0\""), std::string::npos);
  EXPECT_NE(svg.find(">-10<"), std::string::npos) << "the axis holds the band";
}

}  // namespace
}  // namespace rgm::app
