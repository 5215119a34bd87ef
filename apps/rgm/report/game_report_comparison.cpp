#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "figures/game_figures.h"
#include "report/game_report.h"
#include "report/html.h"
#include "report/page.h"
#include "report/svg.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr const char *kDqn = "DQN", *kGreedyDqn = "DQN, learnt, not exploring";

std::string interval_text(const MeanInterval& interval) {
  return fmt::format("{:.2f} ± {:.2f}", interval.mean, interval.high - interval.mean);
}

const PlayerRuns* find(const GameComparison& comparison, std::string_view player) {
  const auto found = std::ranges::find(comparison.players, player, &PlayerRuns::player);
  return found == comparison.players.end() ? nullptr : &*found;
}

double mean(const std::vector<double>& values) {
  return values.empty() ? 0
                        : std::accumulate(values.begin(), values.end(), 0.0) /
                              static_cast<double>(values.size());
}

/// One row a player: hits, misses, reward at the end; over all frames; seconds; states; seeds.
std::vector<std::vector<std::string>> rows(const GameComparison& comparison) {
  std::vector<std::vector<std::string>> result;
  for (const auto& runs : comparison.players) {
    const auto whole = whole_rewards_of(runs);
    std::vector<double> states(runs.states.begin(), runs.states.end());
    result.push_back({runs.player, interval_text(mean_interval(hits_of(runs.last))),
                      interval_text(mean_interval(misses_of(runs.last))),
                      interval_text(mean_interval(rewards_of(runs.last))),
                      whole.empty() ? "" : interval_text(mean_interval(whole)),
                      runs.seconds.empty() ? "" : fmt::format("{:.2f}", mean(runs.seconds)),
                      states.empty() ? "" : grouped(static_cast<std::size_t>(mean(states))),
                      std::to_string(runs.last.size())});
  }
  return result;
}

const std::vector<std::string> kHeading{
    "per 256 frames",           "hits",    "misses", "hits − 2 misses",
    "the same over all frames", "seconds", "states", "seeds"};

/// Reward of all players that learn, against frames or seconds; in the order of their colours.
LineChart curves_chart(const std::vector<const PlayerRuns*>& players, bool seconds) {
  LineChart chart;
  chart.title = std::string("Reward against ") + (seconds ? "seconds" : "frames");
  chart.x_label = seconds ? "seconds of learning and play" : "frames seen";
  chart.y_label = "hits − 2 misses per 256 frames";
  chart.names = false;
  double longest = 0;
  for (const auto* runs : players) {
    if (runs->curves.empty()) continue;
    ChartLine line{runs->player, {}, {}};
    for (const auto& point : mean_curve(runs->curves)) {
      line.points.push_back(
          {seconds ? point.seconds : static_cast<double>(point.frames), point.reward.mean});
      line.band.emplace_back(point.reward.low, point.reward.high);
    }
    if (runs->player != kDqn) longest = std::max(longest, line.points.back().x);
    chart.lines.push_back(std::move(line));
  }
  if (seconds && !players.empty() && players.back()->player == kDqn) {
    // Deep learning, the last line, takes so much longer that the others would not be seen.
    auto& slow = chart.lines.back();
    chart.x_label += fmt::format("; DQN goes on to {:.0f}", slow.points.back().x);
    while (!slow.points.empty() && slow.points.back().x > 1.05 * longest) {
      slow.points.pop_back();
      slow.band.pop_back();
    }
    if (slow.points.empty()) chart.lines.pop_back();
  }
  chart.x_text = [seconds](double value) {
    return seconds ? fmt::format("{:g}", value) : grouped(static_cast<std::size_t>(value));
  };
  chart.y_text = [](double value) { return fmt::format("{:g}", value); };
  return chart;
}

