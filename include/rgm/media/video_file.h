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
#include "rgm/base/note.h"
#include "rgm/base/picture_shape.h"

namespace rgm {

/// The largest frame that is read or written: sides, and height × width.
inline constexpr std::size_t kMaxVideoSide = 16384;
inline constexpr std::size_t kMaxVideoPixels = std::size_t{1} << 26;

/// Which frames of a video are read, and in which size.
struct VideoOptions {
  std::size_t
      height = 0,
      width = 0;  ///< pixels; if both are 0 as it is shown, if one is 0 in proportion to the other
  /// Frames are taken by their times at this constant rate, repeated or left out, as FFmpeg's
  /// filter `fps` does, before the options below count them; at most `kMaxSamplingRate`. 0: one by
  /// one.
  double frames_per_second = 0;
  std::size_t first = 0;                         ///< index of the first frame that is given
  std::size_t stride = 1;                        ///< every stride-th frame is given, 1 or more
  std::size_t frames = 0;                        ///< at most so many are given; 0: all
  std::size_t max_bytes = std::size_t{1} << 32;  ///< `read_video` refuses to hold more than this
  /// Takes all that the decoder gives of a damaged file, concealed as well as it can; otherwise
  /// the video ends before the damage.
  bool allow_truncated = false;
  Rgb ground{255, 255, 255};  ///< what lies under transparent pixels
};

/// What was found in a video so far that is no error, but that whoever takes its frames may want to
/// know.
struct VideoNotes {
  std::size_t damaged_packets = 0;  ///< of the file, as its container or the decoder tells
  std::size_t damaged_frames = 0;   ///< that the decoder has concealed, or refused to give
  bool breaks_off = false;          ///< the file was cut: frames are missing at its end
  /// Seconds that the file claims after its last frame, though it is whole: it ends early, or its
  /// last frame is held. 0: none.
  double missing_seconds = 0;
  bool variable_rate = false;    ///< frames are shown for times that differ, see `VideoReader`
  std::size_t size_changes = 0;  ///< frames of another size than the one before, brought to one
  int quarter_turns = 0;         ///< clockwise, 0 to 3, by which stored frames were turned
  bool mirrored = false;
  bool between_quarters = false;  ///< the file asks for another angle, this is the nearest
  double pixel_aspect = 1;        ///< width of a stored pixel in its heights
  /// Of a folder: what was left out of it, and what was changed or guessed of its pictures.
  std::vector<Note> files{};

  /// Whether frames are missing or not as they were.
  bool damaged() const { return damaged_packets > 0 || damaged_frames > 0 || breaks_off; }
};

/// The highest rate at which frames are sampled, frames a second.
inline constexpr double kMaxSamplingRate = 1000;

/// A video as a stream of RGB frames, in memory one frame at a time however long it is.
///
/// It is a file (MP4, AVI, WebM and others, told apart by their contents) or a folder of
/// pictures that `read_picture` reads, in natural order of name (2.png before 10.png), grey ones
/// becoming RGB. Frames come
/// upright, turned and mirrored by quarters as the file's display matrix says, and with square
/// pixels; those of another size than the first are brought to its. They come one by one whatever
/// their times, unless a rate is asked for. The same file gives the same bytes whenever it is read.
///
/// The constructors and `next` throw `FileError` in one line that names the file: if it is missing,
/// empty, not a video, has no stream of video or no frame that can be read, or if a frame is larger
/// than the limits above. A file that breaks off or is damaged further on ends before the damage
/// unless that is allowed, and `notes` tells.
///
/// Damage is what the container or the decoder notices of it. Where a recording begins, before and
/// around its first key frame, frames that cannot be decoded are left out and are no damage; nor is
/// a last frame that is not whole in a stream that may end anywhere (MPEG-TS and the like).
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

  /// Rows and columns of the frames that `next` gives, upright.
  std::size_t height() const;
  std::size_t width() const;
  /// Of the frames that `next` gives, so the file's, or the one asked for, divided by the stride;
  /// 25 if the file does not tell.
  double frames_per_second() const;
  /// How many frames `next` gives in all as far as the file tells, which may be wrong; 0: it does
  /// not tell.
  std::size_t frame_count() const;

  /// The next frame, [row, column, channel] with values 0–255, into `frame`, which has height ×
  /// width × 3 elements. False, with `frame` as it was, after the last one. Skipped frames of a
  /// file cost their decoding, those of a folder nothing.
  bool next(std::span<std::uint8_t> frame);
  bool next(std::span<float> frame);

  /// When the frame that `next` gave last begins: seconds from the first frame of the video on, by
  /// the file's time stamps, or by its rate where it has none.
  double seconds() const;

  /// What `next` has found so far; the end of the file is judged when it is reached.
  const VideoNotes& notes() const;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

/// Reads a short video, a file or a folder, as RGB images. Throws `Error` as `VideoReader` does,
/// and if it is damaged (unless allowed), if the options keep no frame, or if its frames would
/// take more than `max_bytes`.
Images read_video(const std::filesystem::path& path, const VideoOptions& options = {});

/// `read_video` of a file in memory; `name` stands for it in error messages.
Images parse_video(std::span<const std::uint8_t> bytes, const std::string& name,
                   const VideoOptions& options = {});

/// The mean rate of a video whose frames are shown for times that differ, so that as many frames
/// at that rate last as long; 0 if they are shown alike, or the file does not tell. It reads the
/// file once, and decodes but its first frame. Throws `Error` as `VideoReader` does.
double mean_of_variable_rate(const std::filesystem::path& path);

/// How a video is written.
struct VideoWriterOptions {
  double frames_per_second = 25;  ///< above 0, at most what `nearest_rate` gives
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

/// The rate nearest to `frames_per_second` that a video of this name can be written with: .mp4
/// counts time in as fine a unit as is needed, others in thousandths of a second, a
/// folder not at all.
double nearest_rate(const std::filesystem::path& path, double frames_per_second);

/// Writes images as a video, see `VideoWriter`.
void write_video(const std::filesystem::path& path, const Images& images,
                 const VideoWriterOptions& options = {});

/// The file, in memory, that `write_video` makes of images; `options.codec` must be given and tells
/// the container, MP4, WebM or AVI. `parse_video` reads it.
std::vector<std::uint8_t> encode_video(const Images& images, const VideoWriterOptions& options);

}  // namespace rgm
