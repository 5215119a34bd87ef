#include "child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <sstream>

#include "rgm/base/error.h"

namespace rgm {
namespace {

/// The line of a program's messages that tells most: the first that is no warning, since what npm
/// and tar print after it is advice. Control characters (colours, carriage returns) are blanked, so
/// that it fits into a one-line message.
std::string telling_line(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::ranges::replace_if(
        line, [](unsigned char c) { return std::iscntrl(c) != 0; }, ' ');
    const bool blank = line.find_first_not_of(' ') == std::string::npos;
    const bool warning = line.starts_with("W: ") || line.find("warn") != std::string::npos ||
                         line.find("Warning") != std::string::npos ||
                         line.find("WARN") != std::string::npos;
    if (!blank && !warning) return line;
  }
  return "it gave no reason";
}

/// A started program whose standard error is read from `messages`. Ends it, if it still runs, and
/// waits for it.
class Child {
 public:
  Child(const std::vector<std::string>& words, const std::filesystem::path& folder) {
    std::array<int, 2> pipe_ends;
    if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
      const int reason = errno;  // before the message's parts are made
      fail<FileError>(words[0], ": cannot be started: ", std::strerror(reason));
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const int problem =
        ::posix_spawnp(&id_, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe_ends[1]);
    messages_ = pipe_ends[0];
    if (problem != 0) {
      ::close(messages_);
      fail<FileError>(words[0],
                      problem == ENOENT ? ": this program is needed and was not found: "
                                        : ": cannot be started: ",
                      std::strerror(problem));
    }
  }
  ~Child() {
    ::close(messages_);
    if (id_ == 0) return;
    ::kill(id_, SIGTERM);
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Everything (the first of it, if it is long) that the program says until it closes its standard
  /// error.
  std::string read_messages(const std::function<void()>& while_waiting) {
    constexpr std::size_t kKept = 1 << 16;
    std::string text;
    std::array<char, 4096> buffer;
    while (true) {
      while_waiting();
      pollfd waiting{messages_, POLLIN, 0};
      if (::poll(&waiting, 1, 100) <= 0) continue;
      const ssize_t count = ::read(messages_, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return text;
      if (text.size() < kKept) text.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

  /// Waits for the end of the program; its status as waitpid gives it.
  int wait() {
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = 0;
    return status;
  }

 private:
  pid_t id_ = 0;
  int messages_;
};

}  // namespace

void run_program(const std::vector<std::string>& words, const std::filesystem::path& folder,
                 const std::function<void()>& while_waiting) {
  Child child(words, folder);
  const std::string messages = child.read_messages(while_waiting);
  const int status = child.wait();
  require<FileError>(!WIFSIGNALED(status), words[0], ": ended by signal ", WTERMSIG(status), ": ",
                     telling_line(messages));
  require<FileError>(WEXITSTATUS(status) == 0, words[0], ": failed with exit status ",
                     WEXITSTATUS(status), ": ", telling_line(messages));
}

}  // namespace rgm
