#include "terminal/game_screen.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <thread>

#include "terminal/print.h"
#include "terminal/printable.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr double kPicturesPerSecond = 25;

/// A row of a grid in colours.
std::string row_text(std::span<const Symbol> grid, std::size_t row, const GridRules& rules) {
  constexpr std::uint8_t kGrey[3] = {90, 90, 90};
  std::string text;
  for (std::size_t column = 0; column < rules.columns(); ++column) {
    const Symbol symbol = grid[row * rules.columns() + column];
    const auto* colour = symbol < rules.glyphs().size() ? rules.glyphs()[symbol].colour : kGrey;
    text += fmt::format("\033[48;2;{};{};{}m  ", colour[0], colour[1], colour[2]);
  }
  return text + "\033[0m";
}

}  // namespace

std::string screen_text(const WatchedFrame& frame, const GridRules& rules,
                        const EnvironmentSpaces& spaces, std::size_t columns) {
  constexpr std::string_view kGap = "   ";
  const std::size_t width = 2 * rules.columns();
  std::string text = fmt::format("{:<{}}{}{}\n", "the game", width, kGap, "expected");
  for (std::size_t row = 0; row < rules.rows(); ++row)
    text += row_text(frame.shown, row, rules) + std::string(kGap) +
            row_text(frame.expected, row, rules) + '\n';
  text += fmt::format("hits {:>3}   misses {:>3}   in the last 256 frames, of {}\n", frame.hits,
                      frame.misses, grouped(frame.decision.frame + 1));
  const std::string why = one_line(frame.decision.text(spaces));
  constexpr std::size_t kLines = 3;  // always as many
  for (std::size_t line = 0; line < kLines; ++line)
    text += (line * columns < why.size() ? why.substr(line * columns, columns) : "") + '\n';
  return text;
}

GameScreen::GameScreen(const GridRules& rules, const EnvironmentSpaces& spaces)
    : rules_(rules), spaces_(spaces), is_there_(isatty(STDOUT_FILENO) == 1) {}

bool GameScreen::is_due() const {
  return is_there_ &&
         std::chrono::duration<double>(Clock::now() - shown_).count() >= 1 / kPicturesPerSecond;
}

void GameScreen::show(const WatchedFrame& frame) {
  if (!is_there_) return;
  const std::string text = screen_text(frame, rules_, spaces_, output_width() - 1);
  std::string out = lines_ == 0 ? "" : fmt::format("\033[{}A", lines_);
  for (char c : text) out += c == '\n' ? "\033[K\n" : std::string(1, c);
  lines_ = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  put(out);
  flush_output();
  shown_ = Clock::now();
}

void GameScreen::show_in_time(const WatchedFrame& frame, double frames_per_second) {
  if (!is_there_) return;
  std::this_thread::sleep_until(shown_ + std::chrono::duration_cast<Clock::duration>(
                                             std::chrono::duration<double>(1 / frames_per_second)));
  show(frame);
}

}  // namespace rgm::app
