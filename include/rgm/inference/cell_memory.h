#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "rgm/model/kinds.h"

namespace rgm {

/// What cells remember upon their kinds: rungs of a ladder, from what the kinds say, P_0, to what
/// followed the same past before. A rung r has a context x, and there
///
///     P_r(o) = Σ_j ω_j [(n_x[o] − d_j)⁺ + (κ_j + D_j) P_{r−1}(o)] / (N_x + κ_j),
///
/// D_j = Σ_o min(n_x[o], d_j) what the outcomes give up. How far a rung is trusted is a hidden
/// variable j, with κ and d in {(1, 0.9), (1, 0.3), (4, 0), (16, 0), (64, 0), (∞, 0)}: ω is its
/// belief for each cell and rung, and it changes with probability 1e-3 from step to step. A rung
/// whose context was never seen says nothing. (Method: back-off with discount, Kneser and Ney 1995;
/// Teh 2006; sharing of experts, Herbster and Warmuth 1998.)
class CellMemory {
 public:
  static constexpr std::size_t kStrengths = 6;
  /// What followed a column's context on each rung; null where it is unknown or was never seen.
  using Rungs = std::array<const Kinds::Followers*, Kinds::kMaxMemory>;
  /// Outcomes and their weights: a hard one, or a soft one.
  using Observation = std::span<const std::pair<std::size_t, double>>;

  CellMemory(std::size_t cells, std::size_t rungs);

  struct Climb {
    double probability = 0;  ///< P_R of the observation
    double escape = 1;       ///< share of P_0 in it, e: P_R = m + e P_0
  };
  Climb climb(std::size_t cell, const Rungs& rungs, Observation observation, double base) const;
  /// The same of all outcomes: `probabilities` are P_0 and become P_R.
  void climb(std::size_t cell, const Rungs& rungs, std::vector<double>& probabilities) const;
  /// Learns which strengths foretold the observation.
  void update(std::size_t cell, const Rungs& rungs, Observation observation, double base);

 private:
  using Strengths = std::array<double, kStrengths>;
  /// P_r by each strength, and what of the rung below escapes to it.
  static Strengths by_strength(const Kinds::Followers& followers, Observation observation,
                               double below, Strengths& escapes);

  std::size_t rungs_;
  std::vector<Strengths> beliefs_;  // ω, [cell · rungs + rung]
};

}  // namespace rgm
