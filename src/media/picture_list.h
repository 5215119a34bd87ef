#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rgm/base/note.h"

namespace rgm {

/// Pictures of a folder, with the labels that they get (none if they are unlabelled).
struct PictureList {
  std::vector<std::string> files;
  std::vector<int> labels;
  std::vector<std::string> class_names;
  std::vector<Note> notes;
};

/// The pictures of a folder with a sub-folder a class, or of a folder without classes; see
/// `open_data_set`.
PictureList list_pictures(const std::filesystem::path& folder);

}  // namespace rgm
