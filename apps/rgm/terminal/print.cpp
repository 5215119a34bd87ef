#include "terminal/print.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "terminal/progress_bar.h"

namespace rgm::app {
namespace {

int problem = 0;  // the first one

void remember(bool done) {
  if (!done && problem == 0) problem = errno != 0 ? errno : EIO;
}

}  // namespace

void put(std::string_view text) {
  if (problem != 0) return;
  errno = 0;
  remember(std::fwrite(text.data(), 1, text.size(), stdout) == text.size());
}

void flush_output() {
  errno = 0;
  remember(std::fflush(stdout) == 0);
}

std::size_t output_width() {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
  return !known ? 0 : size.ws_col > 0 ? size.ws_col : 80;
}

int output_problem() { return problem; }

std::string note_line(std::string_view text) { return "rgm: note: " + one_line(text) + '\n'; }

void print_note(std::string_view text) {
  clear_progress_bar();
  std::fputs(note_line(text).c_str(), stderr);
}

}  // namespace rgm::app
