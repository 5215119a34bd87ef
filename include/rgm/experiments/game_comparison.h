#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rgm/base/progress.h"
#include "rgm/env/exact_values.h"
#include "rgm/experiments/experiment_statistics.h"
#include "rgm/experiments/game_experiments.h"

namespace rgm {

/// What a player did, with several seeds.
struct PlayerRuns {
  std::string player;
  /// [seed], windows of `kCurveWindow` frames; empty if it does not learn.
  std::vector<std::vector<CurvePoint>> curves;
  std::vector<EventRates> last;     ///< [seed], of the last `kMeasuredFrames`
  std::vector<double> seconds;      ///< [seed], learning and play
  std::vector<std::size_t> states;  ///< [seed], generalised states; empty of other players
};

inline constexpr std::size_t kCurveWindow = 1024;

/// The names that the runs of the agent and of the flat player go by.
inline constexpr const char* kThisAgent = "this agent";
inline constexpr const char* kPaperAgent = "this agent, as in the paper";
inline constexpr const char* kFlatPlayer = "values on pairs of frames (flat)";
inline constexpr const char* kCuriousFlatPlayer = "flat, as curious as this agent";

struct GameComparison {
  std::string game;
  std::size_t frames = 0;
  std::vector<std::uint64_t> seeds;
  EventRates ceiling;  ///< of the best play
  std::vector<PlayerRuns> players;
};

struct ComparisonOptions {
  std::uint64_t first_seed = 100;  ///< the settings of the recipes were chosen on seeds 0 to 19
  std::size_t seeds = 10;
  Progress progress = {};  ///< stage "players"
};

/// Lets each player learn a game while it plays as many frames as the setup says: random, tabular
/// Q-learning, values on pairs of frames, with their own exploration and with that of the agent,
/// the agent with the setup's settings and with those of the recipe `game-paper` (left out where
/// they are the same); besides them, who knows the rules: the best play, and search 13 frames
/// ahead. One after the other, for their seconds are compared. `Error` for fewer frames than
/// `kMeasuredFrames`.
GameComparison compare_players(const GameSetup& setup, const ComparisonOptions& options = {});
/// `Error` if `compare_players` would refuse these, before any work.
void check_comparison(const GameSetup& setup, const ComparisonOptions& options);

/// A curve's mean over seeds, of reward per 256 frames.
struct CurveMean {
  std::size_t frames = 0;
  double seconds = 0;  ///< mean
  MeanInterval reward;
};
std::vector<CurveMean> mean_curve(const std::vector<std::vector<CurvePoint>>& curves);

/// One number a seed: reward, hits or misses.
std::vector<double> rewards_of(const std::vector<EventRates>& rates);
std::vector<double> hits_of(const std::vector<EventRates>& rates);
std::vector<double> misses_of(const std::vector<EventRates>& rates);
/// Reward per 256 frames over all that was played, of each seed: who learns sooner has more.
std::vector<double> whole_rewards_of(const PlayerRuns& runs);

}  // namespace rgm
