#include "rgm/base/file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>

#include "rgm/base/error.h"
#include "rgm/base/new_file.h"

namespace fs = std::filesystem;

namespace rgm {
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
  NewFile file(path);
  file.write(bytes);
  file.commit();
}

void write_text(const fs::path& path, std::string_view text) {
  write_file(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace rgm
