#include "rgm/base/new_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "rgm/base/error.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

template <class Kind>
[[noreturn]] void cannot_write(const fs::path& path, int problem) {
  fail<Kind>(path.string(), ": cannot be written: ", std::strerror(problem));
}

fs::path folder_of(const fs::path& file) {
  return file.parent_path().empty() ? fs::path(".") : file.parent_path();
}

/// `.NAME.new` beside `target`, or a name of its own where that would be too long.
fs::path hidden_name(const fs::path& target) {
  constexpr std::size_t kLongest = 240;  // of the 255 bytes that file systems take
  std::string name = target.filename().string();
  if (name.size() > kLongest)
    name = name.substr(0, kLongest - 24) + std::to_string(std::hash<std::string>{}(name));
  return folder_of(target) / ("." + name + ".new");
}

/// Whether an open file is still what its name stands for.
bool is_called(int file, const fs::path& name) {
  struct stat open {
  }, named{};
  return ::fstat(file, &open) == 0 && ::stat(name.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

/// Takes away a file that a dead process left: nobody else does while we hold its lock.
bool remove_if_abandoned(const fs::path& name) {
  const int file = ::open(name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return false;
  const bool abandoned =
      ::flock(file, LOCK_EX | LOCK_NB) == 0 && is_called(file, name) && ::unlink(name.c_str()) == 0;
  ::close(file);
  return abandoned;
}

}  // namespace

fs::path write_target(const fs::path& path) {
  constexpr int kMostLinks = 40;  // as many as Linux follows
  fs::path target = path;
  std::error_code problem;
  for (int links = 0; fs::is_symlink(target, problem); ++links) {
    require<FileError>(links < kMostLinks, path.string(),
                       ": cannot be written: its symbolic links form a circle");
    const fs::path next = fs::read_symlink(target, problem);
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  return target;
}

void synchronise_folder(const fs::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;  // may be written, but not read
  ::fsync(file);         // some file systems do not know it for folders
  ::close(file);
}

NewFile::NewFile(const fs::path& path, Name name)
    : path_(path), target_(write_target(path)), hidden_(hidden_name(target_)) {
  std::error_code ignored;
  if (name != Name::kNever) {
    require<FileError>(!fs::is_directory(target_, ignored), path.string(),
                       ": cannot be written: it is a folder");
    if (fs::exists(target_, ignored) && !fs::is_regular_file(target_, ignored)) {
      open_device();
      return;
    }
  }
  if (name == Name::kHidden || !open_unnamed()) open_hidden();
  if (name == Name::kNever && std::exchange(named_, false)) ::unlink(hidden_.c_str());
}

NewFile::~NewFile() {
  if (file_ < 0) return;
  if (named_) ::unlink(hidden_.c_str());
  ::close(file_);
}

void NewFile::open_device() {
  is_device_ = true;
  do file_ = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);  // of a pipe, waits for its reader
  while (file_ < 0 && errno == EINTR);
  if (file_ < 0) cannot_write<FileError>(path_, errno);
}

/// False if there are no such files here.
bool NewFile::open_unnamed() {
  if (::access("/proc/self/fd", X_OK) != 0) return false;  // which gives it its name in the end
  file_ = ::open(folder_of(target_).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
  const int problem = errno;
  if (file_ >= 0) return true;
  if (problem == EOPNOTSUPP || problem == EISDIR || problem == EINVAL) return false;
  cannot_write<FileError>(path_, problem);
}

/// The lock tells a file that is being written from what a dead process left.
void NewFile::open_hidden() {
  while (true) {
    file_ = ::open(hidden_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file_ < 0) cannot_write<FileError>(path_, errno);
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      ::close(std::exchange(file_, -1));
      fail<FileError>(path_.string(), ": cannot be written: another process is writing it");
    }
    if (is_called(file_, hidden_)) break;
    ::close(std::exchange(file_, -1));  // its last writer gave it its name, or took it away
  }
  if (::ftruncate(file_, 0) != 0) {
    const int problem = errno;
    ::close(std::exchange(file_, -1));
    cannot_write<WriteError>(path_, problem);
  }
  named_ = true;
}

void NewFile::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) cannot_write<WriteError>(path_, errno);
    if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void NewFile::overwrite(std::span<const std::uint8_t> first_bytes) {
  for (off_t at = 0; !first_bytes.empty();) {
    const ssize_t written = ::pwrite(file_, first_bytes.data(), first_bytes.size(), at);
    if (written < 0 && errno != EINTR) cannot_write<WriteError>(path_, errno);
    if (written <= 0) continue;
    first_bytes = first_bytes.subspan(static_cast<std::size_t>(written));
    at += written;
  }
}

void NewFile::commit() {
  const int problem = is_device_ ? 0 : ::fsync(file_) == 0 ? publish() : errno;
  if (problem != 0) cannot_write<WriteError>(path_, problem);
  named_ = false;
  if (::close(std::exchange(file_, -1)) != 0) cannot_write<WriteError>(path_, errno);
  if (!is_device_) synchronise_folder(folder_of(target_));
}

/// Gives the file its name; 0, or what errno says.
int NewFile::publish() const {
  if (named_) return ::rename(hidden_.c_str(), target_.c_str()) == 0 ? 0 : errno;
  const std::string self = "/proc/self/fd/" + std::to_string(file_);
  if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, target_.c_str(), AT_SYMLINK_FOLLOW) == 0) return 0;
  return errno == EEXIST ? link_and_rename() : errno;
}

/// A link replaces nothing, so the file takes another name for a moment. The lock tells others that
/// find it in use that its writer lives: then they wait. What a dead one left they take away.
int NewFile::link_and_rename() const {
  ::flock(file_, LOCK_EX | LOCK_NB);  // nobody else can hold it
  const std::string self = "/proc/self/fd/" + std::to_string(file_);
  constexpr int kTrials = 1000;
  for (int i = 0; i < kTrials; ++i) {
    if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, hidden_.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      const int problem = ::rename(hidden_.c_str(), target_.c_str()) == 0 ? 0 : errno;
      if (problem != 0) ::unlink(hidden_.c_str());
      return problem;
    }
    if (errno != EEXIST) return errno;
    if (!remove_if_abandoned(hidden_)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return EBUSY;
}

}  // namespace rgm
