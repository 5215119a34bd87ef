#include "rgm/base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "rgm/base/error.h"

namespace rgm {
namespace {

[[noreturn]] void cannot_read(const std::filesystem::path& path, int problem) {
  fail<FileError>(path.string(), problem == ENOENT
                                     ? std::string(": no such file")
                                     : std::string(": cannot be read: ") + std::strerror(problem));
}

/// Closes a file at the end of its life.
struct Descriptor {
  int file;
  ~Descriptor() {
    if (file >= 0) ::close(file);
  }
};

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  // Not to wait for somebody to write into a pipe of that name, which is refused below.
  const Descriptor descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (descriptor.file < 0) cannot_read(path, errno);
  struct stat status {};
  if (::fstat(descriptor.file, &status) != 0) cannot_read(path, errno);
  require<FileError>(S_ISREG(status.st_mode), path.string(),
                     ": expected a file, found a folder or a device");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return;
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.file, 0);
  if (start == MAP_FAILED) cannot_read(path, errno);
  bytes_ = {static_cast<const std::uint8_t*>(start), size};
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty())
    ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());  // NOLINT: C takes no const
}

}  // namespace rgm
