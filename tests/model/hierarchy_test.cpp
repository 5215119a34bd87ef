#include "rgm/model/hierarchy.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <functional>
#include <string>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "support/random_tree.h"

namespace rgm {
namespace {

Factor factor(std::vector<std::size_t> modalities, const std::vector<std::size_t>& outcomes,
              std::size_t states) {
  Factor result;
  result.modalities = std::move(modalities);
  result.likelihood = Likelihood(outcomes, std::vector<double>(outcomes.size(), 0.1), states);
  return result;
}

/// Three outcomes, two factors of which the second has two paths in episodes of two steps, and a
/// root.
Hierarchy small_hierarchy() {
  using Kind = Modality::Kind;
  Hierarchy hierarchy;
  Level bottom;
  bottom.modalities = {{Kind::kOutcome, 0, 4}, {Kind::kOutcome, 1, 3}, {Kind::kOutcome, 2, 2}};
  bottom.factors = {factor({0, 2}, {4, 2}, 5), factor({1}, {3}, 2)};
  bottom.time_scale = 2;
  bottom.factors[0].transition = Transition(5, 1);
  bottom.factors[1].num_paths = 2;
  bottom.factors[1].transition = Transition(2, 2);
  Level top;
  top.modalities = {
      {Kind::kInitialState, 0, 5}, {Kind::kInitialState, 1, 2}, {Kind::kInitialPath, 1, 2}};
  top.factors = {factor({0, 1, 2}, {5, 2, 2}, 3)};
  hierarchy.levels = {bottom, top};
  hierarchy.initial_state_counts = {1, 0, 2};
  return hierarchy;
}

TEST(Hierarchy, ValidAndCounted) {
  const auto hierarchy = small_hierarchy();
  EXPECT_NO_THROW(hierarchy.validate());
  EXPECT_EQ(hierarchy.num_modalities(), 3);
  EXPECT_EQ(hierarchy.num_parameters(), 6 * 5 + 3 * 2 + 9 * 3 + 3);
  EXPECT_EQ(hierarchy.root().num_states(), 3);
  EXPECT_EQ(hierarchy.episode_length(), 2);
  EXPECT_EQ(Hierarchy().num_modalities(), 0);
}

TEST(Hierarchy, ErrorsNameThePlace) {
  struct Case {
    std::function<void(Hierarchy&)> damage;
    std::string place, what;
  };
  const std::vector<Case> cases{
      {[](Hierarchy& h) { h.levels.clear(); }, "hierarchy", "levels"},
      {[](Hierarchy& h) { h.levels[0].time_scale = 0; }, "level 0", "time_scale"},
      {[](Hierarchy& h) { h.levels[0].factors[0].modalities.clear(); }, "level 0, factor 0",
       "modalities"},
      {[](Hierarchy& h) { h.levels[0].factors[0].modalities.pop_back(); }, "level 0, factor 0",
       "modalities"},
      {[](Hierarchy& h) { h.levels[0].factors[0].modalities[1] = 9; }, "level 0, factor 0",
       "got 9"},
      {[](Hierarchy& h) { h.levels[0].factors[0].modalities[1] = 0; }, "level 0, factor 0",
       "two parents"},
      {[](Hierarchy& h) { h.levels[0].modalities[2].num_outcomes = 3; }, "level 0, factor 0",
       "modality 2"},
      {[](Hierarchy& h) {
         h.levels[0].modalities.push_back({Modality::Kind::kOutcome, 3, 2});
       },
       "level 0", "modality 3 has no parent"},
      {[](Hierarchy& h) { h.levels[0].modalities[0].kind = Modality::Kind::kInitialState; },
       "level 0", "modality 0"},
      {[](Hierarchy& h) { h.levels[0].factors[1].likelihood = {}; }, "level 0, factor 1",
       "likelihood"},
      {[](Hierarchy& h) { h.levels[0].factors[1].likelihood.counts()(0, 1) = std::nan(""); },
       "level 0, factor 1", "likelihood_counts"},
      {[](Hierarchy& h) { h.levels[0].factors[1].num_paths = 0; }, "level 0, factor 1",
       "num_paths"},
      {[](Hierarchy& h) { h.levels[0].factors[1].transition = Transition(3, 2); },
       "level 0, factor 1", "transition"},
      {[](Hierarchy& h) { h.levels[0].factors[1].transition = {}; }, "level 0, factor 1",
       "transition"},
      {[](Hierarchy& h) { h.levels[1].modalities[0].kind = Modality::Kind::kOutcome; }, "level 1",
       "modality 0"},
      {[](Hierarchy& h) { h.levels[1].modalities[0].source = 2; }, "level 1", "source"},
      {[](Hierarchy& h) { h.levels[1].modalities[0].num_outcomes = 4; }, "level 1", "modality 0"},
      {[](Hierarchy& h) { h.levels[1].modalities[0] = h.levels[1].modalities[1]; }, "level 1",
       "two parents"},
      {[](Hierarchy& h) { h.levels[1].modalities.pop_back(); }, "level 1", "path modality"},
      {[](Hierarchy& h) { h.levels.pop_back(); }, "hierarchy", "one factor"},
      {[](Hierarchy& h) {
         h.levels[1].time_scale = 2;
         h.levels[1].factors[0].transition = Transition(3, 1);
       },
       "hierarchy", "time_scale"},
      {[](Hierarchy& h) {
         h.levels[1].factors = {factor({0, 1}, {5, 2}, 3), factor({2}, {2}, 2)};
       },
       "level 1", "one parent"},
      {[](Hierarchy& h) { h.restart_concentration = -1; }, "hierarchy", "restart_concentration"},
      {[](Hierarchy& h) { h.initial_state_counts.pop_back(); }, "hierarchy",
       "initial_state_counts"},
      {[](Hierarchy& h) { h.initial_state_counts[1] = -1; }, "hierarchy", "got -1"},
      {[](Hierarchy& h) {
         h.initial_state_counts = {0, 0, 0};
       },
       "hierarchy", "all are 0"},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    auto hierarchy = small_hierarchy();
    cases[i].damage(hierarchy);
    try {
      hierarchy.validate();
      ADD_FAILURE() << "case " << i << " (" << cases[i].what << ") is valid";
    } catch (const Error& error) {
      const std::string message = error.what();
      EXPECT_EQ(message.find(cases[i].place + ":"), 0) << message;
      EXPECT_NE(message.find(cases[i].what), std::string::npos) << message;
    }
  }
}

RC_GTEST_PROP(Hierarchy, RandomTreesAreValidAndCopiesAreDeep, (std::uint64_t seed)) {
  Random random(seed);
  const auto hierarchy = test::random_tree(random);
  auto copy = hierarchy;
  RC_ASSERT(copy == hierarchy);
  copy.levels[0].factors[0].likelihood.counts()(0, 0) += 1;
  RC_ASSERT(copy != hierarchy);
  hierarchy.validate();
}

}  // namespace
}  // namespace rgm
