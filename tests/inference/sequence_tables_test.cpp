#include "rgm/inference/sequence_tables.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "inference/sequence_support.h"
#include "rgm/base/error.h"
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

/// One level whose states have seen one outcome of every modality; equally often if `alike`.
Hierarchy one_hot(Random& random, std::size_t modalities, std::size_t states, bool alike) {
  Level level;
  Factor factor;
  std::vector<std::size_t> outcomes;
  for (std::size_t g = 0; g < modalities; ++g) {
    outcomes.push_back(test::between(random, 1, random.index(10) == 0 ? 256 : 6));
    level.modalities.push_back({Modality::Kind::kOutcome, g, outcomes.back()});
    factor.modalities.push_back(g);
  }
  factor.likelihood = Likelihood::sparse(outcomes, std::vector(modalities, 1e-3), states);
  for (std::size_t s = 0; s < states; ++s) {
    const double count = 1.0 + static_cast<double>(random.index(3));
    for (std::size_t g = 0; g < modalities; ++g)
      factor.likelihood.add(g, random.index(std::min<std::size_t>(3, outcomes[g])), s, count);
  }
  if (!alike) factor.likelihood.add(random.index(modalities), 0, random.index(states), 0.5);
  level.factors = {factor};
  Hierarchy result;
  result.levels = {level};
  result.initial_state_counts.assign(states, 1.0);
  result.validate();
  return result;
}

RC_GTEST_PROP(SequenceTables, CountedMatchesGiveTheLogLikelihood, (std::uint32_t seed)) {
  Random random(seed);
  const std::size_t modalities = test::between(random, 2, random.index(10) == 0 ? 600 : 20);
  const bool alike = random.index(4) > 0;
  const auto hierarchy = one_hot(random, modalities, test::between(random, 1, 9), alike);
  const SequenceTables tables(hierarchy);
  RC_ASSERT(tables.level(0)[0].matches.log_ratio.empty() == !alike);
  auto outcomes = test::random_outcomes(random, hierarchy, 3);  // soft and missing ones, too
  for (std::size_t g = 0; g < modalities; ++g)
    outcomes(0, g) = {
        static_cast<std::uint16_t>(random.index(hierarchy.levels[0].modalities[g].num_outcomes)),
        0};
  const auto reading = random.index(2) == 0 ? SoftReading::kLikelihood : SoftReading::kCount;
  std::vector<double> actual;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    if (!tables.log_likelihood(0, outcomes, t, reading, actual)) continue;
    for (std::size_t s = 0; s < actual.size(); ++s) {
      const double expected = log_likelihood_of(hierarchy.levels[0].factors[0], hierarchy.levels[0],
                                                outcomes, t, reading, s);
      RC_ASSERT(std::abs(actual[s] - expected) <= 1e-12 * std::max(1.0, std::abs(expected)));
    }
  }
  outcomes(0, 0).token = 256;
  RC_ASSERT_THROWS_AS(tables.log_likelihood(0, outcomes, 0, reading, actual), Error);
}

TEST(SequenceTables, CountsWhoseSumWouldNotBeFiniteAreRefused) {
  Random random(1);
  auto hierarchy = one_hot(random, 2, 3, true);
  EXPECT_NO_THROW(SequenceTables{hierarchy});
  hierarchy.levels[0].factors[0].likelihood.add(0, 0, 1, 1.7e308);
  EXPECT_THROW(SequenceTables{hierarchy}, Error);
}

}  // namespace
}  // namespace rgm
