#pragma once

#include <filesystem>
#include <vector>

namespace rgm {

/// The sub-folders and the picture files (.png, .jpg, .jpeg in any case) of a folder, each in order
/// of name, without the hidden ones.
struct FolderContents {
  std::vector<std::filesystem::path> folders, pictures;
};

/// Throws `Error` if the folder cannot be read.
FolderContents list_folder(const std::filesystem::path& folder);

}  // namespace rgm
