#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rgm/env/grid_rules.h"

namespace rgm {

/// How far ahead whoever knows the rules looks, and what is good. The defaults make the ceiling; a
/// horizon of 13 without discount is the search player that the paper's games are usually measured
/// against.
struct ExactValueOptions {
  std::size_t horizon = 2048;  ///< frames that are looked ahead
  double discount = 1;         ///< of what comes a frame later, in (0, 1]
  double miss_price = 2;       ///< hits that a miss costs
};

/// What every state is worth and what to do there, of all that can be reached from where a game
/// begins.
struct ExactValues {
  std::vector<bool> reachable;  ///< [state]
  /// [state], hits less priced misses within the horizon; 0 where never reached.
  std::vector<double> value;
  /// [state], the best one; of equal ones, which differ by less than 1e-9, the first.
  std::vector<std::uint8_t> action;

  std::size_t best_action(std::size_t state) const { return action[state]; }
};

/// Dynamic programming on the true rules: V₀ = 0, Vₙ(s) = max over actions of Σ P(s'|s, action)
/// [hit(s') − price · miss(s') + discount · Vₙ₋₁(s')]. Cost: horizon × arcs of the reachable
/// states. `Error` for options out of range.
ExactValues exact_values(const GridRules& rules, const ExactValueOptions& options = {});

/// Hits and misses per 256 frames.
struct EventRates {
  double hits = 0, misses = 0;
};

/// Of whoever takes the best actions in each frame of a game that begins with `seed`.
EventRates best_play(const GridRules& rules, const ExactValues& values, std::size_t frames,
                     std::uint64_t seed);

}  // namespace rgm
