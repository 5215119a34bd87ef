#include "terminal/output.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/base/new_file.h"
#include "terminal/json.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"

namespace rgm::app {

std::string program_version() { return RGM_VERSION; }

std::size_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

std::string file_size_text(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(path)) return "size unknown";
  return bytes_text(static_cast<double>(std::filesystem::file_size(path)));
}

void check_output(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  if (path.empty()) return;
  const auto target = write_target(path);
  const auto folder = target.parent_path().empty() ? fs::path(".") : target.parent_path();
  std::error_code ignored;
  require<FileError>(fs::is_directory(folder, ignored), path.string(),
                     ": expected an existing folder, ", folder.string(), " is none");
  require<FileError>(!fs::is_directory(target, ignored), path.string(),
                     ": expected a file name, it is a folder");
  require<FileError>(target.has_filename(), path.string(),
                     ": expected a file name, it is a folder");
  const auto longest = ::pathconf(folder.c_str(), _PC_NAME_MAX);
  require<FileError>(
      longest < 0 || target.filename().native().size() <= static_cast<std::size_t>(longest),
      path.string(), ": cannot be written: its name is longer than ", longest, " bytes");
  if (fs::exists(target, ignored) && !fs::is_regular_file(target, ignored)) {  // a device
    const bool writable = ::access(target.c_str(), W_OK) == 0;
    const int problem = errno;
    require<FileError>(writable, path.string(), ": cannot be written: ", std::strerror(problem));
  } else {
    const NewFile trial(path);  // of which nothing is left
  }
}

std::filesystem::path checkpoint_path(const std::filesystem::path& output) {
  std::error_code ignored;
  if (output.empty() || (std::filesystem::exists(output, ignored) &&
                         !std::filesystem::is_regular_file(output, ignored)))
    return {};
  auto path = output;
  return path.replace_extension(".partial" + output.extension().string());
}

void print_notes(const std::vector<Note>& notes) {
  clear_progress_bar();
  for (const Note& note : notes) print_note(text(note));
}

void write_json(const std::string& path, const Json& figures) {
  if (!path.empty()) write_text(path, figures.text() + '\n');
}

}  // namespace rgm::app
