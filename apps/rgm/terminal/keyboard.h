#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "terminal/interruption.h"

namespace rgm::app {

enum class Key : std::uint8_t { kNone, kLeft, kRight, kQuit };

/// Keys as they are pressed, without the return key: the arrows or a and d, and q. One at a time.
///
/// The terminal is as before when this is destroyed, and when a signal ends the program.
class Keyboard {
 public:
  /// `Error` unless standard input and output are a terminal.
  Keyboard();
  ~Keyboard();
  Keyboard(const Keyboard&) = delete;
  Keyboard& operator=(const Keyboard&) = delete;

  /// Waits until then, and returns the last key that was pressed meanwhile; at once after q or at
  /// the end of input. Ctrl-C: `Interrupted`.
  Key wait_until(std::chrono::steady_clock::time_point end);

 private:
  Key next_key();

  std::optional<TerminalSettings> settings_;
  std::string typed_;  // bytes that were read and are no key yet
};

}  // namespace rgm::app
