#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/model/outcomes.h"

namespace rgm {

/// When a modality is noise.
struct NoiseOptions {
  double significance = 1e-3;  ///< probability that of modalities which depend on nothing one is
                               ///< thought to depend on something
  /// Share of steps at which a modality must differ from what it mostly is: what happens seldom may
  /// mean much.
  double least_change = 0.1;
};

/// The modalities that are noise: they change often, but have nothing to do with their own outcomes
/// a step before, nor with those of another modality at the same step, before or after. A model
/// could not use them, and every state would be new.
///
/// Dependence is tested by the likelihood ratio of each pair's table of counts n, G = 2 Σ n ln(n N
/// / (row sum · column sum)), against χ² with (rows − 1)(columns − 1) degrees of freedom (Wilks
/// 1938), the significance divided by the number of tests. Soft and missing outcomes do not count.
/// Ascending. `Error` if an outcome is out of range. Cost at most O(steps · modalities that change
/// often · modalities that change); a modality that depends on something is seldom tested against
/// many.
std::vector<std::size_t> noise_modalities(const Outcomes& sequence,
                                          std::span<const std::size_t> num_outcomes,
                                          const NoiseOptions& options = {});

}  // namespace rgm
