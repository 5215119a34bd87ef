#include "rgm/inference/tree_tables.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "inference/tree_support.h"
#include "rgm/inference/tree.h"

namespace rgm {
namespace {

using test::all_items;
using test::close;
using test::error_of;
using test::Inference;
using test::kTolerance;
using test::random_outcomes;
using test::random_tree;
using test::Star;

template <class Real>
class TreeTablesTest : public testing::Test {};
TYPED_TEST_SUITE(TreeTablesTest, test::Precisions);

TYPED_TEST(TreeTablesTest, SetColumnAndRootPriorEqualNewTables) {
  Random random(6);
  for (int t = 0; t < 20; ++t) {
    Hierarchy hierarchy = random_tree(random);
    TreeTables<TypeParam> tables(hierarchy);
    for (std::size_t n = 0; n < hierarchy.levels.size(); ++n)
      for (std::size_t f = 0; f < hierarchy.levels[n].factors.size(); ++f) {
        auto& likelihood = hierarchy.levels[n].factors[f].likelihood;
        const std::size_t g = random.index(likelihood.num_modalities()),
                          s = random.index(likelihood.num_states());
        std::vector<double> counts(likelihood.num_outcomes(g));
        for (std::size_t o = 0; o < counts.size(); ++o) {
          likelihood.counts()(likelihood.offset(g) + o, s) += 3 * random.uniform();
          counts[o] =
              likelihood.counts()(likelihood.offset(g) + o, s) + likelihood.concentration(g);
        }
        tables.set_column(n, f, g, s, counts);
      }
    hierarchy.initial_state_counts.front() += 2;
    tables.set_root_prior(hierarchy.initial_state_counts);
    const Outcomes outcomes = random_outcomes(random, hierarchy, 3);
    const auto items = all_items(outcomes);
    TreeBeliefs<TypeParam> beliefs;
    upward(tables, outcomes, items, {}, SoftReading::kLikelihood, beliefs);
    const Inference<TypeParam> fresh(hierarchy, outcomes, items);
    for (std::size_t i = 0; i < items.size(); ++i)
      EXPECT_TRUE(close(beliefs.log_evidence[i], fresh.beliefs.log_evidence[i],
                        kTolerance<TypeParam> / 100));
  }
}

TYPED_TEST(TreeTablesTest, SequencesAreErrors) {
  Star star({0}, 0.1);
  star.hierarchy.levels[0].time_scale = 2;
  star.hierarchy.levels[0].factors[0].transition = Transition(2, 1);
  EXPECT_NE(error_of([&] { TreeTables<TypeParam> tables(star.hierarchy); }).find("level 0"),
            std::string::npos);
}

}  // namespace
}  // namespace rgm
