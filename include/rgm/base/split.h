#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rgm {

/// True if there is more than one class and the items of each lie side by side, whatever the order
/// of the classes: a range of items has some classes alone. Cost O(n log classes) at most.
bool sorted_by_class(std::span<const int> labels);

/// An order of all items, first to last, in which every class is spread evenly: any range of it has
/// about its share of each class. Within a class the order is drawn. `labels` are at least 0.
///
/// Same labels and seed, same order. Cost O(n log n).
std::vector<std::size_t> spread_by_class(std::span<const int> labels, std::uint64_t seed);

/// Items in two parts, each in the order of the data.
struct Split {
  std::vector<std::size_t> rest, held_out;
};

/// Holds out a share (above 0, below 1) of each class, drawn at random and rounded to whole items:
/// at least one and not all, but that a class of a single item keeps it. `labels` are at least 0.
///
/// Same labels, share and seed, same split. `Error` if the share is out of range.
Split split_by_class(std::span<const int> labels, double share, std::uint64_t seed);

}  // namespace rgm
