#include "rgm/inference/smooth.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "inference/sequence_support.h"

namespace rgm {
namespace {

using test::expect_near;
using test::kTolerance;
using test::random_case;

/// `least`: the least evidence that enumeration, in numbers, is trusted with.
void check_smoothing(const test::SequenceCase& sequence, double least = 0) {
  const auto& [hierarchy, outcomes, reading] = sequence;
  const auto expected = test::SequenceJoint(hierarchy, outcomes, reading).infer();
  if (expected.evidence < least) return;
  const SequenceTables tables(hierarchy);
  if (expected.evidence == 0) {
    RC_ASSERT_THROWS_AS(smooth(tables, outcomes, {reading}), Error);
    return;
  }
  std::size_t next = 0;
  const double log_evidence =
      smooth(tables, outcomes, {reading}, [&](std::size_t first, const Episode& episode) {
        RC_ASSERT(first == next);
        next += tables.steps(0);
        for (std::size_t n = 0; n < tables.num_levels(); ++n)
          for (std::size_t t = 0; t < tables.steps(n); ++t) {
            const std::size_t step = first / tables.steps(0) * tables.steps(n) + t;
            for (std::size_t f = 0; f < tables.level(n).size(); ++f) {
              expect_near(episode.posterior(n, t, f), expected.states[n][step][f],
                          "posterior of a state");
              if (n + 1 < tables.num_levels())
                expect_near(episode.path_posterior(n, t, f),
                            expected.paths[n][step - t % tables.time_scale(n)][f],
                            "posterior of a path");
            }
          }
      });
  RC_ASSERT(next >= outcomes.items());
  RC_ASSERT(std::abs(log_evidence - std::log(expected.evidence)) < kTolerance);
}

RC_GTEST_PROP(Smooth, EqualsEnumeration, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 10; ++i) check_smoothing(random_case(10 * std::uint64_t{seed} + i));
}

RC_GTEST_PROP(Smooth, EqualsEnumerationWhereParentsLieFarApart, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 10; ++i)
    check_smoothing(test::far_case(10 * std::uint64_t{seed} + i), 1e-250);
}

}  // namespace
}  // namespace rgm
