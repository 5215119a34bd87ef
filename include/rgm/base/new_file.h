#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

namespace rgm {

/// A file in the making, which appears under its name whole or not at all, in place of what was
/// there before, and of which nothing is left if the process ends before, however it ends.
///
/// It has no name until it is whole (O_TMPFILE); one that takes the place of another is called
/// `.NAME.new` for the moment in between. Where the file system or the system (no /proc) does not
/// know such files, it is called that from the beginning: what a killed process left is then used
/// again by the next one that writes the same file.
///
/// A symbolic link is followed, to a file that does not exist yet, too. A device or a pipe is
/// written to directly, for it must not be replaced. Throws `FileError` that
/// names the path if that cannot be written, `WriteError` if writing fails. Not for two threads at
/// once.
class NewFile {
 public:
  /// When the file has a name: when it is whole; from the beginning, as where there is no other
  /// way; or never, as a place to put things that goes away with this object, on the disk of
  /// `path`.
  enum class Name { kWhenWhole, kHidden, kNever };

  explicit NewFile(const std::filesystem::path& path, Name name = Name::kWhenWhole);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  /// Writes where the last call ended.
  void write(std::span<const std::uint8_t> bytes);
  /// Writes in place of the first bytes; not of a device.
  void overwrite(std::span<const std::uint8_t> first_bytes);
  /// To write to, and to read from, in other ways.
  int descriptor() const { return file_; }

  /// Whether it is a device or a pipe, in which there is no going back.
  bool is_device() const { return is_device_; }

  /// Puts the whole file under its name: when this returns, it is on the disk.
  void commit();

 private:
  void open_device();
  bool open_unnamed();
  void open_hidden();
  int publish() const;
  int link_and_rename() const;

  std::filesystem::path path_, target_, hidden_;
  int file_ = -1;
  bool named_ = false, is_device_ = false;
};

/// Where a write to `path` goes: `path`, or what a symbolic link of that name points to in the end,
/// which need not exist. Throws `FileError` if links form a circle.
std::filesystem::path write_target(const std::filesystem::path& path);

/// Waits until the entries of a folder are on the disk, as far as the system lets us.
void synchronise_folder(const std::filesystem::path& folder);

}  // namespace rgm
