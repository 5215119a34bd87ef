#include "terminal/interruption.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

namespace rgm::app {
namespace {

constexpr unsigned kPatienceSeconds = 3;
constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP};

// For the handlers of signals, which may run in any thread and use nothing else.
std::atomic<int> received = 0, terminal_is_changed = 0, last_words_size = 0;
static_assert(std::atomic<int>::is_always_lock_free);
termios original;
std::array<char, 512> last_words;

void say(std::string_view text) {
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;  // nobody listens
}

[[noreturn]] void end_at_once() {
  if (terminal_is_changed != 0) tcsetattr(STDIN_FILENO, TCSANOW, &original);
  if (::isatty(STDERR_FILENO) != 0) say("\r\033[K");
  say({last_words.data(), static_cast<std::size_t>(last_words_size)});
  say("rgm: error: interrupted\n");
  ::_exit(128 + received);
}

void on_stop_signal(int signal) {
  if (received != 0) end_at_once();
  received = signal;
  ::alarm(kPatienceSeconds);
}

void on_alarm(int) {
  if (received != 0) end_at_once();
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action {};
  sigfillset(&action.sa_mask);
  action.sa_handler = on_alarm;
  sigaction(SIGALRM, &action, nullptr);
  action.sa_handler = on_stop_signal;
  for (const int signal : kSignals) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (signal != SIGHUP || before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
  std::signal(SIGPIPE, SIG_IGN);
}

int stop_signal() { return received; }

void answer_stop_signal() { ::alarm(0); }

int interrupted_exit_code() { return 128 + (received != 0 ? received.load() : SIGINT); }

TerminalSettings::TerminalSettings(const termios& settings) {
  original = settings;
  terminal_is_changed = 1;
}

TerminalSettings::~TerminalSettings() {
  tcsetattr(STDIN_FILENO, TCSANOW, &original);
  terminal_is_changed = 0;
}

void set_last_words(const std::string& line) {
  last_words_size = 0;  // a signal that comes now says less
  const std::size_t size = std::min(line.size(), last_words.size());
  std::copy_n(line.begin(), size, last_words.begin());
  last_words_size = static_cast<std::sig_atomic_t>(size);
}

void open_standard_descriptors() {
  for (int file = STDIN_FILENO; file <= STDERR_FILENO; ++file)
    if (::fcntl(file, F_GETFD) < 0 && errno == EBADF && ::open("/dev/null", O_RDWR) != file) return;
}

}  // namespace rgm::app
