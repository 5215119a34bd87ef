#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/note.h"
#include "rgm/base/picture_shape.h"

namespace rgm {

/// The largest picture that is read: height × width. Its sides are at most 65,535 each.
inline constexpr std::size_t kMaxPicturePixels = std::size_t{1} << 28;

/// How a file of a picture is read.
struct PictureOptions {
  /// What the picture is brought to while it is read, so that memory is that of this shape, not
  /// that of a photo; none: as it is. 0 channels: grey or RGB, as the file is.
  std::optional<PictureShape> shape;
  PictureLoading loading;
};

/// What a person should know of a picture that was read all the same.
struct PictureNotes {
  bool repaired = false;  ///< a JPEG file against the rules, of which pixels may be wrong
  /// All pixels have one colour, though not in the file: transparent ones were laid on the ground.
  bool one_colour = false;
  bool first_of_several = false;  ///< an animation or a file of several pages: the first was read
  bool stretched = false;    ///< its aspect was lost: by more than 1 %, and what rounding makes
  bool made_colour = false;  ///< a grey picture, in RGB
  bool made_grey = false;    ///< a picture with colours, in grey

  friend bool operator==(const PictureNotes&, const PictureNotes&) = default;
};

/// What the note says of grey pictures that were read in RGB.
inline constexpr const char* kMadeColour = "grey pictures made colour";

/// Adds to `notes`, a kind each, what was noted of the picture of that name.
void add_notes(std::vector<Note>& notes, const PictureNotes& found, const std::string& name);

/// True if the bytes start as a file does that `parse_picture` reads.
bool is_picture(std::span<const std::uint8_t> bytes);

/// What a file seems to be that is no picture that is read, and what to do with it, for messages:
/// "a film, which is learnt as a sequence", "a HEIC picture, to be converted to PNG or JPEG first";
/// empty if its first bytes tell nothing.
std::string foreign_format(std::span<const std::uint8_t> bytes);

/// True if the name of a file ends, in small letters or capitals, as those of pictures do that are
/// read: .png, .jpg, .webp and so on.
bool has_picture_name(const std::filesystem::path& path);

/// The formats that are read, for messages: "PNG, JPEG, …".
inline constexpr const char* kPictureFormats = "PNG, JPEG, WebP, GIF, BMP, TIFF or PNM";

/// Reads a PNG, JPEG, WebP, GIF, BMP, TIFF or PNM file, told apart by their first bytes, as one
/// picture of 8 bits a channel: grey (1 channel) if the file is, or its palette, otherwise RGB.
///
/// The picture is upright, as viewers show it: turned and mirrored as its orientation tag says
/// (EXIF). Transparent pixels are laid on `options.loading.ground`, blended in the values of the
/// file as browsers do; a grey picture on a coloured ground becomes RGB. Values of 16 bits are
/// reduced to 8. Then it is brought to `options.shape`: bicubic, against aliasing; RGB becomes grey
/// by its luma (ITU-R 601).
///
/// Throws `FileError`, which names the file, if it is none of these, damaged, truncated or too
/// large. Cost: a large JPEG file is decoded in a fraction of its size where the shape is small;
/// other formats are decoded whole.
Images read_picture(const std::filesystem::path& path, const PictureOptions& options = {},
                    PictureNotes* notes = nullptr);

/// `read_picture` of a file in memory; `name` stands for it in error messages.
Images parse_picture(std::span<const std::uint8_t> bytes, const std::string& name,
                     const PictureOptions& options = {}, PictureNotes* notes = nullptr);

/// The shape that `read_picture` gives without a shape to bring it to. Of PNG and JPEG files it
/// reads the header alone, and so it does not find what is wrong further on.
PictureShape read_picture_shape(const std::filesystem::path& path,
                                const PictureLoading& loading = {});

/// The PNG file of a picture (images of count 1, of 1 or 3 channels). What `parse_picture` reads
/// back is the same picture.
std::vector<std::uint8_t> encode_png(const Images& picture);

/// Writes a picture as a PNG file, whole or not at all (see `write_file`).
void write_png(const std::filesystem::path& path, const Images& picture);

}  // namespace rgm
