#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>

#include "rgm/agent/player.h"

namespace rgm {

/// Players that a model must justify itself against. None knows the rules; all begin knowing
/// nothing, learn while they play, and depend on their seed alone. Reward 1 for a hit (stream
/// *reward*), −`miss_price` for a miss (stream *cost*).

/// Any action, all equally probable.
std::unique_ptr<Player> random_player(const EnvironmentSpaces& spaces, std::uint64_t seed);

/// Tabular Q-learning (Watkins 1989) on the last two observations; ε-greedy.
struct QLearningOptions {
  double miss_price = 2;
  double discount = 0.97;
  double rate = 0.5;                      ///< of learning
  double exploration = 0.1;               ///< ε at first
  double last_exploration = 0.01;         ///< ε in the end
  std::size_t exploring_frames = 10'000;  ///< in which ε falls from first to last, linearly
};
/// Cost: two look-ups a frame. `Error` for options out of range.
std::unique_ptr<Player> q_learning_player(const EnvironmentSpaces& spaces,
                                          const QLearningOptions& options, std::uint64_t seed);

/// A flat model of the world: states are the last two observations, transitions are counted, and
/// value iteration on the counts, warm from where it was, says what is best. What was never tried
/// is worth a little.
struct TwoFrameOptions {
  double miss_price = 2;
  double discount = 0.97;
  double untried_value = 0.1;  ///< that an action is taken to be worth before it is tried …
  /// … which fades to nothing in so many frames, linearly; 0: never.
  std::size_t novelty_frames = 0;
  std::size_t planning_interval = 32;  ///< frames between plans
  std::size_t sweeps = 8;              ///< of value iteration a plan
  /// After so many it learns no more.
  std::size_t learning_frames = std::numeric_limits<std::size_t>::max();
};
/// Cost: sweeps × transitions seen, every interval. `Error` for options out of range.
std::unique_ptr<Player> two_frame_player(const EnvironmentSpaces& spaces,
                                         const TwoFrameOptions& options, std::uint64_t seed);

}  // namespace rgm
