#include "rgm/math/information.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "support/golden.h"

namespace rgm {
namespace {

Matrix<double> random_counts(Random& random, double zeros) {
  Matrix<double> counts(1 + random.index(8), 1 + random.index(8));
  for (double& a : counts.values()) a = random.uniform() < zeros ? 0 : 10 * random.uniform();
  counts(0, 0) += 0.1;
  return counts;
}

std::vector<double> normalised(std::vector<double> x) {
  const double total = std::accumulate(x.begin(), x.end(), 0.0);
  for (double& value : x) value /= total;
  return x;
}

TEST(Entropy, AgreesWithTheReference) {
  EXPECT_EQ(entropy(std::vector{0.0, 1.0}), 0);
  EXPECT_DOUBLE_EQ(entropy(std::vector<double>(4, 0.25)), std::log(4.0));
  int compared = 0;
  for (const auto& example : test::golden("primitives")) {
    const auto counts = test::golden_matrix(example["counts"]),
               expected = test::golden_matrix(example["neg_entropy"]);
    for (std::size_t s = 0; s < counts.cols(); ++s) {
      std::vector<double> column;
      for (std::size_t o = 0; o < counts.rows(); ++o) column.push_back(counts(o, s));
      if (std::accumulate(column.begin(), column.end(), 0.0) == 0)
        continue;  // uniform to the reference
      EXPECT_NEAR(entropy(normalised(column)), -expected(0, s), 1e-13);
      ++compared;
    }
  }
  EXPECT_EQ(compared, 19);
}

TEST(KlDivergence, ZerosAndSizes) {
  EXPECT_EQ(kl_divergence(std::vector{0.0, 1.0}, std::vector{0.5, 0.5}), std::log(2.0));
  EXPECT_EQ(kl_divergence(std::vector{0.5, 0.5}, std::vector{0.0, 1.0}),
            std::numeric_limits<double>::infinity());
  EXPECT_THROW(kl_divergence(std::vector{1.0}, std::vector{0.5, 0.5}), Error);
}

TEST(KlDirichlet, AgreesWithTheReferenceSummedOverColumns) {
  int compared = 0;
  for (const auto& example : test::golden("primitives")) {
    const auto a = test::golden_matrix(example["counts"]),
               b = test::golden_matrix(example["other_counts"]);
    if (*std::ranges::min_element(a.values()) <= 0)
      continue;  // the reference adds a little to zeros
    double ab = 0, ba = 0;
    for (std::size_t s = 0; s < a.cols(); ++s) {
      std::vector<double> q, p;
      for (std::size_t o = 0; o < a.rows(); ++o) {
        q.push_back(a(o, s));
        p.push_back(b(o, s));
      }
      ab += kl_dirichlet(q, p);
      ba += kl_dirichlet(p, q);
    }
    EXPECT_NEAR(ab / example["kl_dirichlet"].get<double>(), 1, 1e-13);
    EXPECT_NEAR(ba / example["kl_dirichlet_reversed"].get<double>(), 1, 1e-13);
    ++compared;
  }
  EXPECT_EQ(compared, 2);
  EXPECT_THROW(kl_dirichlet(std::vector{1.0, 0.0}, std::vector{1.0, 1.0}), Error);
}

RC_GTEST_PROP(KlDirichlet, IsNotNegativeAndVanishesBetweenEquals, (std::uint64_t seed)) {
  Random random(seed);
  std::vector<double> q(1 + random.index(6)), p(q.size());
  for (auto* counts : {&q, &p})
    for (double& a : *counts) a = 0.01 + 20 * random.uniform();
  RC_ASSERT(kl_dirichlet(q, p) > -1e-12);
  RC_ASSERT(std::abs(kl_dirichlet(q, q)) < 1e-12);
}

TEST(MutualInformation, AgreesWithTheReference) {
  for (const auto& example : test::golden("primitives"))
    EXPECT_NEAR(mutual_information(test::golden_matrix(example["counts"])),
                example["mutual_information"].get<double>(), 2e-12);
}

TEST(MutualInformation, ExtremesAndErrors) {
  Matrix<double> identity(5, 5);
  for (std::size_t i = 0; i < 5; ++i) identity(i, i) = 3;
  EXPECT_NEAR(mutual_information(identity), std::log(5.0), 1e-14);
  EXPECT_NEAR(mutual_information(Matrix<double>(4, 7, 0.3)), 0, 1e-14);
  EXPECT_EQ(mutual_information(Matrix<double>(2, 2)), 0);
  EXPECT_THROW(mutual_information(Matrix<double>(1, 1, -1.0)), Error);
}

RC_GTEST_PROP(MutualInformation, IsTheDivergenceFromIndependence, (std::uint64_t seed)) {
  Random random(seed);
  const auto counts = random_counts(random, 0.4);
  std::vector<double> rows(counts.rows()), columns(counts.cols()), joint, independent;
  const double total = std::accumulate(counts.values().begin(), counts.values().end(), 0.0);
  for (std::size_t o = 0; o < counts.rows(); ++o)
    for (std::size_t s = 0; s < counts.cols(); ++s) {
      rows[o] += counts(o, s) / total;
      columns[s] += counts(o, s) / total;
    }
  for (std::size_t o = 0; o < counts.rows(); ++o)
    for (std::size_t s = 0; s < counts.cols(); ++s) {
      joint.push_back(counts(o, s) / total);
      independent.push_back(rows[o] * columns[s]);
    }
  RC_ASSERT(std::abs(mutual_information(counts) - kl_divergence(joint, independent)) < 1e-12);
  RC_ASSERT(mutual_information(counts) < std::min(entropy(rows), entropy(columns)) + 1e-12);
}

RC_GTEST_PROP(MutualInformation, DoesNotDependOnScaleOrOrientation, (std::uint64_t seed)) {
  Random random(seed);
  const auto counts = random_counts(random, 0.2);
  Matrix<double> other(counts.cols(), counts.rows());
  for (std::size_t o = 0; o < counts.rows(); ++o)
    for (std::size_t s = 0; s < counts.cols(); ++s) other(s, o) = 7.5 * counts(o, s);
  RC_ASSERT(std::abs(mutual_information(counts) - mutual_information(other)) < 1e-12);
}

}  // namespace
}  // namespace rgm
