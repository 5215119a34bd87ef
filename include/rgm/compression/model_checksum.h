#pragma once

#include <cstdint>

#include "rgm/model/hierarchy.h"

namespace rgm {

/// A number that tells models apart: two hierarchies have the same one if they predict the same,
/// however their counts are held (dense or sparse), and different ones otherwise, but by chance
/// (2^−64; not against forgery). Cost O(counts).
std::uint64_t model_checksum(const Hierarchy& hierarchy);

}  // namespace rgm
