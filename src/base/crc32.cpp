#include "rgm/base/crc32.h"

#include <array>
#include <cstddef>

namespace rgm {
namespace {

constexpr std::size_t kSlices = 8;
using Tables = std::array<std::array<std::uint32_t, 256>, kSlices>;

/// tables[k][b]: the remainder of byte b with k zero bytes behind it, so that eight bytes are
/// looked up at once ("slicing by eight": Kounavis and Berry, 2008).
constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t remainder = i;
    for (int bit = 0; bit < 8; ++bit)
      remainder = remainder >> 1U ^ ((remainder & 1U) != 0 ? 0xEDB88320U : 0U);
    tables[0][i] = remainder;
  }
  for (std::size_t k = 1; k < kSlices; ++k)
    for (std::size_t i = 0; i < 256; ++i)
      tables[k][i] = tables[k - 1][i] >> 8U ^ tables[0][tables[k - 1][i] & 0xFFU];
  return tables;
}

}  // namespace

std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t before) {
  static constexpr Tables kTables = make_tables();
  std::uint32_t remainder = ~before;
  for (; bytes.size() >= kSlices; bytes = bytes.subspan(kSlices)) {
    std::uint32_t next = 0;
    for (std::size_t k = 0; k < kSlices; ++k) {
      const std::uint32_t mixed = k < 4 ? bytes[k] ^ (remainder >> (8 * k) & 0xFFU) : bytes[k];
      next ^= kTables[kSlices - 1 - k][mixed];
    }
    remainder = next;
  }
  for (std::uint8_t byte : bytes)
    remainder = remainder >> 8U ^ kTables[0][(remainder ^ byte) & 0xFFU];
  return ~remainder;
}

}  // namespace rgm
