#include "rgm/model/canonical.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/random_sequence.h"
#include "support/random_tree.h"

namespace rgm {
namespace {

TEST(Canonical, HasOneOrderOfModalitiesAndArcs) {
  const auto two_ways = [](bool other) {
    Hierarchy tree;
    tree.initial_state_counts = {1, 2};
    auto& level = tree.levels.emplace_back();
    level.modalities = {{Modality::Kind::kOutcome, 0, 2}, {Modality::Kind::kOutcome, 1, 3}};
    auto& factor = level.factors.emplace_back();
    factor.modalities = {0, 1};
    std::vector<std::size_t> outcomes{2, 3};
    std::vector<double> concentrations{0.5, 0.25};
    if (other) {
      std::swap(level.modalities[0], level.modalities[1]);
      factor.modalities = {1, 0};
    }
    factor.likelihood = other ? Likelihood(outcomes, concentrations, 2)
                              : Likelihood::sparse(outcomes, concentrations, 2);
    factor.likelihood.add(1, 2, 0, 3);
    factor.likelihood.add(0, 1, 1, 4);
    factor.transition = Transition(2, 1);
    factor.transition.add(other ? 0 : 1, 0, 0, other ? 2 : 5);
    factor.transition.add(other ? 1 : 0, 0, 0, other ? 5 : 2);
    tree.validate();
    return tree;
  };
  EXPECT_FALSE(two_ways(false) == two_ways(true));
  EXPECT_TRUE(canonical(two_ways(false)) == canonical(two_ways(true)));
  auto more = two_ways(true);
  more.levels[0].factors[0].likelihood.add(0, 0, 0, 1);
  EXPECT_FALSE(canonical(more) == canonical(two_ways(false)));
}

RC_GTEST_PROP(Canonical, IsValidAndItsOwnForm, (std::uint64_t seed)) {
  Random random(seed);
  for (const auto& tree : {test::random_tree(random), test::random_sequence_tree(random)}) {
    const auto form = canonical(tree);
    form.validate();
    RC_ASSERT(canonical(form) == form);
    RC_ASSERT(canonical(test::sparse(tree)) == form);
    RC_ASSERT(form.num_modalities() == tree.num_modalities());
  }
}

}  // namespace
}  // namespace rgm
