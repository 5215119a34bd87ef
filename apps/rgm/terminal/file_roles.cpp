#include "terminal/file_roles.h"

#include <filesystem>
#include <system_error>

#include "rgm/base/error.h"
#include "rgm/base/new_file.h"

namespace fs = std::filesystem;

namespace rgm::app {
namespace {

/// Whether both names stand for one file or folder, which need not exist yet.
bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code problem;
  const auto is_device = [&](const fs::path& path) {
    return fs::exists(path, problem) && !fs::is_regular_file(path, problem) &&
           !fs::is_directory(path, problem);
  };
  if (is_device(a) || is_device(b)) return false;
  if (fs::exists(a, problem) && fs::exists(b, problem)) return fs::equivalent(a, b, problem);
  const auto whole = [&](const fs::path& path) {
    const auto absolute = fs::absolute(write_target(path), problem).lexically_normal();
    const auto canonical = fs::weakly_canonical(absolute, problem);
    const auto target = problem ? absolute : canonical;
    return target.has_filename() ? target : target.parent_path();  // without a slash at its end
  };
  return whole(a) == whole(b);
}

/// The files that a name may stand for.
std::vector<std::string> files_of(const FileRole& file) {
  std::vector<std::string> names{file.path};
  if (file.written) return names;
  std::string data = file.path;
  if (data.ends_with(']') && data.rfind('[') != std::string::npos)
    names.push_back(data = data.substr(0, data.rfind('[')));
  if (const auto comma = data.rfind(','); comma != std::string::npos) {
    names.push_back(data.substr(0, comma));
    names.push_back(data.substr(comma + 1));
  }
  std::error_code ignored;
  std::erase_if(names, [&](const std::string& name) { return !fs::exists(name, ignored); });
  return names;
}

}  // namespace

void check_file_roles(const std::vector<FileRole>& files) {
  for (const auto& output : files) {
    if (!output.written) continue;
    for (const auto& other : files) {
      if (&other == &output || (other.written && &other < &output)) continue;
      for (const auto& name : files_of(other))
        require(!same_file(output.path, name), output.option, " ", output.path,
                other.written ? ": is also what " : ": would take the place of what ", other.option,
                other.written ? " writes" : " reads", "; expected another file");
    }
  }
}

}  // namespace rgm::app
