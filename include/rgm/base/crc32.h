#pragma once

#include <cstdint>
#include <span>

namespace rgm {

/// CRC-32 (ISO 3309, as in zip and PNG files) of bytes; `before`: that of the bytes before them.
/// It finds damage, not forgery. Cost: some 2 GB a second.
std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t before = 0);

}  // namespace rgm
