#include "rgm/base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <system_error>

#include "rgm/base/error.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

/// Writes all bytes to `file` and closes it; true if every step succeeded, otherwise errno tells
/// why not.
bool write_and_close(int file, std::span<const std::uint8_t> bytes, bool synchronise) {
  int problem = 0;
  while (!bytes.empty() && problem == 0) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written >= 0)
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      problem = errno;
  }
  if (problem == 0 && synchronise && ::fsync(file) != 0) problem = errno;
  if (::close(file) != 0 && problem == 0) problem = errno;
  errno = problem;
  return problem == 0;
}

[[noreturn]] void cannot_write(const fs::path& path, int problem) {
  fail<FileError>(path.string(), ": cannot be written: ", std::strerror(problem));
}

}  // namespace

std::vector<std::uint8_t> read_file(const fs::path& path) {
  std::error_code problem;
  const fs::file_status status = fs::status(path, problem);
  require<FileError>(status.type() != fs::file_type::not_found, path.string(), ": no such file");
  require<FileError>(!problem, path.string(), ": cannot be read: ", problem.message());
  require<FileError>(fs::is_regular_file(status), path.string(),
                     ": expected a file, found a folder or a device");
  const std::uintmax_t size = fs::file_size(path, problem);
  require<FileError>(!problem, path.string(), ": cannot be read: ", problem.message());
  require<FileError>(size <= kMaxFileBytes, path.string(), ": ", size, " bytes, expected at most ",
                     kMaxFileBytes);

  std::vector<std::uint8_t> bytes(size);
  std::ifstream file(path, std::ios::binary);
  require<FileError>(file.is_open(), path.string(), ": cannot be read: ", std::strerror(errno));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  require<FileError>(file.good(), path.string(), ": cannot be read: found ", file.gcount(),
                     " bytes, expected ", size);
  return bytes;
}

void write_file(const fs::path& path, std::span<const std::uint8_t> bytes) {
  std::error_code ignored;
  const fs::path target =
      fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
  require<FileError>(!fs::is_directory(target, ignored), path.string(),
                     ": cannot be written: it is a folder");
  if (fs::exists(target, ignored) && !fs::is_regular_file(target, ignored)) {
    const int device = ::open(target.c_str(), O_WRONLY | O_CLOEXEC);
    if (device < 0 || !write_and_close(device, bytes, false)) cannot_write(path, errno);
    return;
  }
  // The name is random, so that two writers of one path do not meet in one temporary file.
  const fs::path temporary =
      target.string() + "." + std::to_string(std::random_device{}()) + ".tmp";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) cannot_write(path, errno);
  if (!write_and_close(file, bytes, true) || ::rename(temporary.c_str(), target.c_str()) != 0) {
    const int problem = errno;
    ::unlink(temporary.c_str());
    cannot_write(path, problem);
  }
}

void write_text(const fs::path& path, std::string_view text) {
  write_file(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace rgm
