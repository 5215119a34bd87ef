#include "rgm/inference/sequence_counts.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <vector>

#include "inference/sequence_support.h"
#include "rgm/base/matrix.h"
#include "rgm/inference/smooth.h"

namespace rgm {
namespace {

using test::expect_near;
using test::random_case;

void check_counts(const test::SequenceCase& sequence, double least) {
  const auto& [hierarchy, outcomes, reading] = sequence;
  const auto expected = test::SequenceJoint(hierarchy, outcomes, reading).infer();
  if (expected.evidence <= least) return;
  const SequenceTables tables(hierarchy);
  SequenceCounts counts(tables);
  smooth(tables, outcomes, {reading}, {}, &counts);
  for (std::size_t n = 0; n < tables.num_levels(); ++n)
    for (std::size_t f = 0; f < tables.level(n).size(); ++f) {
      const auto& likelihood = hierarchy.levels[n].factors[f].likelihood;
      Matrix<double> dense(likelihood.num_rows(), likelihood.num_states());
      for (std::size_t s = 0; s < likelihood.num_states(); ++s)
        for (const auto& [key, count] : counts.levels[n][f].likelihood[s])
          dense(likelihood.offset(key >> 32U) + (key & 0xFFFFFFFFU), s) = count;
      expect_near(dense.values(), expected.likelihood[n][f].values(),
                  "expected count of an outcome");
      std::vector<double> arcs;
      for (const auto& state : expected.arcs[n][f])
        arcs.insert(arcs.end(), state.begin(), state.end());
      expect_near(counts.levels[n][f].arcs, arcs, "expected count of a transition");
    }
  expect_near(counts.initial_states, expected.initial_states, "expected count of an initial state");
  expect_near(counts.restarts, expected.restarts, "expected restarts out of a state");
}

RC_GTEST_PROP(SequenceCounts, EqualEnumeration, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 10; ++i) check_counts(random_case(10 * std::uint64_t{seed} + i), 0);
}

RC_GTEST_PROP(SequenceCounts, EqualEnumerationWhereParentsLieFarApart, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 10; ++i)
    check_counts(test::far_case(10 * std::uint64_t{seed} + i), 1e-250);
}

}  // namespace
}  // namespace rgm
