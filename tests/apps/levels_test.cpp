#include "figures/levels.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rgm::app {
namespace {

/// A group with so many states and paths, dense, each of whose counts is 1.
Factor group(std::size_t states, std::size_t paths) {
  const std::vector<std::size_t> outcomes{3};
  const std::vector<double> concentrations{0.5};
  Factor factor;
  factor.likelihood = Likelihood(outcomes, concentrations, states);
  for (double& count : factor.likelihood.counts().values()) count = 1;
  factor.num_paths = paths;
  return factor;
}

/// Two groups below one.
Hierarchy small_tree() {
  Hierarchy tree;
  tree.levels.resize(2);
  tree.levels[0].modalities.resize(2);
  tree.levels[0].factors = {group(4, 1), group(1200, 2)};
  tree.levels[0].time_scale = 2;
  tree.levels[1].modalities.resize(3);
  tree.levels[1].factors = {group(5, 1)};
  return tree;
}

TEST(LevelsTest, OneDescriptionOfOneTreeOrMany) {
  const std::vector<Hierarchy> trees{small_tree(), small_tree()};
  const auto levels = summarise_levels(trees, 4);
  ASSERT_EQ(levels.size(), 2U);
  EXPECT_EQ(levels[0].name, "0");
  EXPECT_EQ(levels[0].groups, 4U);
  EXPECT_EQ(levels[0].modalities, 4U);
  EXPECT_EQ(levels[0].states.text(), "4–1,200");
  EXPECT_EQ(levels[0].paths.text(), "1–2");
  EXPECT_EQ(levels[0].parameters, 2U * 3 * 1204);
  EXPECT_EQ(levels[0].counts, 2.0 * 3 * 1204);
  EXPECT_EQ(levels[0].episode, "8");
  EXPECT_EQ(levels[1].groups, 2U);
  EXPECT_EQ(levels[1].states.text(), "5");
  EXPECT_EQ(levels[1].episode, "chain");
}

TEST(LevelsTest, TheClassStandsAtTheRootOfASharedTree) {
  ImageModel model;
  model.trees = {small_tree()};
  model.class_names = {"bird", "ball"};
  EXPECT_EQ(summarise_levels(model)[0].name, "0");
  EXPECT_EQ(summarise_levels(model)[1].name, "1 (class)");
  EXPECT_NE(levels_text(model).find("1 (class)"), std::string::npos);
  model.trees.push_back(small_tree());
  EXPECT_EQ(summarise_levels(model)[1].name, "1");
}

TEST(LevelsTest, FiguresNameEveryGroup) {
  const auto figures = levels_figures(small_tree()).text();
  EXPECT_NE(figures.find("\"states\": [\n      4,\n      1200\n    ]"), std::string::npos)
      << figures;
  EXPECT_NE(figures.find("\"time_scale\": 2"), std::string::npos);
}

}  // namespace
}  // namespace rgm::app
