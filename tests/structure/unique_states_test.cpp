#include "rgm/structure/unique_states.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "rgm/base/random.h"
#include "rgm/math/special.h"
#include "support/golden.h"

namespace rgm {
namespace {

std::vector<std::size_t> all_members(std::size_t count) {
  std::vector<std::size_t> members(count);
  std::iota(members.begin(), members.end(), std::size_t{0});
  return members;
}

TEST(UniqueStates, SoftOutcomesAreRoundedAndMissingOnesDistinct) {
  Outcomes outcomes(8, 1);
  outcomes(0, 0) = {2, 0};
  outcomes(1, 0) = {1, 0x9000};  // 0.44 and 0.56: ⌊2p⌋ is 1 at outcome 2 alone
  outcomes(2, 0) = {2, 0x3000};  // likewise
  outcomes(3, 0) = {};
  outcomes.set_soft(4, 0, std::vector{0.0, 1.2, 1.8});  // likewise, after normalising
  outcomes.set_soft(5, 0, std::vector{0.4, 0.3, 0.3});  // nothing reaches a half
  outcomes(6, 0) = {1, 0x8000};                         // both halves
  outcomes.set_soft(7, 0, std::vector{0.0, 0.0, 7.0});  // the same as the first
  const auto states = unique_states(outcomes, all_members(1));
  EXPECT_EQ(states.state_of_item, (std::vector<std::size_t>{0, 1, 1, 2, 1, 3, 4, 0}));
  EXPECT_EQ(states.first_item, (std::vector<std::size_t>{0, 1, 3, 5, 6}));
}

RC_GTEST_PROP(UniqueStates, AreTheDistinctRowsInOrderOfAppearance, (std::uint64_t seed)) {
  Random random(seed);
  Outcomes outcomes(1 + random.index(40), 1 + random.index(4));
  for (std::size_t i = 0; i < outcomes.items(); ++i)
    for (auto& outcome : outcomes.item(i))
      outcome.token = static_cast<std::uint16_t>(random.index(3));
  const auto members =
      random.choose(outcomes.modalities(), 1 + random.index(outcomes.modalities()));
  const auto states = unique_states(outcomes, members);
  std::map<std::vector<std::uint16_t>, std::size_t> known;
  for (std::size_t i = 0; i < outcomes.items(); ++i) {
    std::vector<std::uint16_t> key;
    for (std::size_t g : members) key.push_back(outcomes(i, g).token);
    const auto [at, is_new] = known.try_emplace(key, known.size());
    RC_ASSERT(states.state_of_item[i] == at->second);
    if (is_new) RC_ASSERT(states.first_item[at->second] == i);
  }
  RC_ASSERT(states.num_states() == known.size());
}

// The reference's MNIST exemplars are means of two pictures, in which the second weighs twice as
// much, and are not normalised (they sum to 3/2), so that rounding down 2p tells both pictures: the
// same states as those of pairs of hard outcomes. What it hands up is not an exemplar's state, but
// the posterior given the exemplar as soft evidence.
TEST(UniqueStates, StatesOfMnistExemplarsAgreeWithTheReferenceThroughTwoLevels) {
  const auto expected = test::golden("mnist400");
  const auto pictures = test::golden_outcomes(expected["outcomes"]);
  const auto exemplars =
      expected["exemplars"].get<std::vector<std::pair<std::size_t, std::size_t>>>();
  Outcomes pairs(exemplars.size(), 2 * pictures.modalities());
  for (std::size_t i = 0; i < exemplars.size(); ++i)
    for (std::size_t g = 0; g < pictures.modalities(); ++g) {
      pairs(i, 2 * g) = pictures(exemplars[i].first, g);
      pairs(i, 2 * g + 1) = pictures(exemplars[i].second, g);
    }
  /// ln Σ_o q_i(o) q_j(o) of the exemplars' outcomes q, which are also the likelihoods of the
  /// states; floored at −32.
  const auto log_match = [&](std::size_t i, std::size_t j, std::size_t g) {
    double match = 0;
    for (std::size_t a : {0, 1})
      for (std::size_t b : {0, 1})
        if (pairs(i, 2 * g + a) == pairs(j, 2 * g + b))
          match += 0.25 * static_cast<double>((1 + a) * (1 + b)) / 1.5;
    return match > 0 ? std::log(match) : -32;
  };

  const auto groups = expected["levels"][0]["groups"].get<std::vector<std::vector<std::size_t>>>();
  Outcomes handed_up(exemplars.size(), groups.size());
  std::vector<std::vector<std::size_t>> best(
      groups.size());  // most probable state, [group][exemplar]
  for (std::size_t f = 0; f < groups.size(); ++f) {
    std::vector<std::size_t> members;
    for (std::size_t g : groups[f]) members.insert(members.end(), {2 * g, 2 * g + 1});
    const auto states = unique_states(pairs, members);
    ASSERT_EQ(states.num_states(), expected["levels"][0]["states"][f]) << "group " << f;
    for (std::size_t i = 0; i < exemplars.size(); ++i) {
      std::vector<double> evidence(states.num_states());
      for (std::size_t s = 0; s < evidence.size(); ++s)
        for (std::size_t g : groups[f]) evidence[s] += log_match(i, states.first_item[s], g);
      const auto posterior = softmax(evidence);
      handed_up.set_soft(i, f, posterior);
      best[f].push_back(
          static_cast<std::size_t>(std::ranges::max_element(posterior) - posterior.begin()));
    }
  }
  const auto& above = expected["levels"][1];
  for (std::size_t f = 0; f < above["groups"].size(); ++f) {
    const auto members = above["groups"][f].get<std::vector<std::size_t>>();
    const auto states = unique_states(handed_up, members);
    ASSERT_EQ(states.num_states(), above["states"][f]) << "group " << f;
    for (std::size_t g : members)
      for (std::size_t s = 0; s < states.num_states(); ++s)
        EXPECT_EQ(best[g][states.first_item[s]], above["outcome_of_state"][g][s])
            << "group " << g << ", state " << s;
  }
}

}  // namespace
}  // namespace rgm
