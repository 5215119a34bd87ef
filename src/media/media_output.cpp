#include "media_output.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <new>

#include "rgm/base/error.h"

namespace rgm {

AVIOContext* MediaOutput::context() {
  if (context_ == nullptr) context_ = ffmpeg::make_context(true, this, nullptr, write_next, seek);
  return context_.get();
}

int MediaOutput::write_next(void* self, std::uint8_t* bytes, int size) {
  auto& output = *static_cast<MediaOutput*>(self);
  const int status = output.write(output.position_, {bytes, static_cast<std::size_t>(size)});
  if (status < 0) return status;
  output.position_ += size;
  output.size_ = std::max(output.size_, output.position_);
  return size;
}

std::int64_t MediaOutput::seek(void* self, std::int64_t offset, int whence) {
  auto& output = *static_cast<MediaOutput*>(self);
  whence &= ~AVSEEK_FORCE;
  if (whence == AVSEEK_SIZE) return output.size_;
  if (whence == SEEK_CUR) offset += output.position_;
  if (whence == SEEK_END) offset += output.size_;
  if (offset < 0) return AVERROR(EINVAL);
  return output.position_ = offset;
}

int MemoryOutput::write(std::int64_t offset, std::span<const std::uint8_t> added) {
  const std::size_t start = static_cast<std::size_t>(offset), end = start + added.size();
  try {
    if (bytes.size() < end) bytes.resize(end);
  } catch (const std::bad_alloc&) {
    return AVERROR(ENOMEM);  // the caller is written in C
  }
  std::ranges::copy(added, bytes.begin() + static_cast<std::ptrdiff_t>(start));
  return 0;
}

FileOutput::FileOutput(const std::filesystem::path& path) : file_(path) {
  require<FileError>(!file_.is_device(), path.string(), ": cannot be written: it is a device");
}

int FileOutput::write(std::int64_t offset, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_.descriptor(), bytes.data(), bytes.size(), offset);
    if (written < 0 && errno != EINTR) return AVERROR(errno);
    if (written <= 0) continue;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += written;
  }
  return 0;
}

}  // namespace rgm
