#include "rgm/learning/active_learning.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <ostream>
#include <string>
#include <vector>

#include "rgm/math/information.h"
#include "support/learning_support.h"

namespace rgm {
namespace {

using test::close;
using test::error_of;
using test::expect_close;
using test::random_outcomes;
using test::random_roots;
using test::random_tree;

/// A mapping's whole table, background included.
Matrix<double> table_of(const Likelihood& likelihood, std::size_t g) {
  Matrix<double> table(likelihood.num_outcomes(g), likelihood.num_states(),
                       likelihood.concentration(g));
  for (std::size_t o = 0; o < table.rows(); ++o)
    for (std::size_t s = 0; s < table.cols(); ++s)
      table(o, s) += likelihood.counts()(likelihood.offset(g) + o, s);
  return table;
}

void for_each_mapping(
    const Hierarchy& hierarchy,
    const std::function<void(std::size_t level, std::size_t factor, std::size_t g)>& visit) {
  for (std::size_t n = 0; n < hierarchy.levels.size(); ++n)
    for (std::size_t f = 0; f < hierarchy.levels[n].factors.size(); ++f)
      for (std::size_t g = 0; g < hierarchy.levels[n].factors[f].likelihood.num_modalities(); ++g)
        visit(n, f, g);
}

/// Active learning as its equations stand: expected counts by enumeration, information from whole
/// tables, counts as they are. A mapping of which nothing was observed neither learns nor forgets.
struct DirectLearner {
  Hierarchy hierarchy;
  ActiveOptions options;
  double acceptance = 0;

