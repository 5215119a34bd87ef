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
