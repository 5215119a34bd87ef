#include "tiff_tags.h"

#include <string_view>

#include "picture_formats.h"

namespace rgm {

TiffTags::TiffTags(std::span<const std::uint8_t> tiff) {
  using namespace std::string_view_literals;
  if (!holds(tiff, "MM\0*"sv) && !holds(tiff, "II*\0"sv)) return;
  file_ = {tiff, holds(tiff, "MM")};
  const std::size_t directory = file_(4, 4);
  begin_ = directory + 2;
  count_ = file_(directory, 2);
  if (end() > tiff.size()) count_ = 0;
}

std::uint32_t TiffTags::number(std::uint32_t tag, std::uint32_t otherwise) const {
  constexpr std::uint32_t kShort = 3, kLong = 4;
  for (std::size_t entry = begin(); entry < end(); entry += kEntryBytes) {
    if (file_(entry, 2) != tag) continue;
    const std::uint32_t type = file_(entry + 2, 2), count = file_(entry + 4, 4);
    if ((type != kShort && type != kLong) || count == 0) break;
    const std::size_t size = type == kShort ? 2 : 4;
    const bool inside = count <= 4 / size;
    return file_(inside ? entry + 8 : file_(entry + 8, 4), size);
  }
  return otherwise;
}

}  // namespace rgm