  double learn(const Outcomes& outcomes, std::size_t item, int root_state) {
    const auto truth =
        test::JointDistribution(hierarchy).infer(outcomes, item, root_state, options.reading);
    std::size_t mappings = 0;
    acceptance = 0;
    for_each_mapping(hierarchy, [&](std::size_t n, std::size_t f, std::size_t g) {
      ++mappings;
      auto& likelihood = hierarchy.levels[n].factors[f].likelihood;
      const auto before = table_of(likelihood, g);
      auto after = before;
      double added = 0;
      for (std::size_t o = 0; o < after.rows(); ++o)
        for (std::size_t s = 0; s < after.cols(); ++s) {
          const double delta = truth.counts[n][f](likelihood.offset(g) + o, s);
          after(o, s) += delta;
          added += delta;
        }
      if (added == 0) return;
      const double gain = mutual_information(after) - mutual_information(before);
      const double accept = 1 / (1 + std::exp(-options.precision * gain));
      const double keep = options.capacity / (options.capacity + accept);
      for (std::size_t o = 0; o < after.rows(); ++o)
        for (std::size_t s = 0; s < after.cols(); ++s) {
          double& a = likelihood.counts()(likelihood.offset(g) + o, s);
          a = (a + accept * truth.counts[n][f](likelihood.offset(g) + o, s)) * keep;
        }
      likelihood.set_concentration(g, likelihood.concentration(g) * keep);
      acceptance += accept;
    });
    acceptance /= static_cast<double>(mappings);
    return std::log(truth.evidence);
  }
};

void expect_same_mappings(const Hierarchy& actual, const Hierarchy& expected, double tolerance) {
  for_each_mapping(expected, [&](std::size_t n, std::size_t f, std::size_t g) {
    SCOPED_TRACE("level " + std::to_string(n) + ", factor " + std::to_string(f) + ", modality " +
                 std::to_string(g));
    expect_close(table_of(actual.levels[n].factors[f].likelihood, g),
                 table_of(expected.levels[n].factors[f].likelihood, g), tolerance);
  });
}

struct ActiveCase {
  double precision,
      tolerance;  ///< a hard gate magnifies the rounding of messages, which are of single precision
};

void PrintTo(const ActiveCase& c, std::ostream* out) { *out << "Beta" << c.precision; }

class Precision : public testing::TestWithParam<ActiveCase> {};

TEST_P(Precision, AgreesWithTheEquations) {
  Random random(1);
  constexpr std::size_t kItems = 30;
  for (std::size_t t = 0; t < 12; ++t) {
    SCOPED_TRACE("tree " + std::to_string(t));
    const auto hierarchy = random_tree(random, {.max_bottom_factors = 3, .max_states = 3});
    const auto outcomes = random_outcomes(random, hierarchy, kItems);
    const auto roots = random_roots(random, hierarchy, kItems);
    const ActiveOptions options{GetParam().precision, 20, 0,
                                t % 2 ? SoftReading::kCount : SoftReading::kLikelihood};
    ActiveLearner learner(hierarchy, options);
    DirectLearner direct{hierarchy, options};
    for (std::size_t i = 0; i < kItems; ++i) {
      EXPECT_TRUE(close(learner.learn(outcomes, i, roots[i]), direct.learn(outcomes, i, roots[i]),
                        GetParam().tolerance));
      EXPECT_TRUE(close(learner.acceptance(), direct.acceptance, GetParam().tolerance))
          << "item " << i;
    }
    expect_same_mappings(learner.hierarchy(), direct.hierarchy, GetParam().tolerance);
    EXPECT_EQ(learner.hierarchy().initial_state_counts, hierarchy.initial_state_counts);
  }
}

INSTANTIATE_TEST_SUITE_P(ActiveLearner, Precision,
                         testing::Values(ActiveCase{0, 1e-5}, ActiveCase{8, 1e-4},
                                         ActiveCase{512, 2e-3}),
                         testing::PrintToStringParamName());

/// Hard outcomes of every modality.
Outcomes hard_outcomes(Random& random, const Hierarchy& hierarchy, std::size_t items) {
  Outcomes outcomes(items, hierarchy.num_modalities());
  for (std::size_t i = 0; i < items; ++i)
    for (const auto& modality : hierarchy.levels[0].modalities)
      outcomes(i, modality.source) = {
          static_cast<std::uint16_t>(random.index(modality.num_outcomes)), 0};
  return outcomes;
}

TEST(ActiveLearner, WithoutPrecisionAcceptsHalfOfEverything) {
  Random random(2);
  const auto hierarchy = random_tree(random, {.min_levels = 3});
  const auto outcomes = hard_outcomes(random, hierarchy, 20);
  ActiveLearner learner(hierarchy, {.precision = 0});
  for (std::size_t i = 0; i < 20; ++i) {
    learner.learn(outcomes, i);
    EXPECT_NEAR(learner.acceptance(), 0.5, 1e-12);
  }
}

TEST(ActiveLearner, TotalCountsTendToTheCapacity) {
  Random random(3);
  for (const double capacity : {3.0, 12.0}) {
    const auto hierarchy = random_tree(random, {.min_levels = 2});
    const auto outcomes = hard_outcomes(random, hierarchy, 50);
    ActiveLearner learner(hierarchy, {.precision = 0, .capacity = capacity, .state_cut = 0});
    for (std::size_t i = 0; i < 500; ++i) learner.learn(outcomes, i % 50);
    const auto learnt = learner.hierarchy();
    for_each_mapping(learnt, [&](std::size_t n, std::size_t f, std::size_t g) {
      const auto table = table_of(learnt.levels[n].factors[f].likelihood, g);
      EXPECT_NEAR(std::accumulate(table.values().begin(), table.values().end(), 0.0), capacity,
                  1e-4 * capacity);
    });
  }
}

/// So many items that the common scale of a mapping is folded into its counts again and again.
TEST(ActiveLearner, ForgettingForLongKeepsProbabilities) {
  Random random(4);
  const auto hierarchy = random_tree(
      random, {.min_levels = 2, .max_levels = 2, .max_bottom_factors = 2, .max_states = 3});
  const auto outcomes = hard_outcomes(random, hierarchy, 20);
  const ActiveOptions options{0, 2, 0, SoftReading::kCount};  // a scale of 0.8 an item
  ActiveLearner learner(hierarchy, options);
  DirectLearner direct{hierarchy, options};
  for (std::size_t i = 0; i < 800; ++i) {
    const double expected = direct.learn(outcomes, i % 20, -1);
    EXPECT_TRUE(close(learner.learn(outcomes, i % 20), expected, 1e-3)) << "item " << i;
  }
  expect_same_mappings(learner.hierarchy(), direct.hierarchy, 1e-4);
  EXPECT_NO_THROW(learner.hierarchy().validate());
}

/// What is improbable, however much, stays possible: after thousands of items in which each class
/// has its own state and outcome, an item of the other class's outcome can still be learnt.
TEST(ActiveLearner, NothingPossibleBecomesImpossible) {
  const std::vector<std::size_t> two{2};
  const std::vector<double> concentrations{0.1};
  Likelihood likelihood(two, concentrations, 2);
  likelihood.counts()(0, 0) = likelihood.counts()(1, 1) = 10;
  Hierarchy hierarchy;
  for (const auto kind : {Modality::Kind::kOutcome, Modality::Kind::kInitialState})
    hierarchy.levels.push_back({{{kind, 0, 2}}, {{{0}, likelihood, 1, {}, 0, 0}}, 1});
  hierarchy.initial_state_counts = {1, 1};
  Outcomes outcomes(2, 1);
  outcomes(0, 0) = {0, 0};
  outcomes(1, 0) = {1, 0};
  ActiveLearner learner(hierarchy, {.precision = 0, .capacity = 8});
  for (std::size_t i = 0; i < 6000; ++i) learner.learn(outcomes, i % 2, static_cast<int>(i % 2));
  for (const int other : {1, 0}) {
    const double surprised = learner.learn(outcomes, static_cast<std::size_t>(1 - other), other);
    EXPECT_TRUE(std::isfinite(surprised));
    EXPECT_LT(surprised, -50);
  }
}

TEST(ActiveLearner, SparseLikelihoodsLearnTheSameAsDenseOnes) {
  Random random(9);
  const auto hierarchy = random_tree(random);
  const auto outcomes = random_outcomes(random, hierarchy, 10);
  ActiveLearner learner(hierarchy, {}), sparse(test::sparse(hierarchy), {});
  for (std::size_t i = 0; i < 10; ++i)
    EXPECT_EQ(learner.learn(outcomes, i), sparse.learn(outcomes, i));
  EXPECT_TRUE(sparse.hierarchy() == learner.hierarchy());
}

TEST(ActiveLearner, LearnsPossibleItemsBeyondSinglePrecision) {
  ActiveLearner learner(test::contradicted_tree(15), {.precision = 0});
  Outcomes outcomes(1, 30);
  for (std::size_t g = 0; g < 30; ++g) outcomes(0, g) = {static_cast<std::uint16_t>(g / 15), 0};
  EXPECT_NEAR(learner.learn(outcomes, 0), 15 * std::log(1e-4), 0.1);
  // Both states of the root explain it as well: half an item each, of which a half is accepted.
  const auto root = learner.hierarchy().root().likelihood;
  for (std::size_t s = 0; s < 2; ++s) EXPECT_NEAR(root.counts()(s, s), 1.25 * 1024 / 1024.5, 1e-3);
}

TEST(ActiveLearner, TablesAreThoseOfTheHierarchy) {
  Random random(6);
  const auto hierarchy = random_tree(random, {.min_levels = 3});
  const auto outcomes = random_outcomes(random, hierarchy, 40);
  ActiveLearner learner(hierarchy, {.precision = 8, .capacity = 10, .state_cut = 0});
  for (std::size_t i = 0; i < 40; ++i) learner.learn(outcomes, i);
  const TreeTables<float> made_anew(learner.hierarchy());
  for (std::size_t n = 0; n < made_anew.num_levels(); ++n)
    for (std::size_t f = 0; f < made_anew.level(n).size(); ++f)
      expect_close(learner.tables().level(n)[f].probability, made_anew.level(n)[f].probability,
                   1e-6);
}

TEST(ActiveLearner, LearnsClassesGivenAtTheRoot) {
  Random random(7);
  Hierarchy hierarchy;
  const std::vector<std::size_t> outcomes_of_each{4};
  const std::vector<double> concentrations{0.1};
  Level level{{{Modality::Kind::kOutcome, 0, 4}}, {}, 1};
  level.factors.push_back({{0}, Likelihood(outcomes_of_each, concentrations, 2), 1, {}, 0, 0});
  for (double& a : level.factors[0].likelihood.counts().values()) a = 0.01 * random.uniform();
  hierarchy.levels.push_back(level);
  hierarchy.initial_state_counts = {1, 1};
  Outcomes outcomes(4, 1);
  for (std::uint16_t o = 0; o < 4; ++o) outcomes(o, 0) = {o, 0};
  ActiveLearner learner(hierarchy, {.precision = 512, .capacity = 100});
  for (std::size_t i = 0; i < 80; ++i)
    learner.learn(outcomes, i % 4, i % 4 < 2 ? 0 : 1);  // outcomes 0, 1 | 2, 3
  const auto joint = root_log_joint(learner.tables(), ItemSet::all(outcomes), {});
  for (std::size_t o = 0; o < 4; ++o)
    EXPECT_EQ(joint(o, 0) > joint(o, 1), o < 2) << "outcome " << o;
}

TEST(ActiveLearner, RefusesBadOptionsAndItems) {
  Random random(8);
  const auto hierarchy = random_tree(random);
  const auto outcomes = random_outcomes(random, hierarchy, 2);
  const auto error = [&](const ActiveOptions& options) {
    return error_of([&] { ActiveLearner(hierarchy, options).learn(outcomes, 0); });
  };
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(error({}), "");
  for (const double bad : {-1.0, kNan})
    EXPECT_NE(error({.precision = bad}).find("precision"), std::string::npos);
  for (const double bad : {0.0, -1.0, kNan})
    EXPECT_NE(error({.capacity = bad}).find("capacity"), std::string::npos);
  for (const double bad : {-0.1, 1.0, kNan})
    EXPECT_NE(error({.state_cut = bad}).find("state_cut"), std::string::npos);
  ActiveLearner learner(hierarchy, {});
  EXPECT_NE(error_of([&] { learner.learn(outcomes, 2); }).find("item"), std::string::npos);
  EXPECT_NE(error_of([&] { learner.learn(outcomes, 0, 99); }).find("root state"),
            std::string::npos);
  EXPECT_EQ(error_of([&] { learner.learn(outcomes, 1); }), "");
}

}  // namespace
}  // namespace rgm
