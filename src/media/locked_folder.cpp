#include "locked_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <random>
#include <system_error>
#include <utility>
#include <vector>

#include "rgm/base/error.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

/// A folder, locked; −1 if there is none, or another process holds it, and errno says why.
int lock_folder(const fs::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0 || ::flock(file, LOCK_EX | LOCK_NB) == 0) return file;
  const int problem = errno;
  ::close(file);
  errno = problem;
  return -1;
}

bool is_called(int file, const fs::path& name) {
  struct stat open {
  }, named{};
  return ::fstat(file, &open) == 0 && ::stat(name.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

/// Takes away the folders of that prefix whose processes are dead.
void sweep(const fs::path& parent, const std::string& prefix) {
  std::error_code problem;
  std::vector<fs::path> left;
  for (fs::directory_iterator entry(parent, problem), end; !problem && entry != end;
       entry.increment(problem))
    if (entry->path().filename().string().starts_with(prefix)) left.push_back(entry->path());
  for (const fs::path& folder : left) {
    const int lock = lock_folder(folder);
    if (lock < 0) continue;
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    ::close(lock);
  }
}

}  // namespace

LockedFolder::LockedFolder(const fs::path& parent, const std::string& prefix,
                           const std::string& name) {
  sweep(parent, prefix);
  constexpr int kTrials = 100;  // another process may take it away before it is locked
  int problem = EEXIST;
  for (int i = 0; i < kTrials && lock_ < 0 && problem == EEXIST; ++i) {
    path_ = parent / (prefix + std::to_string(std::random_device{}()));
    problem = ::mkdir(path_.c_str(), 0777) == 0 ? 0 : errno;
    if (problem != 0) continue;
    lock_ = lock_folder(path_);
    if (lock_ < 0 && errno != EWOULDBLOCK && errno != ENOENT) {  // there are no locks here
      problem = errno;
      ::rmdir(path_.c_str());
      break;
    }
    if (lock_ >= 0 && !is_called(lock_, path_)) ::close(std::exchange(lock_, -1));
    if (lock_ < 0) problem = EEXIST;
  }
  require<FileError>(lock_ >= 0, name, " cannot be written: ", std::strerror(problem));
  start_guard();
}

/// A shell that reads from a pipe which ends with this process. Without one the folder is swept
/// later.
void LockedFolder::start_guard() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t attributes;  // of its own session, so that no Ctrl-C ends it
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  std::error_code ignored;
  const std::string folder = fs::absolute(path_, ignored).string();
  const std::array<const char*, 6> words{
      "/bin/sh", "-c", "read -r line; rm -rf -- \"$1\"", "sh", folder.c_str(), nullptr};
  const int problem = ::posix_spawn(&guard_, words[0], &actions, &attributes,
                                    const_cast<char* const*>(words.data()), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[0]);
  guard_input_ = ends[1];
  if (problem != 0) guard_ = 0;
}

LockedFolder::~LockedFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
  if (guard_ != 0) {
    ::kill(guard_, SIGKILL);
    while (::waitpid(guard_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (guard_input_ >= 0) ::close(guard_input_);
  ::close(lock_);
}

void LockedFolder::synchronise() const { ::syncfs(lock_); }

}  // namespace rgm
