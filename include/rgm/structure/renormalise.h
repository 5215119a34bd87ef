#pragma once

#include <cstddef>
#include <span>

#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"
#include "rgm/structure/group_by_place.h"

namespace rgm {

/// Prior concentrations of a hierarchy that is grown from exemplars.
struct RenormaliseOptions {
  double outcome_concentration = 0.1;  ///< α of every outcome at level 0, in counts
  /// Prior counts of a column above level 0, spread evenly over its outcomes.
  double state_concentration = 1;
  double class_concentration = 1;  ///< likewise for the class level, if there is one
};

/// Grows a hierarchy from exemplars, the renormalisation operator for still images: group by place,
/// make one state of every distinct joint outcome, hand the states up as outcomes, until one group
/// is left.
///
/// `num_outcomes` outcomes a modality; `locations` one a modality. A state's likelihood column is
/// the mean of the outcomes seen with it (one count in all) on top of the background. If `labels`
/// is not empty (one an exemplar, below `num_classes`), a class factor stands above, its states the
/// classes and its one modality the top state; each exemplar adds a count. Root counts: exemplars
/// under each state plus one spread evenly. `Error` if there are no exemplars or shapes do not
/// match. Cost O(exemplars · modalities) beside grouping. Source: arXiv 2407.20292, fast structure
/// learning; reference routine spm_MB_structure_learning.
Hierarchy renormalise(const Outcomes& exemplars, std::size_t num_outcomes,
                      std::span<const Location> locations, const RenormaliseOptions& options = {},
                      std::span<const int> labels = {}, std::size_t num_classes = 0);

}  // namespace rgm
