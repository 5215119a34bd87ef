#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/base/crc32.h"
#include "rgm/base/error.h"
#include "rgm/compression/bitstream.h"

namespace rgm::detail {

/// Collects a part of a stream that ends with the checksum of its bytes.
class PartWriter {
 public:
  void put_bytes(std::span<const std::uint8_t> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  /// Little-endian, `count` bytes.
  void put(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  /// Seven bits a byte, the lowest first; the high bit says that more follow.
  void put_number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes_.push_back(static_cast<std::uint8_t>(value | 0x80U));
    bytes_.push_back(static_cast<std::uint8_t>(value));
  }
  /// The bytes and their checksum.
  std::vector<std::uint8_t> finish() {
    put(crc32(bytes_), 4);
    return std::move(bytes_);
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

/// Reads parts of a stream; every reading function throws `Error` at the end of the bytes.
class PartReader {
 public:
  explicit PartReader(ByteSource source) : source_(std::move(source)) {}

  /// Memory is taken as bytes arrive, whatever `count` is.
  std::vector<std::uint8_t> bytes(std::uint64_t count) {
    constexpr std::uint64_t kPiece = 1 << 16;
    std::vector<std::uint8_t> result;
    while (result.size() < count) {
      const std::size_t before = result.size(),
                        piece = std::min(count - before, std::max(kPiece, std::uint64_t{before}));
      result.resize(before + piece);
      fill(std::span(result).subspan(before));
    }
    return result;
  }
  std::uint64_t get(int count) {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i) value |= std::uint64_t{byte()} << (8 * i);
    return value;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const std::uint8_t next = byte();
      value |= std::uint64_t{next & 0x7FU} << shift;
      if ((next & 0x80U) == 0) return value;
    }
    fail<FileError>("damaged: a number has too many digits");
  }
  /// Ends a part: reads the checksum of all bytes since the last one.
  void check(const char* what) {
    const std::uint32_t expected = checksum_;
    require<FileError>(get(4) == expected, "damaged: the checksum of ", what,
                       " is not that of its bytes");
    checksum_ = 0;
  }

 private:
  std::uint8_t byte() {
    std::uint8_t result = 0;
    fill({&result, 1});
    return result;
  }
  void fill(std::span<std::uint8_t> to) {
    require<FileError>(source_(to) == to.size(), "truncated");
    checksum_ = crc32(to, checksum_);
  }

  ByteSource source_;
  std::uint32_t checksum_ = 0;
};

}  // namespace rgm::detail
