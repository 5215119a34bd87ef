#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/location.h"

namespace rgm {

/// Modalities that get one parent, and where they are on average.
struct PlaceGroup {
  std::vector<std::size_t> members;
  Location location;
};

/// Groups modalities by place: over the extent of the locations a grid with ⌈√(n/4)⌉ points an axis
/// (n distinct locations; ⌈n/2⌉ points if all lie on one axis), evenly spaced between the extremes;
/// everyone joins the nearest point (ties: the first, rows running fastest). Empty points vanish.
/// Members are in ascending order. `Error` if there are no locations. Source: arXiv 2407.20292
/// (block-spin grouping); reference routine spm_MB_structure_learning. Cost O(modalities · points).
std::vector<PlaceGroup> group_by_place(std::span<const Location> locations);

}  // namespace rgm
