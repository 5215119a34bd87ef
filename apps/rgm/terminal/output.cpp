#include "terminal/output.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "terminal/json.h"
#include "terminal/table.h"

namespace rgm::app {

std::string program_version() { return RGM_VERSION; }

std::size_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

std::string file_size_text(const std::filesystem::path& path) {
  return bytes_text(static_cast<double>(std::filesystem::file_size(path)));
}

void check_output(const std::filesystem::path& path) {
  if (path.empty()) return;
  const auto folder = path.parent_path().empty() ? std::filesystem::path(".") : path.parent_path();
  require<FileError>(std::filesystem::is_directory(folder), path.string(),
                     ": expected an existing folder, ", folder.string(), " is none");
  require<FileError>(!std::filesystem::is_directory(path), path.string(),
                     ": expected a file name, it is a folder");
  const bool device = std::filesystem::exists(path) &&
                      !std::filesystem::is_regular_file(path);  // written to, not replaced
  if (::access(device ? path.c_str() : folder.c_str(), W_OK) != 0)
    fail<FileError>(path.string(), ": cannot be written: ", std::strerror(errno));
}

void write_json(const std::string& path, const Json& figures) {
  if (!path.empty()) write_text(path, figures.text() + '\n');
}

}  // namespace rgm::app
