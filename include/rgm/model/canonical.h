#pragma once

#include "rgm/model/hierarchy.h"

namespace rgm {

/// The same model in the one form of all that mean the same: modalities of a level by source, the
/// initial state of a factor before its path, also within the groups; counts sparse and above 0;
/// arcs by path and next state. Two hierarchies whose canonical forms are equal predict the same.
///
/// `hierarchy` is valid. Cost O(counts + arcs · ln arcs).
Hierarchy canonical(const Hierarchy& hierarchy);

}  // namespace rgm
