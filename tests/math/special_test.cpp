#include "rgm/math/special.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "rgm/base/error.h"
#include "support/golden.h"

namespace rgm {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> column(const Matrix<double>& m, std::size_t j) {
  std::vector<double> result;
  for (std::size_t i = 0; i < m.rows(); ++i) result.push_back(m(i, j));
  return result;
}

bool all_positive(const std::vector<double>& counts) {
  return std::ranges::all_of(counts, [](double a) { return a > 0; });
}

TEST(LogSumExp, LargeAndImpossibleEntries) {
  EXPECT_DOUBLE_EQ(log_sum_exp(std::vector{1000.0, 1000.0}), 1000 + std::log(2.0));
  EXPECT_DOUBLE_EQ(log_sum_exp(std::vector{-kInfinity, -3.0}), -3);
  EXPECT_EQ(log_sum_exp(std::vector{-kInfinity, -kInfinity}), -kInfinity);
  EXPECT_EQ(log_sum_exp({}), -kInfinity);
}

TEST(Softmax, AgreesWithTheReference) {
  for (const auto& example : test::golden("primitives")) {
    const auto x = test::golden_matrix(example["logits"]);
    const auto expected = test::golden_matrix(example["softmax"]),
               sharp = test::golden_matrix(example["softmax_512"]);
    for (std::size_t j = 0; j < x.cols(); ++j) {
      const auto p = softmax(column(x, j)), q = softmax(column(x, j), 512);
      for (std::size_t i = 0; i < x.rows(); ++i) {
        EXPECT_NEAR(p[i], expected(i, j), 1e-15);
        EXPECT_NEAR(q[i], sharp(i, j), 1e-13);
      }
    }
  }
}

TEST(Softmax, ImpossibleEntriesHaveNoProbability) {
  const auto p = softmax(std::vector{-kInfinity, 0.0, 0.0}, 0);
  EXPECT_EQ(p[0], 0);
  EXPECT_EQ(p[1], 0.5);
  EXPECT_THROW(softmax({}), Error);
  EXPECT_THROW(softmax(std::vector{-kInfinity}), Error);
  EXPECT_THROW(softmax(std::vector{0.0}, -1), Error);
}

RC_GTEST_PROP(Softmax, IsADistributionWithTheOddsOfItsArgument, ()) {
  const auto raw =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-300, 300)));
  std::vector<double> x;
  for (int value : raw) x.push_back(value / 100.0);
  const double precision = *rc::gen::inRange(0, 40) / 10.0;
  const auto p = softmax(x, precision);
  RC_ASSERT(std::abs(std::accumulate(p.begin(), p.end(), 0.0) - 1) <
            1e-14 * static_cast<double>(x.size() + 1));
  for (std::size_t i = 0; i < x.size(); ++i)
    RC_ASSERT(std::abs(std::log(p[i] / p[0]) - precision * (x[i] - x[0])) < 1e-12);
}

TEST(Digamma, KnownValuesAndDomain) {
  EXPECT_NEAR(digamma(1), -0.57721566490153286, 1e-15);
  EXPECT_NEAR(digamma(0.5), -1.9635100260214235, 1e-15);
  EXPECT_NEAR(digamma(10), 2.2517525890667211, 1e-15);
  EXPECT_NEAR(digamma(1e-8), -1e8 - 0.57721566, 1e-7);
  EXPECT_NEAR(digamma(1e9), std::log(1e9) - 0.5e-9, 1e-14);
  for (double x : {0.0, -1.5, kInfinity, std::nan("")}) EXPECT_THROW(digamma(x), Error);
}

TEST(Digamma, ExpectedLogProbabilitiesOfADirichletAgreeWithTheReference) {
  for (const auto& example : test::golden("primitives")) {
    const auto counts = test::golden_matrix(example["counts"]),
               expected = test::golden_matrix(example["digamma"]);
    for (std::size_t j = 0; j < counts.cols(); ++j) {
      const auto a = column(counts, j);
      if (!all_positive(a)) continue;
      const double common = digamma(std::accumulate(a.begin(), a.end(), 0.0));
      // The reference floors what it calls a logarithm at −32.
      for (std::size_t i = 0; i < a.size(); ++i)
        EXPECT_NEAR(std::max(-32.0, digamma(a[i]) - common), expected(i, j), 1e-13);
    }
  }
}

RC_GTEST_PROP(Digamma, FollowsItsRecurrence, ()) {
  const double x = *rc::gen::inRange(1, 40000) / 1000.0;
  RC_ASSERT(std::abs(digamma(x + 1) - digamma(x) - 1 / x) < 1e-15 * (4 + 2 / x));
}

TEST(LogBeta, AgreesWithTheReferenceAndFactorials) {
  EXPECT_NEAR(log_beta(std::vector{2.0, 3.0, 4.0}), std::log(1.0 * 2 * 6 / 40320), 1e-13);
  EXPECT_EQ(log_beta(std::vector{0.3}), 0);
  EXPECT_THROW(log_beta({}), Error);
  EXPECT_THROW(log_beta(std::vector{1.0, 0.0}), Error);
  int compared = 0;
  for (const auto& example : test::golden("primitives")) {
    const auto counts = test::golden_matrix(example["counts"]),
               expected = test::golden_matrix(example["log_beta"]);
    for (std::size_t j = 0; j < counts.cols(); ++j) {
      const auto a = column(counts, j);
      if (!all_positive(a)) continue;  // the reference adds a little to zeros
      EXPECT_NEAR(log_beta(a), expected(0, j), 1e-12);
      ++compared;
    }
  }
  EXPECT_GE(compared, 5);
}

}  // namespace
}  // namespace rgm
