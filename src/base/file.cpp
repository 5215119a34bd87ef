#include "rgm/base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>

#include "rgm/base/error.h"
#include "rgm/base/new_file.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

/// Writes to what is there and must not be replaced: a device or a pipe.
void write_device(const fs::path& path, std::span<const std::uint8_t> bytes) {
  int device;
  do device = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);  // of a pipe, waits for its reader
  while (device < 0 && errno == EINTR);
  int problem = device < 0 ? errno : 0;
  require<FileError>(device >= 0, path.string(), ": cannot be written: ", std::strerror(problem));
  while (!bytes.empty() && problem == 0) {
    const ssize_t written = ::write(device, bytes.data(), bytes.size());
    if (written >= 0)
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      problem = errno;
  }
  if (::close(device) != 0 && problem == 0) problem = errno;
  require<WriteError>(problem == 0, path.string(), ": cannot be written: ", std::strerror(problem));
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
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  const int reason = errno;  // before the message's parts are made
  require<FileError>(file.is_open(), path.string(), ": cannot be read: ", std::strerror(reason));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  require<FileError>(file.good(), path.string(), ": cannot be read: found ", file.gcount(),
                     " bytes, expected ", size);
  return bytes;
}

void write_file(const fs::path& path, std::span<const std::uint8_t> bytes) {
  std::error_code ignored;
  const fs::path target = write_target(path);
  if (fs::exists(target, ignored) && !fs::is_regular_file(target, ignored) &&
      !fs::is_directory(target, ignored))
    return write_device(path, bytes);
  NewFile file(path);
  file.write(bytes);
  file.commit();
}

void write_text(const fs::path& path, std::string_view text) {
  write_file(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace rgm
