#include "terminal/print.h"

#include <cstdio>

#include "terminal/progress_bar.h"

namespace rgm::app {

std::string note_line(std::string_view text) { return "rgm: note: " + one_line(text) + '\n'; }

void print_note(std::string_view text) {
  clear_progress_bar();
  fmt::print(stderr, "{}", note_line(text));
}

}  // namespace rgm::app
