// Learning online compared with the reference on a small hierarchy of still images. The reference
// infers approximately: it passes a child's posterior (prior included) upwards as an outcome, and
// updates factors one at a time. Our inference is exact (tests/inference checks it against
// enumeration), so results differ; the bounds below are what was measured.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <string>

#include "rgm/learning/active_learning.h"
#include "rgm/learning/expectation_maximisation.h"
#include "rgm/math/special.h"
#include "rgm/structure/renormalise.h"
#include "support/golden.h"

namespace rgm {
namespace {

constexpr double kCapacity = 512;
constexpr std::size_t kItems = 12, kLevels = 3;
constexpr std::array kClasses{0, 0, 0, 1, 1, 1, -1, -1, -1, -1, -1, -1};

/// Adds Δ to every mapping and forgets: the reference at β = 0, which learns always (the formula
/// would learn half).
void learn_all(Hierarchy& hierarchy, const ItemSet& item, const InferenceOptions& inference) {
  constexpr double kKeep = kCapacity / (kCapacity + 1);
  const auto added = expected_counts(TreeTables<double>(hierarchy), item, inference);
  for (std::size_t n = 0; n < kLevels; ++n)
    for (std::size_t f = 0; f < hierarchy.levels[n].factors.size(); ++f) {
      auto& likelihood = hierarchy.levels[n].factors[f].likelihood;
      auto counts = likelihood.counts().values();
      for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] = (counts[i] + added.levels[n][f].values()[i]) * kKeep;
      for (std::size_t g = 0; g < likelihood.num_modalities(); ++g)
        likelihood.set_concentration(g, likelihood.concentration(g) * kKeep);
    }
}

/// Calls `visit(g, table)` with every mapping of a level, background included; g is its modality.
void for_each_mapping(const Level& level,
                      const std::function<void(std::size_t, const Matrix<double>&)>& visit) {
  for (const auto& factor : level.factors)
    for (std::size_t i = 0; i < factor.modalities.size(); ++i) {
      const auto& likelihood = factor.likelihood;
      Matrix<double> table(likelihood.num_outcomes(i), likelihood.num_states(),
                           likelihood.concentration(i));
      for (std::size_t o = 0; o < table.rows(); ++o)
        for (std::size_t s = 0; s < table.cols(); ++s)
          table(o, s) += likelihood.counts()(likelihood.offset(i) + o, s);
      visit(factor.modalities[i], table);
    }
}

std::vector<double> totals(const Level& level) {
  std::vector<double> result(level.modalities.size());
  for_each_mapping(level, [&](std::size_t g, const Matrix<double>& table) {
    for (double a : table.values()) result[g] += a;
  });
  return result;
}

/// Mean P_1 of a level's mappings, from T' = (T + P_1) η / (η + P_1).
double mean_acceptance(const std::vector<double>& before, const std::vector<double>& after) {
  double sum = 0;
  for (std::size_t g = 0; g < before.size(); ++g)
    sum += kCapacity * (after[g] - before[g]) / (kCapacity - after[g]);
  return sum / static_cast<double>(before.size());
}

/// Largest differences from the reference: of the class posterior (items whose class is not given;
/// all, and but the last), of a level's mean acceptance (all items, and the first nine), and of
/// counts after the last item, as a share of all counts.
struct Differences {
  double posterior = 0, early_posterior = 0;
  std::array<double, kLevels> acceptance{}, early_acceptance{}, counts{};
};

Differences differences_from_reference(int precision) {
  const auto expected = test::golden("still_learning");
  const auto& run = expected["runs"][std::to_string(precision)];
  const auto items = test::golden_outcomes(expected["items"]);
  std::vector<Location> locations;
  for (const auto& location : expected["levels"][0]["locations"])
    locations.push_back({location[0], location[1]});
  auto hierarchy = renormalise(test::golden_outcomes(expected["exemplars"]), 5, locations, {},
                               std::vector{0, 0, 0, 0, 1, 1, 1, 1}, 2);
  for (auto& level : hierarchy.levels)
    for (auto& factor : level.factors)
      for (std::size_t g = 0; g < factor.modalities.size(); ++g)
        factor.likelihood.set_concentration(g, 1.0 / 16);

  Differences result;
  const InferenceOptions inference{SoftReading::kLikelihood, 1};
  ActiveLearner learner(hierarchy,
                        {static_cast<double>(precision), kCapacity, 0, SoftReading::kLikelihood});
  std::array<std::vector<double>, kLevels> before, reference_before;
  for (std::size_t n = 0; n < kLevels; ++n)
    before[n] = reference_before[n] = totals(hierarchy.levels[n]);
  for (std::size_t i = 0; i < kItems; ++i) {
    const ItemSet item{&items, {i}, {kClasses[i]}, {}};
    if (kClasses[i] < 0) {
      const auto posterior =
          softmax(root_log_joint(TreeTables<double>(hierarchy), item, inference).row(0));
      const double difference =
          std::abs(posterior[0] - run["class_posteriors"][i][0].get<double>());
      result.posterior = std::max(result.posterior, difference);
      if (i + 1 < kItems) result.early_posterior = std::max(result.early_posterior, difference);
    }
    if (precision == 0) {
      learn_all(hierarchy, item, inference);
    } else {
      learner.learn(items, i, kClasses[i]);
      hierarchy = learner.hierarchy();
    }
    for (std::size_t n = 0; n < kLevels; ++n) {
      const auto after = totals(hierarchy.levels[n]);
      const auto reference_after = run["totals"][i][n].get<std::vector<double>>();
      const double difference = std::abs(mean_acceptance(before[n], after) -
                                         mean_acceptance(reference_before[n], reference_after));
      result.acceptance[n] = std::max(result.acceptance[n], difference);
      if (i < 9) result.early_acceptance[n] = std::max(result.early_acceptance[n], difference);
      before[n] = after;
      reference_before[n] = reference_after;
    }
  }
  for (std::size_t n = 0; n < kLevels; ++n) {
    double difference = 0, total = 0;
    for_each_mapping(hierarchy.levels[n], [&](std::size_t g, const Matrix<double>& table) {
      const auto reference = test::golden_matrix(run["counts"][n][g]);
      ASSERT_EQ(reference.rows(), table.rows());
      for (std::size_t k = 0; k < table.size(); ++k) {
        difference += std::abs(table.values()[k] - reference.values()[k]);
        total += reference.values()[k];
      }
    });
    result.counts[n] = difference / total;
  }
  return result;
}

void expect_within(const Differences& found, const Differences& bounds) {
  EXPECT_LT(found.posterior, bounds.posterior);
  EXPECT_LT(found.early_posterior, bounds.early_posterior);
  for (std::size_t n = 0; n < kLevels; ++n) {
    EXPECT_LT(found.acceptance[n], bounds.acceptance[n]) << "level " << n;
    EXPECT_LT(found.early_acceptance[n], bounds.early_acceptance[n]) << "level " << n;
    EXPECT_LT(found.counts[n], bounds.counts[n]) << "level " << n;
  }
}

// The class of the last item is the least certain; there the approximation shows.

TEST(GoldenLearning, WithoutChoice) {
  expect_within(differences_from_reference(0),
                {0.18, 0.005, {1e-6, 1e-6, 1e-6}, {1e-6, 1e-6, 1e-6}, {0.04, 0.07, 0.04}});
}

TEST(GoldenLearning, SoftChoice) {
  expect_within(differences_from_reference(4),
                {0.19, 0.01, {0.007, 0.035, 0.04}, {0.001, 0.007, 0.002}, {0.03, 0.05, 0.03}});
}

// A hard gate magnifies small differences of mutual information into whole counts.
TEST(GoldenLearning, HardGate) {
  expect_within(differences_from_reference(512),
                {0.18, 0.005, {0.07, 0.3, 0.16}, {0.015, 0.015, 0.07}, {0.05, 0.08, 0.03}});
}

}  // namespace
}  // namespace rgm
