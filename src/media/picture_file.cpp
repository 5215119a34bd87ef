#include "rgm/media/picture_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "picture_formats.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/base/mapped_file.h"

namespace rgm {
namespace {

struct Format {
  bool (*matches)(FileBytes bytes);
  StoredPicture (*read_header)(FileBytes bytes, const std::string& name);
  Images (*read)(FileBytes bytes, const std::string& name, const PictureOptions& options,
                 PictureNotes& notes);
};

constexpr std::array kFormats{
    Format{is_png, read_png_header, read_png},
    Format{is_jpeg, read_jpeg_header, read_jpeg},
    Format{is_other_picture, read_other_header, read_other},
};

const Format& format_of(FileBytes bytes, const std::string& name) {
  const auto* format =
      std::ranges::find_if(kFormats, [&](const Format& f) { return f.matches(bytes); });
  if (format == kFormats.end()) {
    const std::string found = foreign_format(bytes);
    fail<FileError>(name, ": expected a ", kPictureFormats, " file, found ",
                    found.empty() ? "the first bytes of none" : found);
  }
  return *format;
}

}  // namespace

void add_notes(std::vector<Note>& notes, const PictureNotes& found, const std::string& name) {
  if (found.repaired)
    add_note(notes, "JPEG files against the rules, read all the same; look at them", name);
  if (found.one_colour)
    add_note(notes,
             "pictures of one colour, since what is not transparent has the colour of the ground",
             name);
  if (found.first_of_several)
    add_note(notes, "files of several pictures, of which the first was read", name);
  if (found.stretched) add_note(notes, "pictures of another aspect, stretched (--fit)", name);
  if (found.made_colour) add_note(notes, kMadeColour, name);
  if (found.made_grey) add_note(notes, "pictures in colour made grey", name);
}

bool is_picture(FileBytes bytes) {
  return std::ranges::any_of(kFormats, [&](const Format& f) { return f.matches(bytes); });
}

bool has_picture_name(const std::filesystem::path& path) {
  constexpr std::array<std::string_view, 17> kEndings{
      ".png", ".apng", ".jpg",  ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp",
      ".dib", ".tif",  ".tiff", ".pnm",  ".pbm", ".pgm",  ".ppm",  ".pam"};
  std::string ending = path.extension();
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::count(kEndings, ending) > 0;
}

Images parse_picture(FileBytes bytes, const std::string& name, const PictureOptions& options,
                     PictureNotes* notes) {
  PictureNotes found;
  Images picture = format_of(bytes, name).read(bytes, name, options, found);
  if (notes != nullptr) *notes = found;
  return picture;
}

Images read_picture(const std::filesystem::path& path, const PictureOptions& options,
                    PictureNotes* notes) {
  return parse_picture(read_file(path), path.string(), options, notes);
}

PictureShape read_picture_shape(const std::filesystem::path& path, const PictureLoading& loading) {
  const MappedFile file(path);
  const std::string name = path.string();
  return upright_shape(format_of(file.bytes(), name).read_header(file.bytes(), name), loading);
}

}  // namespace rgm
