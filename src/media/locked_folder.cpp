#include "locked_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "rgm/base/error.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

/// A folder, locked; −1 if there is none, or another process holds it.
int lock_folder(const fs::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (file >= 0 && ::flock(file, LOCK_EX | LOCK_NB) == 0) return file;
  if (file >= 0) ::close(file);
  return -1;
}

bool is_called(int file, const fs::path& name) {
  struct stat open {
  }, named{};
  return ::fstat(file, &open) == 0 && ::stat(name.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

}  // namespace

LockedFolder::LockedFolder(fs::path path, const std::string& name)
    : path_(std::move(path)), lock_(-1) {
  constexpr int kTrials = 100;  // others may take it away between the steps
  int problem = 0;
  for (int i = 0; i < kTrials && lock_ < 0; ++i) {
    problem = ::mkdir(path_.c_str(), 0777) == 0 ? 0 : errno;
    if (problem == EEXIST) {
      remove_if_abandoned(path_);
      continue;
    }
    if (problem != 0) break;
    lock_ = lock_folder(path_);
    if (lock_ >= 0 && !is_called(lock_, path_)) ::close(std::exchange(lock_, -1));
  }
  require<FileError>(problem != EEXIST, name, " cannot be written: ", path_.string(),
                     " is there, in which another process seems to work");
  require<FileError>(lock_ >= 0, name, " cannot be written: ", std::strerror(problem));
}

LockedFolder::~LockedFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
  ::close(lock_);
}

void LockedFolder::synchronise() const { ::syncfs(lock_); }

void remove_if_abandoned(const fs::path& folder) {
  const int lock = lock_folder(folder);
  if (lock < 0) return;
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  ::close(lock);
}

}  // namespace rgm
