#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rgm {

/// Whole numbers in a file, in its order of bytes; 0 beyond its end.
struct FileNumbers {
  std::span<const std::uint8_t> bytes;
  bool big_endian = false;

  std::uint32_t operator()(std::size_t at, std::size_t size) const {
    if (at > bytes.size() || size > bytes.size() - at) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value = value << 8 | bytes[at + (big_endian ? i : size - 1 - i)];
    return value;
  }
};

/// The tags of the first picture of a TIFF structure: a TIFF file, or the EXIF data of a file of
/// another format. There are none where it is damaged.
class TiffTags {
 public:
  static constexpr std::size_t kEntryBytes = 12;

  explicit TiffTags(std::span<const std::uint8_t> tiff);

  /// The first number of a tag of whole numbers; `otherwise` where there is none.
  std::uint32_t number(std::uint32_t tag, std::uint32_t otherwise) const;

  /// Where the entries begin and end, of `kEntryBytes` each, sorted by their tags.
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return begin_ + count_ * kEntryBytes; }
  const FileNumbers& file() const { return file_; }

 private:
  FileNumbers file_;
  std::size_t begin_ = 0, count_ = 0;
};

}  // namespace rgm
