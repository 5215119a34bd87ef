#include "rgm/inference/state_beliefs.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "inference/sequence_support.h"
#include "rgm/base/error.h"

namespace rgm {
namespace {

using test::expect_near;
using test::kTolerance;
using test::random_case;

/// Sequences of outcomes that are known up to a step, and of the same length.
Outcomes known_until(const Outcomes& outcomes, std::size_t end) {
  Outcomes known(outcomes.items(), outcomes.modalities());
  for (std::size_t t = 0; t < end; ++t)
    for (std::size_t g = 0; g < outcomes.modalities(); ++g) {
      known(t, g) = outcomes(t, g);
      if (outcomes(t, g).distribution()) known.set_soft(t, g, outcomes.soft(t, g));
    }
  return known;
}

void expect_beliefs(const SequenceTables& tables, std::size_t step, const StateBeliefs& beliefs,
                    const test::SequenceEnumeration& expected) {
  for (std::size_t n = 0; n < tables.num_levels(); ++n) {
    const std::size_t at = step / (tables.steps(0) / tables.steps(n));
    for (std::size_t f = 0; f < tables.level(n).size(); ++f) {
      expect_near(beliefs.states(n, f), expected.states[n][at][f], "belief of a state");
      if (n + 1 < tables.num_levels())
        expect_near(beliefs.paths(n, f), expected.paths[n][at - at % tables.time_scale(n)][f],
                    "belief of a path");
      else
        RC_ASSERT(beliefs.paths(n, f).empty());
    }
  }
}

void check_beliefs(std::uint64_t seed, BeliefsGiven given) {
  const auto example = random_case(seed);
  const auto& hierarchy = example.hierarchy;
  const auto& outcomes = example.outcomes;
  const auto reading = example.reading;
  const auto whole = test::SequenceJoint(hierarchy, outcomes, reading).infer();
  const SequenceTables tables(hierarchy);
  const auto ignore = [](std::size_t, const StateBeliefs&) {};
  if (whole.evidence == 0) {
    RC_ASSERT_THROWS_AS(state_beliefs(tables, outcomes, given, reading, ignore),
                        ImpossibleEvidence);
    return;
  }
  std::size_t next = 0;
  const double evidence = state_beliefs(
      tables, outcomes, given, reading, [&](std::size_t step, const StateBeliefs& beliefs) {
        RC_ASSERT(step == next++);
        if (given == BeliefsGiven::kSequence) return expect_beliefs(tables, step, beliefs, whole);
        const auto past = known_until(outcomes, step + 1);
        expect_beliefs(tables, step, beliefs,
                       test::SequenceJoint(hierarchy, past, reading).infer());
      });
  RC_ASSERT(next == outcomes.items());
  RC_ASSERT(std::abs(evidence - std::log(whole.evidence)) < kTolerance);
}

RC_GTEST_PROP(StateBeliefs, OfThePastEqualEnumeration, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 5; ++i)
    check_beliefs(5 * std::uint64_t{seed} + i, BeliefsGiven::kPast);
}

RC_GTEST_PROP(StateBeliefs, OfTheSequenceEqualEnumeration, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 5; ++i)
    check_beliefs(5 * std::uint64_t{seed} + i, BeliefsGiven::kSequence);
}

TEST(StateBeliefs, RefuseOtherModalities) {
  Random random(3);
  const auto hierarchy = test::random_sequence_tree(random);
  const SequenceTables tables(hierarchy);
  const Outcomes wrong(2, hierarchy.num_modalities() + 1);
  const auto ignore = [](std::size_t, const StateBeliefs&) {};
  for (const auto given : {BeliefsGiven::kPast, BeliefsGiven::kSequence})
    EXPECT_THROW(state_beliefs(tables, wrong, given, SoftReading::kCount, ignore), Error);
}

}  // namespace
}  // namespace rgm
