#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "rgm/experiments/game_experiments.h"

namespace rgm::app {

/// A frame as lines for a terminal: at left the game, at right what the agent expected of this
/// frame (grey: nothing), below hits, misses and why the agent acted as it did. Two coloured
/// columns a cell; no line is longer than `columns`.
std::string screen_text(const WatchedFrame& frame, const GridRules& rules,
                        const EnvironmentSpaces& spaces, std::size_t columns = 100);

/// A game in the terminal while it is played, always in the same place. Nothing is drawn if
/// standard output is no terminal.
class GameScreen {
 public:
  GameScreen(const GridRules& rules, const EnvironmentSpaces& spaces);

  bool is_there() const { return is_there_; }
  /// Whether it is time for another picture, 25 times a second.
  bool is_due() const;
  void show(const WatchedFrame& frame);
  /// Shows the frame when its time has come, of so many frames a second.
  void show_in_time(const WatchedFrame& frame, double frames_per_second);

 private:
  using Clock = std::chrono::steady_clock;

  const GridRules& rules_;
  const EnvironmentSpaces& spaces_;
  bool is_there_;
  std::size_t lines_ = 0;  // on the screen
  Clock::time_point shown_;
};

}  // namespace rgm::app
