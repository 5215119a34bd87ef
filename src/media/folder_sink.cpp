#include "folder_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>

#include "locked_folder.h"
#include "rgm/base/error.h"
#include "rgm/media/picture_file.h"

namespace fs = std::filesystem;

namespace rgm {
namespace {

[[noreturn]] void cannot_write(const fs::path& path, int problem) {
  fail<WriteError>(path.string(), ": cannot be written: ", std::strerror(problem));
}

/// The folder itself, without a slash at its end, behind symbolic links.
fs::path folder_target(const fs::path& path) {
  const fs::path target = write_target(path.has_filename() ? path : path.parent_path());
  std::error_code problem;
  require<FileError>(!fs::exists(target, problem) || fs::is_empty(target, problem), path.string(),
                     ": expected a new or an empty folder for the frames");
  return target;
}

std::string frame_name(std::size_t number) {
  constexpr std::size_t kDigits = 6;
  std::string name = std::to_string(number);
  name.insert(0, kDigits - std::min(kDigits, name.size()), '0');
  return name + ".png";
}

}  // namespace

FolderSink::FolderSink(const fs::path& path)
    : path_(path), target_(folder_target(path)), frames_(target_, NewFile::Name::kNever) {}

void FolderSink::write(const Images& rgb) {
  const auto bytes = encode_png(rgb);
  frames_.write(bytes);
  sizes_.push_back(bytes.size());
}

void FolderSink::unpack(const fs::path& folder) {
  std::vector<std::uint8_t> bytes;
  std::int64_t at = 0;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    bytes.resize(sizes_[i]);
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t count =
          ::pread(frames_.descriptor(), bytes.data() + done, bytes.size() - done, at);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) cannot_write(path_, count < 0 ? errno : EIO);
      done += static_cast<std::size_t>(count);
      at += count;
    }
    std::FILE* const file = std::fopen((folder / frame_name(i)).c_str(), "wbe");
    if (file == nullptr) cannot_write(path_, errno);
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    const int problem = errno;
    if (std::fclose(file) != 0 || !written) cannot_write(path_, written ? errno : problem);
  }
}

void FolderSink::close() {
  require(!sizes_.empty(), path_.string(), ": a video without frames, expected one at least");
  const fs::path parent = target_.parent_path().empty() ? "." : target_.parent_path();
  LockedFolder folder(parent, "." + target_.filename().string() + ".frames-", path_.string() + ":");
  unpack(folder.path());
  folder.synchronise();
  // A folder may replace an empty one.
  if (::rename(folder.path().c_str(), target_.c_str()) != 0) cannot_write(path_, errno);
  folder.keep();
  synchronise_folder(parent);
}

}  // namespace rgm
