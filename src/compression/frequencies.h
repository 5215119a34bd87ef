#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/compression/range_coder.h"

// What is computed here and in the other sources of this module must come out the same on every
// machine: additions, multiplications and divisions of doubles in a fixed order, never contracted
// to multiply-adds (see CMakeLists.txt), no functions of the mathematical library.

namespace rgm::detail {

/// Integer shares of a whole of 2^24 in proportion to weights, each at least 1 and their sum exact:
/// one and the part rounded down of what is left, the rest to the first of the largest. Evenly if
/// the weights are all but nothing.
class Frequencies {
 public:
  /// At most 2^16 finite weights ≥ 0. Cost O(outcomes).
  void assign(std::span<const double> weights);

  /// The share of an outcome. Cost O(outcome).
  RangeShare share(std::size_t outcome) const;
  /// The outcome at a position below 2^24. Cost O(outcomes).
  std::size_t outcome_at(std::uint32_t position) const;

 private:
  std::vector<std::uint32_t> sizes_;
};

/// Weights whose sum is below this are as good as none: nothing is divided by them.
inline constexpr double kNegligible = 0x1p-900;

}  // namespace rgm::detail
