#include "figures/game_comparison_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

namespace rgm::app {
namespace {

std::string interval_text(const MeanInterval& interval) {
  return fmt::format("{:.2f} ± {:.2f}", interval.mean, interval.high - interval.mean);
}

double mean(const std::vector<double>& values) {
  return values.empty() ? 0
                        : std::accumulate(values.begin(), values.end(), 0.0) /
                              static_cast<double>(values.size());
}

/// Pairs of players whose difference matters.
std::vector<std::pair<const PlayerRuns*, const PlayerRuns*>> compared(
    const GameComparison& comparison) {
  std::vector<std::pair<const PlayerRuns*, const PlayerRuns*>> result;
  const auto* agent = find_player(comparison, kThisAgent);
  for (const char* name : {kFlatPlayer, kCuriousFlatPlayer, kPaperAgent}) {
    const auto* other = find_player(comparison, name);
    if (agent != nullptr && other != nullptr) result.emplace_back(agent, other);
  }
  return result;
}

}  // namespace

const PlayerRuns* find_player(const GameComparison& comparison, std::string_view player) {
  const auto found = std::ranges::find(comparison.players, player, &PlayerRuns::player);
  return found == comparison.players.end() ? nullptr : &*found;
}

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

Table comparison_table(const GameComparison& comparison) {
  Table table({"per 256 frames", "hits", "misses", "hits − 2 misses", "the same over all frames",
               "seconds", "states", "seeds"});
  for (const auto& runs : comparison.players) {
    const auto whole = whole_rewards_of(runs);
    const std::vector<double> states(runs.states.begin(), runs.states.end());
    table.add({runs.player, interval_text(mean_interval(hits_of(runs.last))),
               interval_text(mean_interval(misses_of(runs.last))),
               interval_text(mean_interval(rewards_of(runs.last))),
               whole.empty() ? "" : interval_text(mean_interval(whole)),
               runs.seconds.empty() ? "" : fmt::format("{:.2f}", mean(runs.seconds)),
               states.empty() ? "" : grouped(static_cast<std::size_t>(mean(states))),
               std::to_string(runs.last.size())});
  }
  return table;
}

std::string comparison_text(const GameComparison& comparison) {
  std::string text =
      fmt::format("{} frames, seeds {} to {}{}; means and their intervals of 95 %\n{}\n",
                  grouped(comparison.frames), comparison.seeds.front(), comparison.seeds.back(),
                  find_player(comparison, kDqn) == nullptr ? "" : " (DQN its own)",
                  comparison_table(comparison).text());
  for (const auto& sentences : {comparison_findings(comparison), comparison_times(comparison)})
    for (const auto& sentence : sentences) text += "  " + sentence + '\n';
  return text + '\n';
}

void add_comparison_figures(Json& figures, const GameComparison& comparison) {
  figures["seeds"] = comparison.seeds;
  figures["findings"] = comparison_findings(comparison);
  auto& players = figures["players"] = Json::array();
  for (const auto& runs : comparison.players) {
    const auto reward = mean_interval(rewards_of(runs.last));
    auto curve = Json::array();
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

}  // namespace rgm::app
