#include "media_input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "rgm/base/error.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

class FileInput : public MediaInput {
 public:
  FileInput(int file, std::int64_t size) : file_(file), size_(size) {}
  ~FileInput() override { ::close(file_); }

  int read(std::int64_t offset, std::span<std::uint8_t> target) override {
    ssize_t count;
    do count = ::pread(file_, target.data(), target.size(), offset);
    while (count < 0 && errno == EINTR);
    return count < 0 ? AVERROR(errno) : static_cast<int>(count);
  }
  std::int64_t size() const override { return size_; }

 private:
  int file_;
  std::int64_t size_;
};

class MemoryInput : public MediaInput {
 public:
  explicit MemoryInput(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  int read(std::int64_t offset, std::span<std::uint8_t> target) override {
    const std::size_t start = std::min(static_cast<std::size_t>(offset), bytes_.size());
    const std::size_t count = std::min(target.size(), bytes_.size() - start);
    std::ranges::copy(bytes_.subspan(start, count), target.begin());
    return static_cast<int>(count);
  }
  std::int64_t size() const override { return static_cast<std::int64_t>(bytes_.size()); }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace

AVIOContext* MediaInput::context() {
  if (context_ == nullptr) context_ = ffmpeg::make_context(false, this, read_next, nullptr, seek);
  return context_.get();
}

int MediaInput::read_next(void* self, std::uint8_t* target, int size) {
  auto& input = *static_cast<MediaInput*>(self);
  const int count = input.read(input.position_, {target, static_cast<std::size_t>(size)});
  if (count > 0) input.position_ += count;
  return count == 0 ? AVERROR_EOF : count;
}

std::int64_t MediaInput::seek(void* self, std::int64_t offset, int whence) {
  auto& input = *static_cast<MediaInput*>(self);
  whence &= ~AVSEEK_FORCE;
  if (whence == AVSEEK_SIZE) return input.size();
  if (whence == SEEK_CUR) offset += input.position_;
  if (whence == SEEK_END) offset += input.size();
  if (offset < 0) return AVERROR(EINVAL);
  return input.position_ = offset;
}

std::unique_ptr<MediaInput> open_media(const fs::path& path) {
  std::error_code problem;
  const fs::file_status status = fs::status(path, problem);
  require<FileError>(status.type() != fs::file_type::not_found, path.string(),
                     ": no such file or folder");
  require<FileError>(!problem, path.string(), ": cannot be read: ", problem.message());
  require<FileError>(fs::is_regular_file(status), path.string(),
                     ": expected a video file or a folder, found a device");
  const std::uintmax_t size = fs::file_size(path, problem);
  require<FileError>(!problem, path.string(), ": cannot be read: ", problem.message());
  require<FileError>(size > 0, path.string(), ": the file is empty, expected a video");
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const int reason = errno;  // before the message's parts are made
  require<FileError>(file >= 0, path.string(), ": cannot be read: ", std::strerror(reason));
  return std::make_unique<FileInput>(file, static_cast<std::int64_t>(size));
}

std::unique_ptr<MediaInput> open_media(std::span<const std::uint8_t> bytes) {
  return std::make_unique<MemoryInput>(bytes);
}

}  // namespace rgm
