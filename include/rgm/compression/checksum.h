#pragma once

#include <cstdint>
#include <span>

#include "rgm/model/hierarchy.h"

namespace rgm {

/// CRC-32 (ISO 3309, as in zip and PNG files) of bytes; `before`: that of the bytes before them.
std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t before = 0);

/// A number that tells models apart: two hierarchies have the same one if they predict the same,
/// however their counts are held (dense or sparse), and different ones otherwise, but by chance
/// (2^−64; not against forgery). Cost O(counts).
std::uint64_t model_checksum(const Hierarchy& hierarchy);

}  // namespace rgm
