#include "picture_list.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "folder_contents.h"
#include "rgm/base/error.h"
#include "rgm/media/picture_file.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

constexpr const char* kLinksBack = "links to folders around or beside them left out";

/// A folder and those around it, without links.
std::set<fs::path> folders_around(const fs::path& folder) {
  std::error_code ignored;
  std::set<fs::path> around;
  for (fs::path path = fs::canonical(folder, ignored); around.insert(path).second;)
    path = path.parent_path();
  return around;
}

/// The pictures of a class, at any depth, in order of name at each.
class ClassFolder {
 public:
  /// `known` are folders that links within it must not lead back to.
  ClassFolder(const fs::path& folder, std::set<fs::path> known) : known_(std::move(known)) {
    const FolderContents top = read(folder);
    if (top.pictures.empty())
      for (const fs::path& part : top.folders) parts.push_back(part.filename());
  }

  std::vector<std::string> files;
  std::vector<Note> notes;
  /// Names of the folders in it; none if it also has pictures of its own.
  std::vector<std::string> parts;

 private:
  FolderContents read(const fs::path& folder) {
    FolderContents contents = list_folder(folder);
    add_notes(notes, contents.left_out);
    for (const fs::path& picture : contents.pictures) files.push_back(picture);
    std::error_code ignored;
    known_.insert(fs::canonical(folder, ignored));
    for (const fs::path& inner : contents.folders) {
      if (known_.contains(fs::canonical(inner, ignored))) {
        add_note(notes, kLinksBack, inner.string());
        continue;
      }
      const std::size_t before = files.size();
      read(inner);
      if (files.size() > before)
        add_note(notes, "folders within classes, of which they are part", inner.string());
    }
    return contents;
  }

  std::set<fs::path> known_;
};

/// The first of the folders that has `word` in its name, in small letters or capitals; empty if
/// there is none.
fs::path folder_called(std::string_view word,
                       const std::vector<std::pair<fs::path, ClassFolder>>& classes) {
  for (const auto& [path, contents] : classes) {
    std::string name = path.filename();
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name.find(word) != std::string::npos) return path;
  }
  return {};
}

/// Refuses what people give by mistake: the folder above train/cat, train/dog, test/cat, test/dog.
void require_classes(const fs::path& folder,
                     const std::vector<std::pair<fs::path, ClassFolder>>& classes) {
  std::map<std::string, fs::path> class_of_part;
  for (const auto& [path, contents] : classes)
    for (const std::string& part : contents.parts) {
      const auto [known, is_new] = class_of_part.emplace(part, path);
      if (is_new) continue;
      fs::path learn = folder_called("train", classes), test = folder_called("test", classes);
      if (learn.empty()) learn = test == known->second ? path : known->second;
      if (test.empty() || test == learn) test = learn == path ? known->second : path;
      fail<FileError>(folder.string(), ": its folders ", known->second.filename().string(), " and ",
                      path.filename().string(), " both hold a folder ", part,
                      ", expected a folder a class; perhaps ", learn.string(), " with --test ",
                      test.string());
    }
}

}  // namespace

PictureList list_pictures(const fs::path& folder) {
  FolderContents top = list_folder(folder);
  PictureList list;
  list.notes = std::move(top.left_out);
  std::vector<std::pair<fs::path, ClassFolder>> classes;
  const auto around = folders_around(folder);
  for (const fs::path& path : top.folders) {
    std::error_code ignored;
    if (around.contains(fs::canonical(path, ignored))) {
      add_note(list.notes, kLinksBack, path.string());
      continue;
    }
    ClassFolder contents(path, around);
    add_notes(list.notes, contents.notes);
    if (contents.files.empty())
      add_note(list.notes, "folders without pictures left out", path.string());
    else
      classes.emplace_back(path, std::move(contents));
  }
  if (classes.empty()) {
    require<FileError>(!top.pictures.empty(), folder.string(), ": no picture in this folder (",
                       kPictureFormats, "), expected at least one",
                       list.notes.empty() ? "" : "; " + text(list.notes.front()));
    list.files.assign(top.pictures.begin(), top.pictures.end());
    return list;
  }
  if (!top.pictures.empty())
    fail<FileError>(folder.string(), ": both sub-folders and pictures, such as ",
                    top.pictures[0].string(), ", expected one or the other");
  require_classes(folder, classes);
  for (auto& [path, contents] : classes) {
    list.labels.insert(list.labels.end(), contents.files.size(),
                       static_cast<int>(list.class_names.size()));
    list.class_names.push_back(path.filename());
    std::ranges::move(contents.files, std::back_inserter(list.files));
  }
  return list;
}

}  // namespace rgm
