#include "terminal/progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include "rgm/base/error.h"
#include "terminal/interruption.h"
#include "terminal/printable.h"

namespace rgm::app {
namespace {

using Clock = std::chrono::steady_clock;

bool on_screen = false;

std::string remaining_time(double seconds) {
  if (seconds < 60) return fmt::format("{:.0f} s", seconds);
  if (seconds < 3600)
    return fmt::format("{:.0f} min {:.0f} s", std::floor(seconds / 60), std::fmod(seconds, 60));
  return fmt::format("{:.0f} h {:.0f} min", std::floor(seconds / 3600),
                     std::fmod(seconds / 60, 60));
}

std::string rate(double per_second) {
  if (per_second >= 10000) return fmt::format("{:.0f}k/s", per_second / 1000);
  return per_second >= 10 ? fmt::format("{:.0f}/s", per_second)
                          : fmt::format("{:.1f}/s", per_second);
}

class Bar {
 public:
  void operator()(std::string_view stage, std::size_t done, std::size_t total) {
    if (stop_signal() != 0) {
      answer_stop_signal();
      clear_progress_bar();
      throw Interrupted();
    }
    if (!isatty(STDERR_FILENO) || total == 0) return;
    const auto now = Clock::now();
    if (stage != stage_key_ || done < done_) {
      clear_progress_bar();
      stage_ = one_line(stage);
      stage_key_ = stage;
      start_ = now;
      first_done_ = done;
      drawn_ = {};
    }
    done_ = done;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    if (done >= total) return clear_progress_bar();
    if (seconds < 0.5 || now - drawn_ < std::chrono::milliseconds(100) || done <= first_done_)
      return;
    drawn_ = now;
    draw(seconds, total);
  }

 private:
  void draw(double seconds, std::size_t total) const {
    constexpr std::size_t kWidth = 30;
    const double share = static_cast<double>(done_) / static_cast<double>(total);
    const double per_second = static_cast<double>(done_ - first_done_) / seconds;
    const auto filled = std::min(kWidth, static_cast<std::size_t>(share * kWidth));
    std::string bar;
    for (std::size_t i = 0; i < kWidth; ++i) bar += i < filled ? "█" : "░";
    fmt::print(stderr, "\r\033[K{:<26} {} {:>3.0f} %  {}  {} left", stage_, bar, 100 * share,
               rate(per_second), remaining_time(static_cast<double>(total - done_) / per_second));
    std::fflush(stderr);
    on_screen = true;
  }

  std::string stage_key_, stage_;  // as it was given, and as it may be shown
  std::size_t done_ = 0, first_done_ = 0;
  Clock::time_point start_, drawn_;
};

}  // namespace

Progress progress_bar() { return Bar{}; }

void clear_progress_bar() {
  if (!std::exchange(on_screen, false)) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
}

}  // namespace rgm::app
