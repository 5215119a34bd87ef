#pragma once

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"
#include "support/random_sequence.h"

// What the tests of inference in sequences share.

namespace rgm::test {

inline constexpr double kTolerance = 1e-10;

/// A random model with a sequence that it can enumerate.
struct SequenceCase {
  Hierarchy hierarchy;
  Outcomes outcomes;
  SoftReading reading = SoftReading::kLikelihood;
};

inline SequenceCase random_case(std::uint64_t seed) {
  Random random(seed);
  for (;;) {
    const bool wide = random.index(3) == 0;  // several pairs of a state and a path do not move
    SequenceCase result{random_sequence_tree(random, {.max_levels = wide ? 2U : 3U,
                                                      .max_states = wide ? 5U : 2U,
                                                      .max_paths = wide ? 5U : 2U,
                                                      .max_time_scale = 2 + random.index(2)}),
                        {},
                        random.index(2) == 0 ? SoftReading::kLikelihood : SoftReading::kCount};
    const std::size_t length = result.hierarchy.episode_length();
    result.outcomes = random_outcomes(random, result.hierarchy, 1 + random.index(3 * length));
    SequenceJoint joint(result.hierarchy, result.outcomes, result.reading);
    if (joint.size() < 50'000) return result;
  }
}

/// A random case in which what a state shows is as good as certain or as good as impossible, and
/// columns above have no background: what one parent can generate fits far worse than what others
/// can.
inline SequenceCase far_case(std::uint64_t seed) {
  auto result = random_case(seed);
  Random random(seed);
  for (auto& level : result.hierarchy.levels)
    for (auto& factor : level.factors)
      for (std::size_t g = 0; g < factor.likelihood.num_modalities(); ++g) {
        factor.likelihood.set_concentration(g, 0);
        for (std::size_t s = 0; s < factor.num_states(); ++s)
          for (std::size_t o = 0; o < factor.likelihood.num_outcomes(g); ++o)
            if (&level == &result.hierarchy.levels.front())
              factor.likelihood.add(g, o, s, random.index(3) == 0 ? 1e90 : 1);
      }
  for (double& d : result.hierarchy.initial_state_counts)
    if (random.index(2) == 0) d = 1e-150;
  result.hierarchy.restart_concentration = 0;
  return result;
}

inline void expect_near(std::span<const double> actual, std::span<const double> expected,
                        const char* what) {
  RC_ASSERT(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (std::abs(actual[i] - expected[i]) > kTolerance * std::max(1.0, std::abs(expected[i])))
      RC_FAIL(std::string(what) + ": " + std::to_string(actual[i]) + " is not " +
              std::to_string(expected[i]));
  }
}

}  // namespace rgm::test
