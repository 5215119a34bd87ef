#pragma once

#include <filesystem>
#include <string>

namespace rgm {

/// A new folder that goes away with this object, unless it is kept. It is locked as long as its
/// process lives, so that another one can tell what a dead process left, and take that away.
class LockedFolder {
 public:
  /// In place of what a dead process left under that name. Throws `FileError` that begins with
  /// `name`, as in "clips: the cache folder" if it cannot be made, or if another process works in
  /// it.
  LockedFolder(std::filesystem::path path, const std::string& name);
  ~LockedFolder();
  LockedFolder(const LockedFolder&) = delete;
  LockedFolder& operator=(const LockedFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Waits until all that was written to its file system is on the disk.
  void synchronise() const;
  /// It now has another name, or another owner.
  void keep() { path_.clear(); }

 private:
  std::filesystem::path path_;
  int lock_;
};

/// Takes away a folder that a `LockedFolder` made, if the process that did is dead.
void remove_if_abandoned(const std::filesystem::path& folder);

}  // namespace rgm
