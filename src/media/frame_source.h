#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "ffmpeg.h"

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

  std::size_t height = 0, width = 0;
  double frames_per_second = 25;
  std::size_t frame_count = 0;  ///< as claimed; 0: unknown
  bool truncated = false;
};

/// The frames of a video file, on disk or in memory, that name being used in error messages.
std::unique_ptr<FrameSource> open_video_file(const std::filesystem::path& path);
std::unique_ptr<FrameSource> open_video_bytes(std::span<const std::uint8_t> bytes,
                                              const std::string& name);

/// The PNG and JPEG files of a folder in natural order of name.
std::unique_ptr<FrameSource> open_picture_folder(const std::filesystem::path& folder);

/// Throws `Error` that starts with `name` if a frame of this size is empty or beyond the limits.
void require_frame_size(std::size_t height, std::size_t width, const std::string& name);

}  // namespace rgm