/// Pairs of players whose difference matters.
std::vector<std::pair<const PlayerRuns*, const PlayerRuns*>> compared(
    const GameComparison& comparison) {
  std::vector<std::pair<const PlayerRuns*, const PlayerRuns*>> result;
  const auto* agent = find(comparison, kThisAgent);
  for (const char* name : {kFlatPlayer, kCuriousFlatPlayer, kPaperAgent}) {
    const auto* other = find(comparison, name);
    if (agent != nullptr && other != nullptr) result.emplace_back(agent, other);
  }
  return result;
}

/// What is said of the comparison to people.
std::vector<std::string> all_findings(const GameComparison& comparison) {
  auto result = comparison_findings(comparison);
  for (const auto& time : comparison_times(comparison)) result.push_back(time);
  return result;
}

}  // namespace

std::string difference_text(const std::string& what, const PlayerRuns& a,
                            const std::vector<double>& of_a, const PlayerRuns& b,
                            const std::vector<double>& of_b) {
  std::vector<double> differences(of_a.size());
  std::ranges::transform(of_a, of_b, differences.begin(), std::minus<>());
  const auto interval = mean_interval(differences);
  const std::string verdict = interval.low > 0    ? "better than"
                              : interval.high < 0 ? "worse than"
                                                  : "not to be told apart from";
  return fmt::format("{}: {} is {} {} (difference {} per 256 frames).", what, a.player, verdict,
                     b.player, interval_text(interval));
}

std::vector<std::string> comparison_findings(const GameComparison& comparison) {
  std::vector<std::string> result;
  for (const auto& [agent, other] : compared(comparison)) {
    result.push_back(difference_text("In the end", *agent, rewards_of(agent->last), *other,
                                     rewards_of(other->last)));
    result.push_back(difference_text("Over all frames", *agent, whole_rewards_of(*agent), *other,
                                     whole_rewards_of(*other)));
  }
  return result;
}

std::vector<std::string> comparison_times(const GameComparison& comparison) {
  std::vector<std::string> result;
  for (const auto& [agent, other] : compared(comparison))
    result.push_back(fmt::format("Time: {} takes {:.1f} times as long as {}.", agent->player,
                                 mean(agent->seconds) / mean(other->seconds), other->player));
  return result;
}

std::vector<PlayerRuns> read_dqn(const std::filesystem::path& path, const GameSetup& setup) {
  require(setup.settings.game == GameOptions{}, path.string(),
          ": game.*: expected the defaults, for DQN has played the game as it comes");
  const auto bytes = read_file(path);
  PlayerRuns runs{kDqn, {}, {}, {}, {}}, greedy{kGreedyDqn, {}, {}, {}, {}};
  std::string game;
  std::size_t frames = 0, seeds = 0;
  try {
    const auto json = nlohmann::json::parse(bytes.begin(), bytes.end());
    game = json.at("game").get<std::string>();
    frames = json.at("frames").get<std::size_t>();
    seeds = json.at("seeds").size();
    for (const auto& rates : json.at("greedy"))
      greedy.last.push_back({rates.at("hits"), rates.at("misses")});
    for (const auto& curve : json.at("curve")) {
      auto& points = runs.curves.emplace_back();
      for (const auto& point : curve)
        points.push_back(
            {point.at("frames"), point.at("seconds"), point.at("hits"), point.at("misses")});
      const std::size_t windows = kMeasuredFrames / kCurveWindow;
      require<FileError>(points.size() >= windows, path.string(), ": curve: expected at least ",
                         windows, " windows, got ", points.size());
      auto& last = runs.last.emplace_back();
      for (const auto& point : std::span(points).last(windows)) {
        last.hits += point.hits / static_cast<double>(windows);
        last.misses += point.misses / static_cast<double>(windows);
      }
    }
    runs.seconds = json.at("seconds").get<std::vector<double>>();
  } catch (const nlohmann::json::exception& error) {
    fail<FileError>(path.string(), ": expected the output of dqn_baseline.py: ", error.what());
  }
  require<FileError>(game == setup.game, path.string(), ": game: expected ", setup.game, ", got ",
                     game);
  require<FileError>(frames == setup.settings.frames, path.string(), ": frames: expected ",
                     setup.settings.frames, ", as many as the others play, got ", frames);
  require<FileError>(seeds > 0, path.string(), ": seeds: expected at least one");
  for (const std::size_t got : {runs.last.size(), greedy.last.size(), runs.seconds.size()})
    require<FileError>(got == seeds, path.string(),
                       ": seeds: expected an entry of curve, greedy and seconds for each of ",
                       seeds, ", got ", got);
  return {runs, greedy};
}

