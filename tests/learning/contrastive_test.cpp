#include "rgm/learning/contrastive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "rgm/math/special.h"
#include "support/learning_support.h"

namespace rgm {
namespace {

using test::close;
using test::error_of;
using test::expect_close;
using test::random_outcomes;
using test::random_tree;

/// Items 0 … n − 1 with random classes.
ItemSet labelled(Random& random, const Outcomes& outcomes, std::size_t classes) {
  auto set = ItemSet::all(outcomes);
  for (std::size_t i = 0; i < outcomes.items(); ++i)
    set.root_states.push_back(static_cast<int>(random.index(classes)));
  return set;
}

/// Trees for the same outcomes, of one random shape and random counts.
std::vector<Hierarchy> random_trees(Random& random, std::size_t number) {
  std::vector<Hierarchy> trees(
      number, random_tree(random, {.min_levels = 2, .max_bottom_factors = 2, .max_states = 3}));
  for (auto& tree : trees)
    for (auto& level : tree.levels)
      for (auto& factor : level.factors)
        for (double& a : factor.likelihood.counts().values())
          a = random.uniform() < 0.3 ? 0 : 3 * random.uniform();
  return trees;
}

TEST(Contrastive, LogEvidenceOfTreesIsThatOfEnumeration) {
  Random random(1);
  const auto trees = random_trees(random, 3);
  const auto outcomes = random_outcomes(random, trees[0], 20);
  for (const auto reading : {SoftReading::kLikelihood, SoftReading::kCount}) {
    const auto actual = log_evidence_of_trees(trees, ItemSet::all(outcomes), {reading, 1});
    for (std::size_t k = 0; k < trees.size(); ++k) {
      const test::JointDistribution joint(trees[k]);
      for (std::size_t i = 0; i < outcomes.items(); ++i)
        EXPECT_TRUE(
            close(actual(i, k), std::log(joint.infer(outcomes, i, -1, reading).evidence), 1e-5));
    }
  }
}

/// One chunk: a ← max(0, a + c Σ_n (1[y_n = k] − p_nk) γ_n), with p and γ by enumeration; the root
/// keeps its prior count.
void direct_chunk(std::vector<Hierarchy>& trees, const ItemSet& set,
                  const ContrastiveOptions& options, double& right) {
  const auto reading = options.inference.reading;
  std::vector<test::EnumeratedCounts> of_item;
  std::vector<std::vector<Matrix<double>>> sums;
  const auto before = trees;
  for (std::size_t i = 0; i < set.items.size(); ++i) {
    std::vector<test::EnumeratedCounts> counts;
    std::vector<double> log_evidence;
    for (const auto& tree : before) {
      counts.emplace_back(tree, ItemSet{set.outcomes, {set.items[i]}, {}, {}}, reading);
      log_evidence.push_back(counts.back().log_evidence[0]);
    }
    const auto guess = softmax(log_evidence, options.temperature);
    const auto label = static_cast<std::size_t>(set.root_states[i]);
    right +=
        static_cast<std::size_t>(std::ranges::max_element(guess) - guess.begin()) == label ? 1 : 0;
    for (std::size_t k = 0; k < trees.size(); ++k) {
      const double weight = (label == k ? 1.0 : 0.0) - guess[k];
      if (std::abs(weight) < options.smallest_weight) continue;
      for (std::size_t n = 0; n < trees[k].levels.size(); ++n)
        for (std::size_t f = 0; f < trees[k].levels[n].factors.size(); ++f) {
          auto a = trees[k].levels[n].factors[f].likelihood.counts().values();
          for (std::size_t j = 0; j < a.size(); ++j)
            a[j] += options.rate * weight * counts[k].levels[n][f].values()[j];
        }
      for (std::size_t s = 0; s < counts[k].root.size(); ++s)
        trees[k].initial_state_counts[s] += options.rate * weight * counts[k].root[s];
    }
  }
  for (auto& tree : trees) {
    for (auto& level : tree.levels)
      for (auto& factor : level.factors)
        for (double& a : factor.likelihood.counts().values()) a = std::max(0.0, a);
    const double spread = 1 / static_cast<double>(tree.initial_state_counts.size());
    for (double& d : tree.initial_state_counts) d = std::max(spread, d);
  }
}

TEST(Contrastive, OnePassIsTheFormula) {
  Random random(2);
  for (std::size_t t = 0; t < 10; ++t) {
    SCOPED_TRACE("trees " + std::to_string(t));
    auto trees = random_trees(random, 2 + t % 2);
    auto expected = trees;
    for (auto& tree : expected)  // the clamp of the root holds from the first
      for (double& d : tree.initial_state_counts)
        d = std::max(d, 1 / static_cast<double>(tree.initial_state_counts.size()));
    for (std::size_t k = 0; k < trees.size(); ++k)
      trees[k].initial_state_counts = expected[k].initial_state_counts;
    auto outcomes = random_outcomes(random, trees[0], 11);
    for (std::size_t i = 0; i < 11; ++i)
      outcomes(i, 0) = {static_cast<std::uint16_t>(i % 2), 0};  // else some say nothing
    const auto set = labelled(random, outcomes, trees.size());
    ContrastiveOptions options{.chunk = 4, .temperature = 0.5, .rate = 0.7, .smallest_weight = 0.3};
    options.inference = {t % 2 ? SoftReading::kCount : SoftReading::kLikelihood, 1};

    std::vector<std::size_t> reports;
    const double accuracy = contrastive_pass(
        trees, set, options, [&](std::string_view, std::size_t done, std::size_t total) {
          EXPECT_EQ(total, 11U);
          reports.push_back(done);
        });
    double right = 0;
    for (std::size_t first = 0; first < 11; first += 4) {
      ItemSet chunk{&outcomes, {}, {}, {}};
      for (std::size_t i = first; i < std::min<std::size_t>(first + 4, 11); ++i) {
        chunk.items.push_back(i);
        chunk.root_states.push_back(set.root_states[i]);
      }
      direct_chunk(expected, chunk, options, right);
    }
    EXPECT_EQ(reports, (std::vector<std::size_t>{4, 8, 11}));
    EXPECT_DOUBLE_EQ(accuracy, right / 11);
    for (std::size_t k = 0; k < trees.size(); ++k) {
      for (std::size_t n = 0; n < trees[k].levels.size(); ++n)
        for (std::size_t f = 0; f < trees[k].levels[n].factors.size(); ++f)
          expect_close(trees[k].levels[n].factors[f].likelihood.counts(),
                       expected[k].levels[n].factors[f].likelihood.counts(), 1e-4);
      for (std::size_t s = 0; s < trees[k].initial_state_counts.size(); ++s)
        EXPECT_TRUE(
            close(trees[k].initial_state_counts[s], expected[k].initial_state_counts[s], 1e-4));
      EXPECT_NO_THROW(trees[k].validate());
    }
  }
}

TEST(Contrastive, CountsAreClampedAtZero) {
  Random random(3);
  auto trees = random_trees(random, 2);
  const auto outcomes = random_outcomes(random, trees[0], 40);
  const auto set = labelled(random, outcomes, 2);
  contrastive_pass(trees, set, {.temperature = 1, .rate = 1000});
  std::size_t zeros = 0;
  for (const auto& tree : trees) {
    EXPECT_NO_THROW(tree.validate());
    for (const double a : tree.levels[0].factors[0].likelihood.counts().values()) {
      EXPECT_GE(a, 0);
      zeros += a == 0;
    }
    for (const double d : tree.initial_state_counts) EXPECT_GT(d, 0);
  }
  EXPECT_GT(zeros, 0U);
}

TEST(Contrastive, NothingIsLearntFromSmallWeights) {
  Random random(4);
  auto trees = random_trees(random, 2);
  const auto before = trees;
  const auto outcomes = random_outcomes(random, trees[0], 10);
  contrastive_pass(trees, labelled(random, outcomes, 2), {.smallest_weight = 1.01});
  EXPECT_TRUE(trees == before);
}

TEST(Contrastive, SparseLikelihoodsLearnTheSameAsDenseOnes) {
  Random random(8);
  auto trees = random_trees(random, 2);
  std::vector<Hierarchy> sparse{test::sparse(trees[0]), test::sparse(trees[1])};
  const auto outcomes = random_outcomes(random, trees[0], 30);
  const auto set = labelled(random, outcomes, 2);
  contrastive_pass(trees, set, {.chunk = 10});
  contrastive_pass(sparse, set, {.chunk = 10});
  EXPECT_TRUE(sparse == trees);
}

TEST(Contrastive, BitsAreTheSameForAnyNumberOfThreads) {
  Random random(5);
  const auto before = random_trees(random, 3);
  const auto outcomes = random_outcomes(random, before[0], 700);
  const auto set = labelled(random, outcomes, 3);
  std::vector<Hierarchy> first;
  for (const int threads : {1, 2, 5}) {
    auto trees = before;
    ContrastiveOptions options{.chunk = 400};
    options.inference.threads = threads;
    contrastive_pass(trees, set, options);
    if (threads == 1)
      first = trees;
    else
      EXPECT_TRUE(trees == first) << threads << " threads";
  }
}

/// Two classes that differ in one modality of six, with trees that know little yet.
TEST(Contrastive, RaisesAccuracy) {
  Random random(6);
  const std::vector<std::size_t> outcomes_of(6, 3);
  const std::vector<double> concentrations(6, 0.1);
  Hierarchy tree;
  Level level;
  for (std::size_t g = 0; g < 6; ++g) level.modalities.push_back({Modality::Kind::kOutcome, g, 3});
  level.factors.push_back(
      {{0, 1, 2, 3, 4, 5}, Likelihood(outcomes_of, concentrations, 4), 1, {}, 0, 0});
  tree.levels.push_back(level);
  tree.initial_state_counts.assign(4, 1.0);
  std::vector<Hierarchy> trees(2, tree);
  for (auto& each : trees)
    for (double& a : each.levels[0].factors[0].likelihood.counts().values())
      a = 3 * random.uniform();

  Outcomes outcomes(400, 6);
  auto set = labelled(random, outcomes, 2);
  for (std::size_t i = 0; i < 400; ++i) {
    for (std::size_t g = 0; g < 6; ++g)
      outcomes(i, g) = {static_cast<std::uint16_t>(random.index(3)), 0};
    outcomes(i, 0).token =
        static_cast<std::uint16_t>(set.root_states[i] + static_cast<int>(random.uniform() < 0.05));
  }
  const ContrastiveOptions options{.chunk = 50, .temperature = 0.5, .rate = 1};
  const double before = contrastive_pass(trees, set, {.smallest_weight = 2});  // learns nothing
  double after = 0;
  for (int pass = 0; pass < 5; ++pass) after = contrastive_pass(trees, set, options);
  EXPECT_LT(before, 0.7);
  EXPECT_GT(after, 0.93);
}

TEST(Contrastive, RefusesBadInput) {
  Random random(7);
  auto trees = random_trees(random, 2);
  const auto before = trees;
  const auto outcomes = random_outcomes(random, trees[0], 3);
  const auto error = [&](const ItemSet& set, const ContrastiveOptions& options = {}) {
    return error_of([&] { contrastive_pass(trees, set, options); });
  };
  EXPECT_NE(error({&outcomes, {0, 1}, {0, 1}, {}}, {.chunk = 0}).find("chunk"), std::string::npos);
  EXPECT_NE(error({&outcomes, {0, 1}, {0}, {}}).find("2 items, got 1"), std::string::npos);
  EXPECT_NE(error(ItemSet::all(outcomes)).find("class"), std::string::npos);
  for (const int bad : {-1, 2})
    EXPECT_EQ(error({&outcomes, {0, 1}, {0, bad}, {}}),
              "contrastive: class: expected 0 to 1, got " + std::to_string(bad));
  EXPECT_NE(error({&outcomes, {}, {}, {}}), "");
  EXPECT_NE(error({&outcomes, {3}, {0}, {}}).find("item"), std::string::npos);
  EXPECT_TRUE(trees == before);
}

}  // namespace
}  // namespace rgm
