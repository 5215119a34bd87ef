#include "container_end.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

namespace rgm {
namespace {

using Start = std::array<std::uint8_t, 16>;

/// The bytes at `offset`, as far as they are there; zeros beyond.
Start bytes_at(MediaInput& input, std::uint64_t offset) {
  Start bytes{};
  if (offset < static_cast<std::uint64_t>(input.size()))
    input.read(static_cast<std::int64_t>(offset), bytes);
  return bytes;
}

bool reads(const Start& bytes, std::size_t at, std::string_view text) {
  return std::memcmp(bytes.data() + at, text.data(), text.size()) == 0;
}

std::uint64_t big_endian(const Start& bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes[at + i];
  return value;
}

/// "RIFF", and the length of what follows the eight bytes; 0 or 2³² − 1 while it is being written.
bool riff_is_cut(const Start& start, std::uint64_t size) {
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) length |= std::uint64_t{start[4 + i]} << (8 * i);
  return length < 0xffffffff && length + 8 > size;
}

/// The whole length of a chain of boxes: length (0: to the end; 1: eight bytes after the name),
/// name.
bool boxes_are_cut(MediaInput& input, std::uint64_t size) {
  constexpr std::size_t kMostBoxes = 1'000'000;
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < kMostBoxes && at < size; ++i) {
    const Start box = bytes_at(input, at);
    std::uint64_t length = big_endian(box, 0, 4);
    if (length == 0) return false;
    if (length == 1) length = big_endian(box, 8, 8);
    if (length < 8) return false;  // no box: whatever it is, it does not claim more
    if (length > size - at) return true;
    at += length;
  }
  return false;
}

/// A number of Matroska, whose first byte tells by its leading zeros how many follow, and where it
/// ends. Empty if it is no number, or the one that stands for "unknown".
std::optional<std::uint64_t> matroska_length(const Start& bytes, std::size_t& at) {
  std::size_t count = 1;
  while (count <= 8 && (bytes[at] & (0x80U >> (count - 1))) == 0) ++count;
  if (count > 8) return std::nullopt;
  const std::uint64_t unknown = (std::uint64_t{1} << (7 * count)) - 1;
  const std::uint64_t value = big_endian(bytes, at, count) & unknown;
  at += count;
  if (value == unknown) return std::nullopt;
  return value;
}

/// The header, then a segment that holds all else.
bool matroska_is_cut(MediaInput& input, const Start& start, std::uint64_t size) {
  std::size_t at = 4;
  const auto header = matroska_length(start, at);
  if (!header || *header > size) return false;
  const std::uint64_t segment = at + *header;
  const Start bytes = bytes_at(input, segment);
  if (!reads(bytes, 0, "\x18\x53\x80\x67")) return false;
  at = 4;
  const auto length = matroska_length(bytes, at);
  return length && (segment > size || *length > size - segment - std::min(at, size - segment));
}

/// Each tag is followed by its length, and says in it how long its data are.
bool flv_is_cut(MediaInput& input, std::uint64_t size) {
  constexpr std::uint64_t kHeader = 9, kTagHeader = 11, kLength = 4;
  if (size < kHeader + kLength + kTagHeader) return true;
  const std::uint64_t tag = big_endian(bytes_at(input, size - kLength), 0, kLength);
  if (tag < kTagHeader || tag + kLength + kHeader > size) return true;
  return big_endian(bytes_at(input, size - kLength - tag), 1, 3) + kTagHeader != tag;
}

/// A page is its name, 22 bytes, the number of its segments, the length of each, and these. Where
/// the last page of the file is not whole, the file was cut.
bool ogg_is_cut(MediaInput& input, std::uint64_t size) {
  constexpr std::uint64_t kLargestPage = 27 + 255 + 255 * 255;
  const std::uint64_t from = size - std::min(size, kLargestPage);
  std::vector<std::uint8_t> tail(size - from);
  std::size_t filled = 0;
  while (filled < tail.size()) {
    const int count =
        input.read(static_cast<std::int64_t>(from + filled), std::span(tail).subspan(filled));
    if (count <= 0) return false;
    filled += static_cast<std::size_t>(count);
  }
  for (std::size_t at = tail.size(); at-- > 0;) {
    if (at + 5 > tail.size() || std::memcmp(tail.data() + at, "OggS\0", 5) != 0) continue;
    if (at + 27 > tail.size()) return true;
    const std::size_t segments = tail[at + 26];
    std::size_t length = 27 + segments;
    if (at + length > tail.size()) return true;
    for (std::size_t i = 0; i < segments; ++i) length += tail[at + 27 + i];
    return at + length > tail.size();
  }
  return false;
}

}  // namespace

bool is_open_ended(std::string_view format) {
  constexpr std::array<std::string_view, 8> kFormats{"mpegts", "mpeg", "mpegvideo", "h264",
                                                     "hevc",   "m4v",  "mjpeg",     "dv"};
  return std::ranges::find(kFormats, format) != kFormats.end();
}

bool is_cut(MediaInput& input) {
  const auto size = static_cast<std::uint64_t>(input.size());
  const Start start = bytes_at(input, 0);
  if (reads(start, 0, "RIFF")) return riff_is_cut(start, size);
  if (reads(start, 0, "\x1a\x45\xdf\xa3")) return matroska_is_cut(input, start, size);
  if (reads(start, 0, "FLV")) return flv_is_cut(input, size);
  if (reads(start, 0, "OggS")) return ogg_is_cut(input, size);
  for (const std::string_view box : {"ftyp", "moov", "mdat", "wide", "free", "skip", "styp"})
    if (reads(start, 4, box)) return boxes_are_cut(input, size);
  return false;
}

}  // namespace rgm
