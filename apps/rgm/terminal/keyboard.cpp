#include "terminal/keyboard.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "rgm/base/error.h"

namespace rgm::app {
namespace {

termios quit_settings;  // for the handler, which may use nothing else

/// SIGQUIT, which the program otherwise leaves alone, ends it with the terminal as it was. In place
/// once only.
void restore_and_quit(int signal) {
  tcsetattr(STDIN_FILENO, TCSANOW, &quit_settings);
  std::raise(signal);
}

}  // namespace

Keyboard::Keyboard() {
  require(isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0,
          "--human: expected a terminal on standard input and output, found none");
  termios original{};
  require(tcgetattr(STDIN_FILENO, &original) == 0,
          "--human: the terminal does not say how it is set");
  settings_.emplace(original);
  quit_settings = original;
  termios raw = original;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  struct sigaction action {};
  action.sa_handler = restore_and_quit;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  sigaction(SIGQUIT, &action, nullptr);
  require(tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0,
          "--human: the terminal gives no single keys");
}

Keyboard::~Keyboard() { std::signal(SIGQUIT, SIG_DFL); }

Key Keyboard::next_key() {
  while (!typed_.empty()) {
    const bool escape = typed_[0] == '\033',
               arrow = escape && typed_.size() > 1 && (typed_[1] == '[' || typed_[1] == 'O');
    if (escape && (typed_.size() == 1 || (arrow && typed_.size() == 2)))
      return Key::kNone;  // the rest is on its way
    const char key = arrow ? typed_[2] : typed_[0];
    typed_.erase(0, arrow ? 3 : 1);
    if (key == '\003') throw Interrupted();
    if (key == 'q') return Key::kQuit;
    if (key == (arrow ? 'D' : 'a')) return Key::kLeft;
    if (key == (arrow ? 'C' : 'd')) return Key::kRight;
  }
  return Key::kNone;
}

Key Keyboard::wait_until(std::chrono::steady_clock::time_point end) {
  using namespace std::chrono;
  Key last = Key::kNone;
  for (;;) {
    for (Key key = next_key(); key != Key::kNone; key = next_key()) {
      last = key;
      if (key == Key::kQuit) return key;
    }
    const auto left = duration_cast<milliseconds>(end - steady_clock::now()).count();
    if (left <= 0) return last;
    pollfd input{STDIN_FILENO, POLLIN, 0};
    const int ready = poll(&input, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) return last;
    if (ready <= 0) continue;
    std::array<char, 64> bytes{};
    const auto count = read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count <= 0) return Key::kQuit;
    typed_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace rgm::app
