#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/new_file.h"

namespace rgm {

/// Where frames go; what `close` has not completed leaves nothing behind.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  virtual void write(const Images& rgb) = 0;
  virtual void close() = 0;
};

/// Frames as PNG files of a folder, which must be new or empty.
///
/// A folder cannot be without a name as a file can. So that a process that is killed while it draws
/// leaves nothing, the frames gather in one such file and become a folder when all are there: a
/// `LockedFolder`, `.NAME.frames-` and a number, which then takes its name.
class FolderSink : public FrameSink {
 public:
  explicit FolderSink(const std::filesystem::path& path);

  void write(const Images& rgb) override;
  void close() override;

 private:
  void unpack(const std::filesystem::path& folder);

  std::filesystem::path path_, target_;
  NewFile frames_;                  // one after another
  std::vector<std::size_t> sizes_;  // of each, bytes
};

}  // namespace rgm
