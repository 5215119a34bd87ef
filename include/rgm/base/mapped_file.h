#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

namespace rgm {

/// The bytes of a regular file, mapped into memory rather than copied: pages are read when they are
/// looked at, and shared with whoever else reads the file.
///
/// The file stays as it is as long as nobody changes it in place; `write_file` never does, it puts
/// a new file under the name. A file that another program cuts short meanwhile, or a disk that
/// fails, ends the process with SIGBUS when what is missing is looked at.
class MappedFile {
 public:
  /// Throws `FileError` if the file is missing, unreadable or something else than a file. Cost: a
  /// few system calls, whatever the file's size.
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  /// Valid as long as this lives, wherever it is moved to.
  std::span<const std::uint8_t> bytes() const { return bytes_; }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace rgm
