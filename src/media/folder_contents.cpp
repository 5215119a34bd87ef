#include "folder_contents.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <system_error>

#include "rgm/base/error.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

bool has_picture_name(const fs::path& path) {
  std::string extension = path.extension();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

}  // namespace

FolderContents list_folder(const fs::path& folder) {
  FolderContents contents;
  std::error_code problem;
  for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end;
       entry.increment(problem)) {
    if (entry->path().filename().string().starts_with('.')) continue;
    if (entry->is_directory(problem))
      contents.folders.push_back(entry->path());
    else if (has_picture_name(entry->path()))
      contents.pictures.push_back(entry->path());
  }
  require<FileError>(!problem, folder.string(), ": the folder cannot be read: ", problem.message());
  std::ranges::sort(contents.folders);
  std::ranges::sort(contents.pictures);
  return contents;
}

}  // namespace rgm
