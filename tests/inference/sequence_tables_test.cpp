#include "rgm/inference/sequence_tables.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "inference/sequence_support.h"
#include "rgm/base/matrix.h"
#include "rgm/base/random.h"

namespace rgm {
namespace {

using test::kTolerance;
using test::random_case;

/// ln P(the observations of a group | state), by its definition.
double log_likelihood_of(const Factor& factor, const Level& level, const Outcomes& outcomes,
                         std::size_t item, SoftReading reading, std::size_t state) {
  const auto probability = factor.likelihood.expectation();
  double result = 0;
  for (std::size_t g = 0; g < factor.modalities.size(); ++g) {
    const auto& modality = level.modalities[factor.modalities[g]];
    if (outcomes(item, modality.source).missing()) continue;
    double mixed = 0, counted = 0;
    for_each_outcome_weight(outcomes, item, modality.source, modality.num_outcomes,
                            [&](std::size_t o, double weight) {
                              const double p = probability(factor.likelihood.offset(g) + o, state);
                              mixed += weight * p;
                              counted += weight * std::log(p);
                            });
    result += reading == SoftReading::kLikelihood ? std::log(mixed) : counted;
  }
  return result;
}

RC_GTEST_PROP(SequenceTables, LogLikelihoodIsItsDefinition, (std::uint32_t seed)) {
  const auto [hierarchy, outcomes, reading] = random_case(seed);
  const SequenceTables tables(hierarchy);
  const auto& level = hierarchy.levels[0];
  std::vector<double> actual;
  for (std::size_t t = 0; t < outcomes.items(); ++t)
    for (std::size_t f = 0; f < level.factors.size(); ++f) {
      bool observed = false;
      for (const std::size_t g : level.factors[f].modalities)
        observed = observed || !outcomes(t, level.modalities[g].source).missing();
      RC_ASSERT(tables.log_likelihood(f, outcomes, t, reading, actual) == observed);
      RC_ASSERT(actual.size() == level.factors[f].num_states());
      for (std::size_t s = 0; s < actual.size(); ++s) {
        const double expected = log_likelihood_of(level.factors[f], level, outcomes, t, reading, s);
        RC_ASSERT(actual[s] == expected || std::abs(actual[s] - expected) < kTolerance);
      }
    }
}

}  // namespace
}  // namespace rgm
