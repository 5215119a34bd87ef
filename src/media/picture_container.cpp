#include "picture_container.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "exif_orientation.h"
#include "tiff_tags.h"

namespace rgm {
namespace {

std::size_t little_endian(FileBytes bytes, std::size_t at, std::size_t size) {
  return FileNumbers{bytes}(at, size);
}

void append_number(std::vector<std::uint8_t>& bytes, std::size_t value, int size) {
  for (int i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void append_text(std::vector<std::uint8_t>& bytes, std::string_view text) {
  bytes.insert(bytes.end(), text.begin(), text.end());
}

/// A frame of an animated WebP file as a WebP file: its chunks behind a header that says whether
/// there is transparency.
std::vector<std::uint8_t> still_webp(FileBytes chunks, std::size_t height, std::size_t width) {
  constexpr std::size_t kExtendedHeader = 10, kOverhead = 4 + 8 + kExtendedHeader, kAlpha = 0x10;
  std::vector<std::uint8_t> bytes;
  append_text(bytes, "RIFF");
  append_number(bytes, kOverhead + chunks.size(), 4);
  append_text(bytes, "WEBPVP8X");
  append_number(bytes, kExtendedHeader, 4);
  append_number(bytes, holds(chunks, "ALPH") ? kAlpha : 0, 4);
  append_number(bytes, width - 1, 3);
  append_number(bytes, height - 1, 3);
  std::ranges::copy(chunks, std::back_inserter(bytes));
  return bytes;
}

/// The blocks of data that follow in a GIF file, a byte that says how long it is before each; the
/// place behind the last one, which is empty.
std::size_t end_of_blocks(FileBytes bytes, std::size_t at) {
  while (at < bytes.size() && bytes[at] != 0) at += bytes[at] + std::size_t{1};
  return at + 1;
}

/// The bytes of a table of colours, in whose descriptor it is said whether there is one.
std::size_t table_size(std::uint8_t descriptor) {
  return (descriptor & 0x80) != 0 ? std::size_t{3} << ((descriptor & 7) + 1) : 0;
}

}  // namespace

PictureContainer look_into_webp(FileBytes bytes) {
  constexpr std::size_t kHeader = 12, kChunkHeader = 8, kFrameHeader = 16, kAnimated = 2;
  PictureContainer found;
  found.truncated = little_endian(bytes, 4, 4) + kChunkHeader > bytes.size();
  for (std::size_t at = kHeader; at + kChunkHeader <= bytes.size();) {
    const FileBytes rest = bytes.subspan(at + kChunkHeader);
    const std::size_t size = little_endian(bytes, at + 4, 4);
    const FileBytes data = rest.first(std::min(size, rest.size()));
    if (holds(bytes, "VP8X", at)) {
      found.several = (little_endian(data, 0, 1) & kAnimated) != 0;
      found.canvas = {little_endian(data, 7, 3) + 1, little_endian(data, 4, 3) + 1, 0, 0};
    } else if (holds(bytes, "EXIF", at)) {
      found.orientation = exif_orientation(data);
    } else if (found.several && found.first.empty() && holds(bytes, "ANMF", at) &&
               data.size() > kFrameHeader) {
      found.canvas.left = 2 * little_endian(data, 0, 3);
      found.canvas.top = 2 * little_endian(data, 3, 3);
      found.first = still_webp(data.subspan(kFrameHeader), little_endian(data, 9, 3) + 1,
                               little_endian(data, 6, 3) + 1);
    }
    at += kChunkHeader + data.size() + size % 2;
  }
  return found;
}

PictureContainer look_into_gif(FileBytes bytes) {
  constexpr std::size_t kHeader = 13, kDescriptor = 10;
  constexpr std::uint8_t kExtension = 0x21, kImage = 0x2c;
  PictureContainer found;
  if (bytes.size() < kHeader) return found;
  std::size_t images = 0;
  for (std::size_t at = kHeader + table_size(bytes[10]); at < bytes.size();) {
    if (bytes[at] == kExtension) {
      at = end_of_blocks(bytes, at + 2);
    } else if (bytes[at] == kImage && at + kDescriptor < bytes.size()) {
      found.several = ++images > 1;
      at = end_of_blocks(bytes, at + kDescriptor + table_size(bytes[at + 9]) + 1);
      found.truncated = at > bytes.size();
      if (found.several || found.truncated) break;
    } else {
      break;
    }
  }
  return found;
}

PictureContainer look_into_tiff(FileBytes bytes) {
  const TiffTags tags(bytes);
  const auto is_any = [](std::uint32_t value, auto... values) {
    return ((value == values) || ...);
  };
  PictureContainer found;
  found.orientation = exif_orientation(bytes);
  found.several = tags.file()(tags.end(), 4) != 0;
  constexpr std::uint32_t kCompression = 259, kPhotometric = 262, kSampleFormat = 339;
  // None, three of fax machines, LZW, Deflate (two numbers) and PackBits.
  found.unread = !is_any(tags.number(kCompression, 1), 1U, 2U, 3U, 4U, 5U, 8U, 32773U, 32946U) ||
                 // Grey (0 white or black), RGB, a palette, CMYK.
                 !is_any(tags.number(kPhotometric, 1), 0U, 1U, 2U, 3U, 5U) ||
                 // Whole numbers without a sign.
                 tags.number(kSampleFormat, 1) != 1;
  return found;
}

void drop_other_tags(std::span<std::uint8_t> tiff) {
  // Of baseline TIFF, its compressions and its tiles: size, bits, order and place of the pixels.
  constexpr std::array kKept{254, 256, 257, 258, 259, 262, 266, 273, 277, 278,
                             279, 284, 292, 293, 317, 320, 322, 323, 324, 325};
  const TiffTags tags(tiff);
  std::size_t kept_end = tags.begin();
  for (std::size_t entry = tags.begin(); entry < tags.end(); entry += TiffTags::kEntryBytes) {
    if (std::ranges::count(kKept, tags.file()(entry, 2)) == 0) continue;
    std::ranges::copy(tiff.subspan(entry, TiffTags::kEntryBytes), &tiff[kept_end]);
    kept_end += TiffTags::kEntryBytes;
  }
  if (kept_end == tags.end()) return;
  // No further picture follows, of which the place was told behind the entries.
  std::ranges::fill(tiff.subspan(kept_end, tags.end() - kept_end), std::uint8_t{0});
  const std::size_t count = (kept_end - tags.begin()) / TiffTags::kEntryBytes;
  const auto high = static_cast<std::uint8_t>(count >> 8), low = static_cast<std::uint8_t>(count);
  tiff[tags.begin() - 2] = tags.file().big_endian ? high : low;
  tiff[tags.begin() - 1] = tags.file().big_endian ? low : high;
}

}  // namespace rgm
