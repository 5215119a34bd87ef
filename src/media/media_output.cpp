#include "media_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <system_error>
#include <utility>

#include "rgm/base/error.h"

namespace fs = std::filesystem;

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

FileOutput::FileOutput(const fs::path& path) : path_(path) {
  std::error_code ignored;
  target_ = fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
  require<FileError>(!fs::exists(target_, ignored) || fs::is_regular_file(target_, ignored),
                     path.string(), ": cannot be written: it is a folder or a device");
  temporary_ = temporary_beside(target_);
  file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  require<FileError>(file_ >= 0, path.string(), ": cannot be written: ", std::strerror(errno));
}

FileOutput::~FileOutput() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(temporary_.c_str());
}

int FileOutput::write(std::int64_t offset, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), offset);
    if (written < 0 && errno != EINTR) return AVERROR(errno);
    if (written <= 0) continue;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += written;
  }
  return 0;
}

void FileOutput::commit() {
  int problem = ::fsync(file_) == 0 ? 0 : errno;
  if (::close(std::exchange(file_, -1)) != 0 && problem == 0) problem = errno;
  if (problem == 0 && ::rename(temporary_.c_str(), target_.c_str()) != 0) problem = errno;
  if (problem == 0) return;
  ::unlink(temporary_.c_str());
  fail<FileError>(path_.string(), ": cannot be written: ", std::strerror(problem));
}

fs::path temporary_beside(const fs::path& target) {
  return target.string() + "." + std::to_string(std::random_device{}()) + ".tmp";
}

}  // namespace rgm
