#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "picture_builder.h"
#include "rgm/media/picture_file.h"

// The formats of picture files. For each: whether a file starts as one, what its header tells, and
// the picture. All throw `FileError` that starts with `name` for files that are damaged, truncated
// or beyond the limits.

namespace rgm {

using FileBytes = std::span<const std::uint8_t>;

/// Whether `bytes` hold `text` at the place.
inline bool holds(FileBytes bytes, std::string_view text, std::size_t at = 0) {
  return bytes.size() >= at && bytes.size() - at >= text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

bool is_png(FileBytes bytes);
StoredPicture read_png_header(FileBytes bytes, const std::string& name);
Images read_png(FileBytes bytes, const std::string& name, const PictureOptions& options,
                PictureNotes& notes);

bool is_jpeg(FileBytes bytes);
StoredPicture read_jpeg_header(FileBytes bytes, const std::string& name);
Images read_jpeg(FileBytes bytes, const std::string& name, const PictureOptions& options,
                 PictureNotes& notes);

/// WebP, GIF, BMP, TIFF and PNM, which FFmpeg's decoders read.
bool is_other_picture(FileBytes bytes);
StoredPicture read_other_header(FileBytes bytes, const std::string& name);
Images read_other(FileBytes bytes, const std::string& name, const PictureOptions& options,
                  PictureNotes& notes);

}  // namespace rgm
