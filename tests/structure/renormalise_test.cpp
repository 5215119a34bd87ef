#include "rgm/structure/renormalise.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "support/golden.h"

namespace rgm {
namespace {

std::vector<Location> places_of(const nlohmann::json& level) {
  std::vector<Location> result;
  for (const auto& location : level["locations"]) result.push_back({location[0], location[1]});
  return result;
}

/// The hierarchy has the groups and numbers of states of the reference's levels, and the same state
/// generates the same states below.
void expect_levels(const Hierarchy& hierarchy, const nlohmann::json& levels, std::size_t count) {
  ASSERT_EQ(hierarchy.levels.size(), count);
  for (std::size_t n = 0; n < count; ++n) {
    const auto& expected = levels[n];
    ASSERT_EQ(hierarchy.levels[n].factors.size(), expected["groups"].size());
    for (std::size_t f = 0; f < expected["groups"].size(); ++f) {
      const auto& factor = hierarchy.levels[n].factors[f];
      EXPECT_EQ(factor.modalities, expected["groups"][f].get<std::vector<std::size_t>>());
      ASSERT_EQ(factor.num_states(), expected["states"][f]);
      if (n == 0) continue;
      for (std::size_t g = 0; g < factor.modalities.size(); ++g)
        for (std::size_t s = 0; s < factor.num_states(); ++s) {
          const std::size_t below = expected["outcome_of_state"][factor.modalities[g]][s];
          EXPECT_EQ(factor.likelihood.counts()(factor.likelihood.offset(g) + below, s), 1);
        }
    }
  }
}

TEST(Renormalise, HardOutcomesGiveTheReferencesStructure) {
  const auto video = test::golden("place_structure");
  expect_levels(
      renormalise(test::golden_outcomes(video["outcomes"]), 9, places_of(video["levels"][0])),
      video["levels"], 2);
  const auto still = test::golden("still_learning");
  expect_levels(
      renormalise(test::golden_outcomes(still["exemplars"]), 5, places_of(still["levels"][0])),
      still["levels"], 2);
}

TEST(Renormalise, ClassesStandAboveAsInTheReference) {
  const auto still = test::golden("still_learning");
  const std::vector<int> labels{0, 0, 0, 0, 1, 1, 1, 1};
  const auto hierarchy = renormalise(test::golden_outcomes(still["exemplars"]), 5,
                                     places_of(still["levels"][0]), {}, labels, 2);
  ASSERT_EQ(hierarchy.levels.size(), 3);
  const auto& root = hierarchy.root();
  ASSERT_EQ(root.num_states(), 2);
  for (std::size_t top = 0; top < 8; ++top)
    for (std::size_t c = 0; c < 2; ++c)
      EXPECT_EQ(root.likelihood.counts()(top, c), top / 4 == c ? 1 : 0);
  EXPECT_EQ(hierarchy.initial_state_counts, (std::vector{4.5, 4.5}));
}

// The reference's exemplars are means of two pictures (weights 1/2 and 1). It rounds these weights
// as they are; we normalise them first, so that 1/3 is rounded away: exemplars that share their
// heavier picture are one state. It loses a few states.
TEST(Renormalise, MeansOfTwoPicturesGiveAFewStatesLessThanTheReference) {
  const auto expected = test::golden("mnist400");
  const auto pictures = test::golden_outcomes(expected["outcomes"]);
  const auto exemplars =
      expected["exemplars"].get<std::vector<std::pair<std::size_t, std::size_t>>>();
  Outcomes outcomes(exemplars.size(), pictures.modalities());
  for (std::size_t i = 0; i < exemplars.size(); ++i)
    for (std::size_t g = 0; g < pictures.modalities(); ++g) {
      std::vector<double> weights(17);
      weights[pictures(exemplars[i].first, g).token] += 0.5;
      weights[pictures(exemplars[i].second, g).token] += 1;
      outcomes.set_soft(i, g, weights);
    }
  const auto hierarchy = renormalise(outcomes, 17, places_of(expected["levels"][0]), {},
                                     expected["exemplar_labels"].get<std::vector<int>>(), 10);
  ASSERT_EQ(hierarchy.levels.size(), 4);
  std::size_t ours = 0, theirs = 0;
  for (std::size_t f = 0; f < 16; ++f) {
    const auto& factor = hierarchy.levels[0].factors[f];
    EXPECT_EQ(factor.modalities,
              expected["levels"][0]["groups"][f].get<std::vector<std::size_t>>());
    EXPECT_LE(factor.num_states(), expected["levels"][0]["states"][f]);
    ours += factor.num_states();
    theirs += expected["levels"][0]["states"][f].get<std::size_t>();
  }
  EXPECT_EQ(theirs, 2025);
  EXPECT_EQ(ours, 2003);
  for (std::size_t n : {1, 2})
    for (std::size_t f = 0; f < hierarchy.levels[n].factors.size(); ++f) {
      EXPECT_EQ(hierarchy.levels[n].factors[f].modalities,
                expected["levels"][n]["groups"][f].get<std::vector<std::size_t>>());
      EXPECT_EQ(hierarchy.levels[n].factors[f].num_states(), 144);
    }
}

RC_GTEST_PROP(Renormalise, IsLossless, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t items = 1 + random.index(12), modalities = 1 + random.index(30);
  Outcomes exemplars(items, modalities);
  std::vector<Location> locations(modalities);
  for (auto& location : locations)
    location = {static_cast<double>(random.index(6)), static_cast<double>(random.index(6))};
  for (std::size_t i = 0; i < items; ++i)
    for (auto& outcome : exemplars.item(i))
      outcome.token = static_cast<std::uint16_t>(random.index(3));
  const auto hierarchy = renormalise(exemplars, 3, locations, {0, 0, 0});
  std::vector<std::vector<std::uint16_t>>
      generated;  // what each top state generates, from the top down
  for (std::size_t top = 0; top < hierarchy.root().num_states(); ++top) {
    std::vector<std::size_t> states{top};
    for (std::size_t n = hierarchy.levels.size(); n-- > 0;) {
      const auto& level = hierarchy.levels[n];
      std::vector<std::size_t> below(level.modalities.size());
      for (std::size_t f = 0; f < level.factors.size(); ++f) {
        const auto& factor = level.factors[f];
        const auto probability = factor.likelihood.expectation();
        for (std::size_t g = 0; g < factor.modalities.size(); ++g)
          for (std::size_t o = 0; o < factor.likelihood.num_outcomes(g); ++o)
            if (probability(factor.likelihood.offset(g) + o, states[f]) == 1)
              below[level.modalities[factor.modalities[g]].source] = o;
      }
      states = below;
    }
    generated.emplace_back(states.begin(), states.end());
  }
  std::vector<double> counts(generated.size(), 1.0 / static_cast<double>(generated.size()));
  for (std::size_t i = 0; i < items; ++i) {
    std::vector<std::uint16_t> tokens;
    for (Outcome outcome : exemplars.item(i)) tokens.push_back(outcome.token);
    const auto at = std::ranges::find(generated, tokens);
    RC_ASSERT(at != generated.end());
    counts[static_cast<std::size_t>(at - generated.begin())] += 1;
  }
  RC_ASSERT(counts == hierarchy.initial_state_counts);
}

TEST(Renormalise, Errors) {
  const std::vector<Location> locations(2);
  Outcomes outcomes(3, 2);
  const std::vector<int> labels{0, 1, 2};
  EXPECT_THROW(renormalise(Outcomes(0, 2), 4, locations), Error);
  EXPECT_THROW(renormalise(outcomes, 4, std::vector<Location>(1)), Error);
  EXPECT_THROW(renormalise(outcomes, 4, locations, {}, labels, 2), Error);
  EXPECT_THROW(renormalise(outcomes, 4, locations, {}, std::vector{0, 1}, 2), Error);
  EXPECT_NO_THROW(renormalise(outcomes, 4, locations, {}, labels, 3));
  outcomes(1, 1) = {4, 0};
  EXPECT_THROW(renormalise(outcomes, 4, locations), Error);
  outcomes(1, 1) = {3, 1};  // the upper neighbour is out of range
  EXPECT_THROW(renormalise(outcomes, 4, locations), Error);
  outcomes.set_soft(1, 1, std::vector{1.0, 1.0});
  EXPECT_THROW(renormalise(outcomes, 4, locations), Error);
}

}  // namespace
}  // namespace rgm