std::string comparison_text(const GameComparison& comparison) {
  Table table(kHeading);
  for (const auto& row : rows(comparison)) table.add(row);
  std::string text =
      fmt::format("{} frames, seeds {} to {}{}; means and their intervals of 95 %\n{}\n",
                  grouped(comparison.frames), comparison.seeds.front(), comparison.seeds.back(),
                  find(comparison, kDqn) == nullptr ? "" : " (DQN its own)", table.text());
  for (const auto& finding : all_findings(comparison)) text += "  " + finding + '\n';
  return text + '\n';
}

void add_comparison_figures(nlohmann::json& figures, const GameComparison& comparison) {
  figures["seeds"] = comparison.seeds;
  figures["findings"] = comparison_findings(comparison);
  auto& players = figures["players"] = nlohmann::json::array();
  for (const auto& runs : comparison.players) {
    const auto reward = mean_interval(rewards_of(runs.last));
    auto curve = nlohmann::json::array();
    for (const auto& point : mean_curve(runs.curves))
      curve.push_back({{"frames", point.frames},
                       {"seconds", point.seconds},
                       {"reward", point.reward.mean},
                       {"reward_low", point.reward.low},
                       {"reward_high", point.reward.high}});
    players.push_back({{"player", runs.player},
                       {"hits", hits_of(runs.last)},
                       {"misses", misses_of(runs.last)},
                       {"reward", reward.mean},
                       {"reward_low", reward.low},
                       {"reward_high", reward.high},
                       {"rewards_over_all_frames", whole_rewards_of(runs)},
                       {"seconds", runs.seconds},
                       {"states", runs.states},
                       {"curve", curve}});
  }
}

std::string comparison_section(const GameComparison& comparison) {
  std::vector<const PlayerRuns*> players;  // in the order of their colours
  for (const char* name : {kThisAgent, kFlatPlayer, "random", kPaperAgent,
                           "Q-learning on pairs of frames", kCuriousFlatPlayer, kDqn})
    if (const auto* runs = find(comparison, name)) players.push_back(runs);
  std::vector<std::string> names;
  for (const auto* runs : players) names.push_back(runs->player);
  std::string findings;
  for (const auto& finding : all_findings(comparison))
    findings += "<li>" + escape_html(finding) + "</li>";
  auto cells = rows(comparison);
  auto heading = kHeading;
  for (auto& row : cells)
    for (auto& cell : row) cell = escape_html(cell);
  return page_section(
      "players", "Beside other players",
      fmt::format(
          "Each plays {} frames and learns meanwhile, with seeds on which nothing was tuned ({} to {}{}). Means and "
          "their intervals of 95 %; hits, misses and reward of the last {} frames. Players that know the rules learn "
          "nothing.",
          grouped(comparison.frames), comparison.seeds.front(), comparison.seeds.back(),
          find(comparison, kDqn) == nullptr ? "" : "; DQN its own", grouped(kMeasuredFrames)),
      legend_html(names) + "<div class=\"columns\"><div>" +
          chart_svg(curves_chart(players, false)) + "</div><div>" +
          chart_svg(curves_chart(players, true)) + "</div></div>" + page_table(heading, cells) +
          "<h3>What the numbers say</h3><ul>" + findings + "</ul>");
}

}  // namespace rgm::app
