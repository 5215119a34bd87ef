#include "folder_contents.h"

#include <algorithm>
#include <string>
#include <system_error>

#include "rgm/base/error.h"
#include "rgm/media/picture_file.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

/// The paths of all that is in a folder but hidden, in order of name.
std::vector<fs::path> visible_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code problem;
  for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end;
       entry.increment(problem))
    if (!entry->path().filename().string().starts_with('.')) entries.push_back(entry->path());
  require<FileError>(!problem, folder.string(), ": the folder cannot be read: ", problem.message());
  std::ranges::sort(entries);
  return entries;
}

}  // namespace

FolderContents list_folder(const fs::path& folder) {
  FolderContents contents;
  for (const fs::path& path : visible_entries(folder)) {
    const auto leave_out = [&](const char* what) {
      add_note(contents.left_out, what, path.string());
    };
    std::error_code problem;
    switch (fs::status(path, problem).type()) {
      case fs::file_type::directory:
        if (path.filename() == "__MACOSX")
          leave_out("folders of macOS's archives left out");
        else
          contents.folders.push_back(path);
        break;
      case fs::file_type::regular:
        if (has_picture_name(path)) {
          contents.pictures.push_back(path);
        } else {
          contents.others.push_back(path);
          leave_out("files left out, by their names no pictures that are read");
        }
        break;
      case fs::file_type::not_found:
      case fs::file_type::none:
        require<FileError>(fs::is_symlink(fs::symlink_status(path, problem)), path.string(),
                           ": cannot be read");
        leave_out("links to nothing left out");
        break;
      default:
        leave_out("left out, neither files nor folders");
    }
  }
  return contents;
}

}  // namespace rgm
