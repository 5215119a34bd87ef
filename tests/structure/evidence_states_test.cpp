// States by evidence, through `SequenceStructure`: one group, whose states are compared with a
// direct reading of the rule.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "rgm/base/error.h"
#include "structure/sequence_support.h"

namespace rgm {
namespace {

/// ln p(o | state) of Dirichlet counts [modality][outcome], the missing outcomes left out.
double log_predictive(const std::vector<std::vector<double>>& counts, const Outcomes& sequence,
                      std::size_t t, double column) {
  double result = 0;
  for (std::size_t g = 0; g < counts.size(); ++g) {
    const double alpha = column / static_cast<double>(counts[g].size());
    double total = column, found = 0;
    bool observed = false;
    for (const double count : counts[g]) total += count;
    for_each_outcome_weight(sequence, t, g, counts[g].size(), [&](std::size_t o, double weight) {
      found += weight * (counts[g][o] + alpha);
      observed = true;
    });
    if (observed) result += std::log(found / total);
  }
  return result;
}

RC_GTEST_PROP(EvidenceStates, FollowTheRule, (std::uint64_t seed)) {
  Random random(seed);
  std::vector<std::size_t> num_outcomes(1 + random.index(6));
  for (auto& outcomes : num_outcomes) outcomes = 2 + random.index(3);
  auto sequence = test::random_sequence(random, 1 + random.index(40), num_outcomes);
  for (std::size_t t = 0; t < sequence.items(); ++t)
    for (auto& outcome : sequence.item(t)) {
      if (random.index(8) == 0) outcome = {};  // missing
      if (!outcome.missing() && outcome.token == 0 && random.index(4) == 0)
        outcome.share = static_cast<std::uint16_t>(random.bits());
    }
  SequenceStructureOptions options;
  options.new_state_concentration = std::exp(6 * random.uniform() - 4);
  options.outcome_concentration = 0.1 + random.uniform();
  options.max_states = 1 + random.index(6);
  const std::vector<Location> places(num_outcomes.size());
  SequenceStructure structure(num_outcomes, places, options);
  const std::size_t half =
      sequence.items() / 2;  // in two parts, the second with a copy that goes on
  if (half > 0) structure.add(test::window(sequence, 0, half));
  const auto rest = test::window(sequence, half, sequence.items() - half);
  if (half > 0) {
    SequenceStructure copy(structure.hierarchy(), options);
    copy.add(rest);
    structure.add(rest);
    RC_ASSERT(copy.hierarchy() == structure.hierarchy());
  } else {
    structure.add(rest);
  }
  structure.hierarchy().validate();

  std::vector<std::vector<std::vector<double>>> states;
  std::vector<std::vector<double>> none;
  for (const std::size_t outcomes : num_outcomes) none.emplace_back(outcomes);
  for (std::size_t t = 0; t < sequence.items(); ++t) {
    std::size_t best = states.size();
    double best_score = -std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < states.size(); ++k) {
      double items = 1;
      for (const auto& column : states[k]) {
        double total = 0;
        for (const double count : column) total += count;
        items = std::max(items, total);
      }
      const double score =
          log_predictive(states[k], sequence, t, options.outcome_concentration) + std::log(items);
      RC_PRE(std::abs(score - best_score) > 1e-9);  // no ties, which rounding would decide
      if (score > best_score) {
        best_score = score;
        best = k;
      }
    }
    const double new_score = log_predictive(none, sequence, t, options.outcome_concentration) +
                             std::log(options.new_state_concentration);
    RC_PRE(std::abs(new_score - best_score) > 1e-9);
    if (states.size() < options.max_states && (states.empty() || new_score > best_score)) {
      best = states.size();
      states.push_back(none);
    }
    for (std::size_t g = 0; g < num_outcomes.size(); ++g)
      for_each_outcome_weight(sequence, t, g, num_outcomes[g],
                              [&](std::size_t o, double weight) { states[best][g][o] += weight; });
  }
  const auto& likelihood = structure.hierarchy().root().likelihood;
  RC_ASSERT(likelihood.num_states() == states.size());
  for (std::size_t k = 0; k < states.size(); ++k)
    likelihood.for_each_count(k, [&](std::size_t g, std::size_t o, double count) {
      RC_ASSERT(std::abs(states[k][g][o] - count) < 1e-9);
    });
}

// Five prototypes of twenty outcomes, one in eight of which is wrong: hardly a joint outcome
// recurs, but there are five states.
TEST(EvidenceStates, SeeThroughNoise) {
  Random random(3);
  const std::vector<std::size_t> num_outcomes(20, 4);
  const auto prototypes = test::random_sequence(random, 5, num_outcomes, 0);
  Outcomes sequence(400, 20);
  for (std::size_t t = 0; t < 400; ++t)
    for (std::size_t g = 0; g < 20; ++g)
      sequence(t, g) = random.index(8) > 0
                           ? prototypes(t % 5, g)
                           : Outcome{static_cast<std::uint16_t>(random.index(4)), 0};
  SequenceStructureOptions options;
  const std::vector<Location> places(20);
  EXPECT_GT(grow_from_sequences(std::span(&sequence, 1), num_outcomes, places, options)
                .root()
                .num_states(),
            250);
  options.new_state_concentration = 1;
  options.outcome_concentration = 1;
  const auto hierarchy =
      grow_from_sequences(std::span(&sequence, 1), num_outcomes, places, options);
  ASSERT_EQ(hierarchy.root().num_states(), 5);
  for (std::size_t s = 0; s < 5; ++s) EXPECT_EQ(hierarchy.root().transition.arcs(s).size(), 1);
  options.new_state_concentration =
      1e300;  // the limit: every joint outcome that is not quite sure is a new state
  EXPECT_EQ(grow_from_sequences(std::span(&sequence, 1), num_outcomes, places, options)
                .root()
                .num_states(),
            400);
  options.max_states = 7;
  EXPECT_EQ(grow_from_sequences(std::span(&sequence, 1), num_outcomes, places, options)
                .root()
                .num_states(),
            7);
}

}  // namespace
}  // namespace rgm
