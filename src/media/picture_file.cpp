#include "rgm/media/picture_file.h"

// clang-format off: jpeglib.h needs the declarations of stdio.h
#include <jpeglib.h>

#include <cstdio>
// clang-format on
#include <png.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <new>

#include "rgm/base/error.h"
#include "rgm/base/file.h"

namespace rgm {
namespace {

using Bytes = std::span<const std::uint8_t>;

bool is_png(Bytes bytes) {
  constexpr std::array<std::uint8_t, 8> kSignature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  return bytes.size() >= kSignature.size() &&
         std::equal(kSignature.begin(), kSignature.end(), bytes.begin());
}

bool is_jpeg(Bytes bytes) {
  return bytes.size() >= 3 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff;
}

/// An empty picture of a size that the limits allow and that a file of `file_size` bytes can fill.
Images make_picture(std::size_t height, std::size_t width, std::size_t channels,
                    std::size_t file_size, const std::string& name,
                    const std::optional<ExpectedSize>& expected) {
  constexpr std::size_t kMaxSide = 65535;
  // Deflate packs at most 1032 bytes into one, each of at most 8 pixels. A header that claims more
  // lies, and would have us take memory for nothing.
  constexpr std::size_t kMaxPixelsPerByte = 1032 * 8;
  require<FileError>(height > 0 && width > 0 && height <= kMaxSide && width <= kMaxSide &&
                         height * width <= kMaxPicturePixels,
                     name, ": a picture of ", height, " by ", width,
                     " pixels, expected sides from 1 to ", kMaxSide, " and at most ",
                     kMaxPicturePixels, " pixels");
  require<FileError>(height * width <= kMaxPixelsPerByte * file_size, name, ": truncated, ",
                     file_size, " bytes cannot hold ", height, " by ", width, " pixels");
  if (expected)
    require<FileError>(height == expected->height && width == expected->width, name, ": ", height,
                       " by ", width, " pixels, expected ", expected->height, " by ",
                       expected->width, " as in ", expected->as_in);
  return {height, width, channels, std::vector<std::uint8_t>(height * width * channels)};
}

/// Frees what libpng holds of an image, however its scope is left.
struct PngImage : png_image {
  PngImage() : png_image{} { version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(this); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
};

Images parse_png(Bytes bytes, const std::string& name,
                 const std::optional<ExpectedSize>& expected) {
  PngImage png;
  require<FileError>(png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()) != 0, name,
                     ": damaged PNG file: ", png.message);
  const bool colour = (png.format & PNG_FORMAT_FLAG_COLOR) != 0;
  png.format = colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  png.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // 16-bit files as they are, not as linear light
  Images picture =
      make_picture(png.height, png.width, colour ? 3 : 1, bytes.size(), name, expected);
  const png_color black{0, 0, 0};
  require<FileError>(png_image_finish_read(&png, &black, picture.pixels.data(), 0, nullptr) != 0,
                     name, ": damaged PNG file: ", png.message);
  return picture;
}

/// libjpeg's error handler with a way out of its C code, and the message that goes with it.
struct JpegErrors {
  jpeg_error_mgr handler;  // first, so that a pointer to it is one to this struct
  std::jmp_buf way_out;
  char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void leave_jpeg(j_common_ptr jpeg) {
  auto* errors = reinterpret_cast<JpegErrors*>(jpeg->err);
  jpeg->err->format_message(jpeg, errors->message);
  std::longjmp(errors->way_out, 1);
}

/// Warnings (level −1) tell of damage that libjpeg would paint over; traces (0 and above) are of no
/// interest.
void leave_on_warning(j_common_ptr jpeg, int level) {
  if (level < 0) leave_jpeg(jpeg);
}

/// An ordinary progressive file has about ten scans; each of thousands of empty ones would cost a
/// pass over the picture.
void leave_after_many_scans(j_common_ptr jpeg) {
  constexpr int kMaxScans = 100;
  if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number <= kMaxScans) return;
  std::snprintf(reinterpret_cast<JpegErrors*>(jpeg->err)->message, JMSG_LENGTH_MAX,
                "more than %d scans", kMaxScans);
  std::longjmp(reinterpret_cast<JpegErrors*>(jpeg->err)->way_out, 1);
}

/// Runs `step`, which calls libjpeg and makes no object that needs a destructor; throws `Error` if
/// libjpeg gives up.
template <class Step>
void guarded(JpegErrors& errors, const std::string& name, const Step& step) {
  if (setjmp(errors.way_out) != 0) fail<FileError>(name, ": damaged JPEG file: ", errors.message);
  step();
}

Images parse_jpeg(Bytes bytes, const std::string& name,
                  const std::optional<ExpectedSize>& expected) {
  JpegErrors errors{};
  jpeg_decompress_struct jpeg{};
  jpeg.err = jpeg_std_error(&errors.handler);
  errors.handler.error_exit = leave_jpeg;
  errors.handler.emit_message = leave_on_warning;
  jpeg_progress_mgr progress{};
  progress.progress_monitor = leave_after_many_scans;
  struct Cleanup {
    jpeg_decompress_struct& jpeg;
    ~Cleanup() { jpeg_destroy_decompress(&jpeg); }
  } cleanup{jpeg};

  guarded(errors, name, [&] {
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, bytes.data(), bytes.size());
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = jpeg.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  });
  Images picture = make_picture(jpeg.image_height, jpeg.image_width,
                                jpeg.num_components == 1 ? 1 : 3, bytes.size(), name, expected);
  guarded(errors, name, [&] {
    jpeg.progress = &progress;
    jpeg_start_decompress(&jpeg);
    const std::size_t stride = picture.width * picture.channels;
    while (jpeg.output_scanline < jpeg.output_height) {
      JSAMPROW row = picture.pixels.data() + jpeg.output_scanline * stride;
      jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_decompress(&jpeg);
  });
  return picture;
}

}  // namespace

bool is_picture(Bytes bytes) { return is_png(bytes) || is_jpeg(bytes); }

Images parse_picture(Bytes bytes, const std::string& name,
                     const std::optional<ExpectedSize>& expected) {
  require<FileError>(is_picture(bytes), name,
                     ": expected a PNG or JPEG file, found neither's first bytes");
  return is_png(bytes) ? parse_png(bytes, name, expected) : parse_jpeg(bytes, name, expected);
}

Images read_picture(const std::filesystem::path& path,
                    const std::optional<ExpectedSize>& expected) {
  return parse_picture(read_file(path), path.string(), expected);
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
