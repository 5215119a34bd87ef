#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "ffmpeg.h"

namespace rgm {

/// Bytes from which FFmpeg reads, so that it opens no file by itself: a file on disk, or one in
/// memory.
class MediaInput {
 public:
  MediaInput() = default;
  virtual ~MediaInput() = default;
  MediaInput(const MediaInput&) = delete;
  MediaInput& operator=(const MediaInput&) = delete;

  /// Reads up to `target.size()` bytes at `offset`; how many, 0 at the end, or an error code of
  /// FFmpeg.
  virtual int read(std::int64_t offset, std::span<std::uint8_t> target) = 0;
  virtual std::int64_t size() const = 0;

  /// The handle to give to FFmpeg. It refers to this object.
  AVIOContext* context();

 private:
  static int read_next(void* self, std::uint8_t* target, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);

  std::int64_t position_ = 0;
  std::unique_ptr<AVIOContext, ffmpeg::FreeContext> context_;
};

/// A regular file that is not empty; throws `Error` that names it otherwise.
std::unique_ptr<MediaInput> open_media(const std::filesystem::path& path);

/// A file in memory, which must outlive the result.
std::unique_ptr<MediaInput> open_media(std::span<const std::uint8_t> bytes);

}  // namespace rgm
