#include "rgm/inference/sequence_filter.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "inference/sequence_support.h"
#include "rgm/base/error.h"

namespace rgm {
namespace {

using test::expect_near;
using test::kTolerance;
using test::random_case;

/// The outcomes of the first steps; what comes after is missing.
Outcomes up_to(const Outcomes& outcomes, std::size_t steps) {
  Outcomes past(steps + 1, outcomes.modalities());
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t g = 0; g < outcomes.modalities(); ++g) {
      past(t, g) = outcomes(t, g);
      if (outcomes(t, g).distribution()) past.set_soft(t, g, outcomes.soft(t, g));
    }
  return past;
}

void check_filtering(std::uint64_t seed) {
  const auto [hierarchy, outcomes, reading] = random_case(seed);
  const SequenceTables tables(hierarchy);
  SequenceFilter filter(tables, reading), by_factor(tables, reading);
  double evidence = 1;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    const auto past = up_to(outcomes, t);
    const auto before = test::SequenceJoint(hierarchy, past, reading).infer();
    if (before.evidence == 0) return;
    for (std::size_t f = 0; f < tables.level(0).size(); ++f)
      expect_near(filter.predict_states(f), before.states[0][t][f], "predicted state");
    // Outcomes are predicted by the states predicted.
    OutcomeDistributions predicted(outcomes.modalities());
    for (std::size_t f = 0; f < tables.level(0).size(); ++f)
      expected_outcomes(tables, f, before.states[0][t][f], predicted);
    const auto actual = filter.predict();
    for (std::size_t g = 0; g < predicted.size(); ++g) {
      expect_near(actual[g], predicted[g], "predicted outcome");
      double total = 0;
      for (double p : actual[g]) total += p;
      RC_ASSERT(std::abs(total - 1) < kTolerance);
    }
    const auto with_it = up_to(outcomes, t + 1);
    const auto after = test::SequenceJoint(hierarchy, with_it, reading).infer();
    if (after.evidence == 0) {
      RC_ASSERT_THROWS_AS(filter.push(outcomes, t), ImpossibleEvidence);
      double by_parts = 0;
      for (std::size_t f = 0; f < tables.level(0).size() && std::isfinite(by_parts); ++f)
        by_parts += by_factor.try_push_factor(f, outcomes, t);
      RC_ASSERT(by_parts == -std::numeric_limits<double>::infinity());
      return;
    }
    const double gain = filter.push(outcomes, t);
    RC_ASSERT(std::abs(gain - std::log(after.evidence / evidence)) < kTolerance);
    double by_parts = 0;
    for (std::size_t f = 0; f < tables.level(0).size(); ++f)
      by_parts += by_factor.push_factor(f, outcomes, t);
    by_factor.finish_step();
    RC_ASSERT(std::abs(by_parts - gain) < kTolerance);
    evidence = after.evidence;
    const auto& episode = filter.filtered();
    for (std::size_t f = 0; f < tables.level(0).size(); ++f)
      expect_near(episode.posterior(0, t % tables.steps(0), f), after.states[0][t][f],
                  "filtered state");
  }
  RC_ASSERT(std::abs(filter.log_evidence() - std::log(evidence)) < kTolerance);
}

RC_GTEST_PROP(Filter, EqualsEnumerationOfThePast, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 10; ++i) check_filtering(10 * std::uint64_t{seed} + i);
}

// It borrows its tables.
static_assert(std::is_constructible_v<SequenceFilter, const SequenceTables&> &&
              !std::is_constructible_v<SequenceFilter, SequenceTables> &&
              !std::is_constructible_v<SequenceFilter, SequenceTables, SoftReading>);

}  // namespace
}  // namespace rgm
