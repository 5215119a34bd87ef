#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace rgm {

/// A new folder that goes away with this object, unless it is kept, and also if the process is
/// killed: a shell waits for its end and then removes the folder. Should that end with it, the lock
/// on the folder is gone, by which the next one of the same prefix knows that it may take it away.
class LockedFolder {
 public:
  /// `parent`/`prefix` and a number. Throws `FileError` that begins with `name`, as in "clips: the
  /// cache folder", if it cannot be made.
  LockedFolder(const std::filesystem::path& parent, const std::string& prefix,
               const std::string& name);
  ~LockedFolder();
  LockedFolder(const LockedFolder&) = delete;
  LockedFolder& operator=(const LockedFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Waits until all that was written to its file system is on the disk.
  void synchronise() const;
  /// It now has another name, or another owner.
  void keep() { path_.clear(); }

 private:
  void start_guard();

  std::filesystem::path path_;
  int lock_ = -1, guard_input_ = -1;
  pid_t guard_ = 0;
};

}  // namespace rgm
