#include "rgm/base/crc32.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <vector>

namespace rgm {
namespace {

/// The definition, bit by bit.
std::uint32_t by_bits(const std::vector<std::uint8_t>& bytes) {
  std::uint32_t remainder = ~0U;
  for (const std::uint8_t byte : bytes) {
    remainder ^= byte;
    for (int bit = 0; bit < 8; ++bit)
      remainder = remainder >> 1U ^ ((remainder & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~remainder;
}

RC_GTEST_PROP(Crc32, EqualsItsDefinition, (const std::vector<std::uint8_t>& bytes)) {
  RC_ASSERT(crc32(bytes) == by_bits(bytes));
  const std::size_t cut = bytes.size() / 3;
  RC_ASSERT(crc32(std::span(bytes).subspan(cut), crc32(std::span(bytes).first(cut))) ==
            by_bits(bytes));
}

}  // namespace
}  // namespace rgm
