#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "ffmpeg.h"
#include "rgm/base/new_file.h"

namespace rgm {

/// A file, on disk or in memory, that FFmpeg writes, going back to mend its headers.
class MediaOutput {
 public:
  MediaOutput() = default;
  virtual ~MediaOutput() = default;
  MediaOutput(const MediaOutput&) = delete;
  MediaOutput& operator=(const MediaOutput&) = delete;

  /// Writes all bytes at `offset`; 0, or an error code of FFmpeg.
  virtual int write(std::int64_t offset, std::span<const std::uint8_t> bytes) = 0;

  /// The handle to give to FFmpeg. It refers to this object.
  AVIOContext* context();

 private:
  static int write_next(void* self, std::uint8_t* bytes, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);

  std::int64_t position_ = 0, size_ = 0;
  std::unique_ptr<AVIOContext, ffmpeg::FreeContext> context_;
};

class MemoryOutput : public MediaOutput {
 public:
  int write(std::int64_t offset, std::span<const std::uint8_t> bytes) override;

  std::vector<std::uint8_t> bytes;
};

/// A file that appears under its name when it is committed (`NewFile`).
class FileOutput : public MediaOutput {
 public:
  explicit FileOutput(const std::filesystem::path& path);

  int write(std::int64_t offset, std::span<const std::uint8_t> bytes) override;
  void commit() { file_.commit(); }

 private:
  NewFile file_;
};

}  // namespace rgm
