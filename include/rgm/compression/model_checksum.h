#pragma once

#include <cstdint>

#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// A number that tells models apart: two hierarchies have the same one if they predict the same,
/// however their counts are held (dense or sparse), and different ones otherwise, but by chance
/// (2^−64; not against forgery). Cost O(counts).
std::uint64_t model_checksum(const Hierarchy& hierarchy);

/// The same of sequences of outcomes, or of items with their labels (none, or one an item).
std::uint64_t outcomes_checksum(std::span<const Outcomes> sequences,
                                std::span<const int> labels = {});

}  // namespace rgm
