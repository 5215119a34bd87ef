#pragma once

#include <cstddef>
#include <vector>

namespace rgm {

/// What a row (or a column) of a resampled picture takes from the rows of its source: `weights[k]`
/// of row first + k. They sum to 1.
struct RowWeights {
  std::size_t first = 0;
  std::vector<double> weights;

  std::size_t end() const { return first + weights.size(); }
};

/// The index that a mirrored edge (… 1 0 | 0 1 …) of n rows shows at position i.
std::size_t mirrored(std::ptrdiff_t i, std::size_t n);

/// Bicubic resampling of `from` rows to `to`, both 1 or more: Keys' kernel with a = −1/2, mirrored
/// edges, widened when shrinking, against aliasing. Neither `first` nor `end` ever decreases from a
/// row to the next. Cost O(from + to).
std::vector<RowWeights> resampling(std::size_t to, std::size_t from);
/// The same where only `extent` of the `from` rows are covered, from `begin` on, which is at least
/// 0 and less than 1: the first and the last of them in part; at most `from` − `begin`, and more
/// than a row less.
std::vector<RowWeights> resampling(std::size_t to, std::size_t from, double extent,
                                   double begin = 0);

}  // namespace rgm
