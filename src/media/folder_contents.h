#pragma once

#include <filesystem>
#include <vector>

#include "rgm/base/note.h"

namespace rgm {

/// The sub-folders and the picture files (`has_picture_name`) of a folder, each in order of name,
/// and what else was found.
struct FolderContents {
  std::vector<std::filesystem::path> folders, pictures;
  /// Files of other names, in order of name.
  std::vector<std::filesystem::path> others;
  /// What was left out: `others`, links to nothing, what is neither a file nor a folder, and the
  /// folder __MACOSX, which a program for archives adds. Not so hidden files, which are no part of
  /// what people see.
  std::vector<Note> left_out;
};

/// Throws `Error` if the folder cannot be read.
FolderContents list_folder(const std::filesystem::path& folder);

}  // namespace rgm
