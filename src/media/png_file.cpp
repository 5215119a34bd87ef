#include <png.h>

#include <algorithm>
#include <vector>

#include "exif_orientation.h"
#include "picture_formats.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"

namespace rgm {
namespace {

/// Frees what libpng holds of an image, however its scope is left.
struct PngImage : png_image {
  PngImage() : png_image{} { version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(this); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;

  void begin(FileBytes bytes, const std::string& name) {
    require<FileError>(png_image_begin_read_from_memory(this, bytes.data(), bytes.size()) != 0,
                       name, ": damaged PNG file: ", message);
  }
};

/// What libpng's simplified interface does not tell: chunks of a file, found without it.
struct PngChunks {
  FileBytes palette, orientation;
  bool animated = false;

  explicit PngChunks(FileBytes bytes) {
    constexpr std::size_t kSignature = 8, kHeader = 8, kChecksum = 4;
    for (std::size_t at = kSignature; bytes.size() - at >= kHeader + kChecksum;) {
      std::size_t size = 0;
      for (std::size_t i = 0; i < 4; ++i) size = size << 8 | bytes[at + i];
      if (size > bytes.size() - at - kHeader - kChecksum) return;
      const FileBytes data = bytes.subspan(at + kHeader, size);
      if (holds(bytes, "PLTE", at + 4)) palette = data;
      if (holds(bytes, "eXIf", at + 4)) orientation = data;
      if (holds(bytes, "acTL", at + 4)) animated = true;
      at += kHeader + size + kChecksum;
    }
  }

  bool has_grey_palette() const {
    for (std::size_t i = 0; i + 2 < palette.size(); i += 3)
      if (palette[i] != palette[i + 1] || palette[i] != palette[i + 2]) return false;
    return palette.size() >= 3;
  }
};

StoredPicture stored_picture(const png_image& png, const PngChunks& chunks, std::size_t file_size,
                             const std::string& name) {
  const bool in_colour =
      (png.format & PNG_FORMAT_FLAG_COLOR) != 0 &&
      !((png.format & PNG_FORMAT_FLAG_COLORMAP) != 0 && chunks.has_grey_palette());
  const bool has_alpha = (png.format & PNG_FORMAT_FLAG_ALPHA) != 0;
  const StoredPicture stored{png.height, png.width, (in_colour ? 3U : 1U) + (has_alpha ? 1U : 0U),
                             exif_orientation(chunks.orientation)};
  require_picture_size(stored, file_size, name);
  return stored;
}

}  // namespace

bool is_png(FileBytes bytes) { return holds(bytes, "\x89PNG\r\n\x1a\n"); }

StoredPicture read_png_header(FileBytes bytes, const std::string& name) {
  PngImage png;
  png.begin(bytes, name);
  return stored_picture(png, PngChunks(bytes), bytes.size(), name);
}

Images read_png(FileBytes bytes, const std::string& name, const PictureOptions& options,
                PictureNotes& notes) {
  PngImage png;
  png.begin(bytes, name);
  const PngChunks chunks(bytes);
  const StoredPicture stored = stored_picture(png, chunks, bytes.size(), name);
  notes.first_of_several = chunks.animated;
  png.format = (stored.channels > 2 ? PNG_FORMAT_FLAG_COLOR : 0) |
               (stored.has_alpha() ? PNG_FORMAT_FLAG_ALPHA : 0);
  png.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // 16-bit files as they are, not as linear light
  const std::size_t row_bytes = stored.width * stored.channels;
  std::vector<std::uint8_t> pixels(stored.height * row_bytes);
  require<FileError>(png_image_finish_read(&png, nullptr, pixels.data(), 0, nullptr) != 0, name,
                     ": damaged PNG file: ", png.message);
  PictureBuilder builder(stored, options);
  for (std::size_t y = 0; y < stored.height; ++y) builder.add(pixels.data() + y * row_bytes);
  return std::move(builder).finish(notes);
}

std::vector<std::uint8_t> encode_png(const Images& picture) {
  require(picture.count() == 1, "picture: ", picture.count(), " images, expected 1");
  require(picture.channels == 1 || picture.channels == 3, "picture: ", picture.channels,
          " channels, expected 1 or 3");
  PngImage png;
  png.width = static_cast<png_uint_32>(picture.width);
  png.height = static_cast<png_uint_32>(picture.height);
  png.format = picture.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  std::vector<std::uint8_t> bytes(PNG_IMAGE_PNG_SIZE_MAX(png));
  png_alloc_size_t size = bytes.size();
  require(png_image_write_to_memory(&png, bytes.data(), &size, 0, picture.pixels.data(), 0,
                                    nullptr) != 0,
          "picture: cannot be encoded as PNG: ", png.message);
  bytes.resize(size);
  return bytes;
}

void write_png(const std::filesystem::path& path, const Images& picture) {
  write_file(path, encode_png(picture));
}

}  // namespace rgm
