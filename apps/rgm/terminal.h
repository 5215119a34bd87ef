#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace rgm::app {

/// Columns of the terminal that standard output is; 0 if it is none.
std::size_t terminal_columns();

/// The start of a text, at most so many characters of UTF-8.
std::string first_characters(const std::string& text, std::size_t most);

/// Lines that are drawn again and again in the same place of a terminal.
class Screen {
 public:
  /// Draws the lines over those that were drawn before. They must fit the terminal's width.
  void draw(const std::string& lines);

 private:
  std::size_t drawn_ = 0;
};

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

  /// Waits until then, and returns the last key that was pressed meanwhile; at once after q or at the end of input.
  /// Ctrl-C: `Interrupted`.
  Key wait_until(std::chrono::steady_clock::time_point end);

 private:
  Key next_key();

  std::string typed_;  // bytes that were read and are no key yet
};

}  // namespace rgm::app
