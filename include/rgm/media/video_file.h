#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rgm/base/images.h"

namespace rgm {

/// The largest frame that is read or written: sides, and height × width.
inline constexpr std::size_t kMaxVideoSide = 16384;
inline constexpr std::size_t kMaxVideoPixels = std::size_t{1} << 26;

/// Which frames of a video are read, and in which size.
struct VideoOptions {
  std::size_t
      height = 0,
      width = 0;  ///< pixels; if both are 0 as in the file, if one is 0 in proportion to the other
  std::size_t first = 0;                         ///< index of the first frame that is given
  std::size_t stride = 1;                        ///< every stride-th frame is given, 1 or more
  std::size_t frames = 0;                        ///< at most so many are given; 0: all
  std::size_t max_bytes = std::size_t{1} << 32;  ///< `read_video` refuses to hold more than this
  bool allow_truncated = false;  ///< `read_video` takes what can be read of a damaged file
};

/// A video as a stream of RGB frames, in memory one frame at a time however long it is.
///
/// It is a file (MP4, AVI, WebM and others, told apart by their contents) or a folder of PNG and
/// JPEG files of one size in natural order of name (2.png before 10.png), grey ones becoming RGB.
/// Frames come as they are stored: time stamps, rotation and the shape of pixels, which a player
/// would respect, are not looked at. The same file gives the same bytes whenever it is read.
///
/// The constructors and `next` throw `FileError` in one line that names the file: if it is missing,
/// empty, not a video, has no stream of video or no frame that can be read, if a frame is larger
/// than the limits above or of another size than the first. A file that breaks off or is damaged
/// further on ends before the damage, and `truncated` tells.
///
/// Nothing but the file itself is opened, whatever it refers to. Not for two threads at once; may
/// be moved.
class VideoReader {
 public:
  explicit VideoReader(const std::filesystem::path& path, const VideoOptions& options = {});
  /// Reads a file in memory. It borrows `bytes`, which must outlive the reader; `name` stands for
  /// them in error messages.
  VideoReader(std::span<const std::uint8_t> bytes, const std::string& name,
              const VideoOptions& options = {});
  VideoReader(const std::vector<std::uint8_t>&& bytes, const std::string& name,
              const VideoOptions& options = {}) = delete;
  VideoReader(VideoReader&&) noexcept;
  VideoReader& operator=(VideoReader&&) noexcept;
  ~VideoReader();

  /// Rows and columns of the frames that `next` gives.
  std::size_t height() const;
  std::size_t width() const;
  /// Of the frames that `next` gives, so the file's divided by the stride; 25 if the file does not
  /// tell.
  double frames_per_second() const;
  /// How many frames `next` gives in all as far as the file tells, which may be wrong; 0: it does
  /// not tell.
  std::size_t frame_count() const;

  /// The next frame, [row, column, channel] with values 0–255, into `frame`, which has height ×
  /// width × 3 elements. False, with `frame` as it was, after the last one. Skipped frames of a
  /// file cost their decoding, those of a folder nothing.
  bool next(std::span<std::uint8_t> frame);
  bool next(std::span<float> frame);

  /// True if frames were missing: `next` has found that the file is damaged, or ends before the
  /// frames that it claims.
  bool truncated() const;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

/// Reads a short video, a file or a folder, as RGB images. Throws `Error` as `VideoReader` does,
/// and if it is truncated (unless allowed), if the options keep no frame, or if its frames would
/// take more than `max_bytes`.
Images read_video(const std::filesystem::path& path, const VideoOptions& options = {});

/// `read_video` of a file in memory; `name` stands for it in error messages.
Images parse_video(std::span<const std::uint8_t> bytes, const std::string& name,
                   const VideoOptions& options = {});

/// How a video is written.
struct VideoWriterOptions {
  double frames_per_second = 25;  ///< above 0, at most 1000
  /// "libx264" (.mp4), "libvpx-vp9" (.webm), "ffv1" (.avi, lossless) or "mjpeg" (.avi); empty: the
  /// one of the extension.
  std::string codec;
  /// Constant rate factor, less is better and larger: libx264 0–51 (by default 20), libvpx-vp9 0–63
  /// (24), mjpeg 2–31 (3).
  std::optional<int> crf;
  /// Keeps colour at full resolution (yuv444p), which not all players show; otherwise one colour
  /// for 2 by 2 pixels.
  bool full_colour = false;
  std::size_t magnify = 1;  ///< each pixel becomes a square of so many
};

/// Writes frames of one size to a file, or as PNG files into a folder.
///
/// The extension of the path tells the container and the codec: .mp4 H.264, .webm VP9, .avi FFV1,
/// all of which `VideoReader` reads. A path that ends in a slash or is a folder gets 000000.png,
/// 000001.png, …; it must be new or empty. Where colour is at half resolution, sides must be even:
/// the last row and column are repeated if they are not.
///
/// It appears, whole, when `close` is called, in place of what was there before; a writer that is
/// destroyed without leaves nothing behind. The same frames make the same bytes. Throws `Error`
/// that names the path if it cannot be written, and for options, frames or an encoder that do not
/// fit. Not for two threads at once; may be moved.
class VideoWriter {
 public:
  /// For frames of `height` by `width` pixels.
  VideoWriter(const std::filesystem::path& path, std::size_t height, std::size_t width,
              const VideoWriterOptions& options = {});
  VideoWriter(VideoWriter&&) noexcept;
  VideoWriter& operator=(VideoWriter&&) noexcept;
  ~VideoWriter();

  /// Appends a frame [row, column, channel] of 3 channels (RGB) or 1 (grey), which its length
  /// tells.
  void write(std::span<const std::uint8_t> frame);
  /// The same from values 0–255 that are rounded, and clipped if beyond; NaN is an error.
  void write(std::span<const float> frame);

  /// Completes the video, of one frame at least. Nothing may be written afterwards.
  void close();

 private:
  struct Sink;
  std::unique_ptr<Sink> sink_;
};

/// Writes images as a video, see `VideoWriter`.
void write_video(const std::filesystem::path& path, const Images& images,
                 const VideoWriterOptions& options = {});

/// The file, in memory, that `write_video` makes of images; `options.codec` must be given and tells
/// the container, MP4, WebM or AVI. `parse_video` reads it.
std::vector<std::uint8_t> encode_video(const Images& images, const VideoWriterOptions& options);

}  // namespace rgm
