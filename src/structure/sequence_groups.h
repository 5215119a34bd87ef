#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "growing_hierarchy.h"
#include "rgm/base/matrix.h"
#include "rgm/structure/sequence_structure.h"

namespace rgm {

/// Groups of level 0, stream by stream; `one_group`: all outcomes in one.
std::vector<GrowingHierarchy::Group> group_outcomes(std::span<const Stream> streams, bool one_group,
                                                    const Outcomes& sequence,
                                                    const SequenceStructureOptions& options);

/// Groups of a level above: the leading factors of the level below by place or by mutual
/// information, and with each group its trailing factors. `states`, `paths` [factor, episode]:
/// those of the factors below; `one_group`: all in one.
std::vector<GrowingHierarchy::Group> group_factors(std::span<const Factor> below,
                                                   const Matrix<std::uint32_t>& states,
                                                   const Matrix<std::uint32_t>& paths,
                                                   bool by_place, bool one_group,
                                                   const SequenceStructureOptions& options);

}  // namespace rgm
