#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "ffmpeg.h"
#include "orientation.h"
#include "rgm/media/video_file.h"

namespace rgm {

/// Where a `VideoReader` has its frames from: all of a video in its own size and pixel format.
class FrameSource {
 public:
  virtual ~FrameSource() = default;

  /// The next frame, valid until the next call; null after the last one.
  virtual const AVFrame* next() = 0;
  /// Passes over frames; false if the video ends there.
  virtual bool skip(std::size_t frames) {
    for (; frames > 0; --frames)
      if (next() == nullptr) return false;
    return true;
  }

  /// The mean rate of frames that are shown for times that differ, by the time stamps of all
  /// packets; 0 if they do not differ. No frame can be asked for afterwards.
  virtual double mean_of_variable_rate() { return 0; }

  std::size_t height = 0, width = 0;  ///< of the first frame, as it is stored
  double pixel_aspect = 1;            ///< width of a stored pixel in its heights
  Orientation orientation;
  double frames_per_second = 25;
  std::size_t frame_count = 0;  ///< as claimed; 0: unknown
  double seconds = 0;           ///< when the frame that `next` gave last begins, from the first on
  double end_seconds = 0;       ///< when it ends, known after the last one
  VideoNotes notes;             ///< what was found so far
};

/// The frames of a video file, on disk or in memory, that name being used in error messages. They
/// end before what is damaged, or go on through it if it is allowed.
std::unique_ptr<FrameSource> open_video_file(const std::filesystem::path& path, bool allow_damage);
std::unique_ptr<FrameSource> open_video_bytes(std::span<const std::uint8_t> bytes,
                                              const std::string& name, bool allow_damage);

/// The pictures of a folder in natural order of name.
std::unique_ptr<FrameSource> open_picture_folder(const std::filesystem::path& folder,
                                                 const Rgb& ground);

/// The frames of a source by their times, at a constant rate: frame k is the last one whose time,
/// times the rate, rounds to k or less, as FFmpeg's filter `fps` takes them; so frames are repeated
/// or left out.
std::unique_ptr<FrameSource> sampled(std::unique_ptr<FrameSource> source, double frames_per_second);

/// Throws `Error` that starts with `name` if a frame of this size is empty or beyond the limits.
void require_frame_size(std::size_t height, std::size_t width, const std::string& name);

}  // namespace rgm
