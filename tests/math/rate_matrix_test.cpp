#include "rgm/math/rate_matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "rgm/base/error.h"
#include "rgm/base/random.h"

namespace rgm {
namespace {

Matrix<double> random_rates(std::size_t states, Random& random, double share_of_zeros = 0) {
  Matrix<double> rates(states, states);
  for (double& rate : rates.values())
    rate = random.uniform() < share_of_zeros ? 0 : -std::log(1 - random.uniform());
  return with_diagonal(std::move(rates));
}

Matrix<double> product(const Matrix<double>& a, const Matrix<double>& b) {
  Matrix<double> result(a.rows(), b.cols());
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t k = 0; k < a.cols(); ++k)
      for (std::size_t j = 0; j < b.cols(); ++j) result(i, j) += a(i, k) * b(k, j);
  return result;
}

/// P(t) as the definition of uniformisation has it: a sum over how many events there were.
Matrix<double> by_events(const Matrix<double>& rates, double time) {
  const std::size_t n = rates.rows();
  double fastest = 0;
  for (std::size_t i = 0; i < n; ++i) fastest = std::max(fastest, -rates(i, i));
  Matrix<double> step(n, n), power(n, n), result(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    power(i, i) = 1;
    for (std::size_t j = 0; j < n; ++j)
      step(i, j) = (i == j ? 1 : 0) + (fastest > 0 ? rates(i, j) / fastest : 0);
  }
  double log_weight = -fastest * time;
  for (int events = 0; events < 400; ++events) {
    for (std::size_t k = 0; k < result.size(); ++k)
      result.values()[k] += std::exp(log_weight) * power.values()[k];
    power = product(power, step);
    log_weight += std::log(fastest * time / (events + 1));
  }
  return result;
}

TEST(RateMatrix, TelegraphHasItsProbabilities) {
  const double up = 0.7, down = 0.2;
  Matrix<double> rates(2, 2);
  rates(0, 1) = up;
  rates(1, 0) = down;
  rates = with_diagonal(rates);
  EXPECT_EQ(rates(0, 0), -up);
  for (const double time : {0.0, 1e-9, 0.1, 1.0, 30.0, 1e7}) {
    const auto p = transition_probabilities(rates, time);
    const double moved = -std::expm1(-(up + down) * time) / (up + down);
    EXPECT_NEAR(p(0, 1), up * moved, 1e-12 * up * moved) << time;  // small ones, too
    EXPECT_NEAR(p(1, 0), down * moved, 1e-12 * down * moved) << time;
    EXPECT_NEAR(p(0, 0) + p(0, 1), 1, 1e-15);
  }
  const auto stationary = stationary_distribution(rates);
  EXPECT_NEAR(stationary[0], down / (up + down), 1e-14);
  const auto timescales = implied_timescales(rates);
  ASSERT_EQ(timescales.size(), 1U);
  EXPECT_NEAR(timescales[0], 1 / (up + down), 1e-14);
  const auto flux = net_flux(rates);
  EXPECT_NEAR(flux(0, 1), 0, 1e-15);
}

TEST(RateMatrix, ProbabilitiesAreSumsOverEvents) {
  Random random(1);
  for (int trial = 0; trial < 50; ++trial) {
    const auto rates = random_rates(2 + random.index(5), random, 0.3);
    const double time = 10 * random.uniform();
    const auto expected = by_events(rates, time), found = transition_probabilities(rates, time);
    for (std::size_t k = 0; k < found.size(); ++k) {
      EXPECT_NEAR(found.values()[k], expected.values()[k], 1e-12);
      EXPECT_GE(found.values()[k], 0);
    }
  }
}

TEST(RateMatrix, IntegralsAreThoseOfTheirDefinition) {
  Random random(2);
  for (int trial = 0; trial < 20; ++trial) {
    const std::size_t n = 2 + random.index(3);
    const auto rates = random_rates(n, random);
    const double time = 0.1 + 2 * random.uniform();
    Matrix<double> weights(n, n), expected(n, n);
    for (double& weight : weights.values()) weight = 1e3 * random.uniform();
    const auto whole = transition_probabilities(rates, time);
    constexpr int kParts = 2000;  // Simpson's rule
    for (int part = 0; part <= kParts; ++part) {
      const double s = time * part / kParts;
      const auto before = transition_probabilities(rates, s);
      const auto after = transition_probabilities(rates, std::max(0.0, time - s));
      const double share = (part == 0 || part == kParts ? 1
                            : part % 2 == 1             ? 4
                                                        : 2) *
                           time / (3 * kParts);
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
          for (std::size_t k = 0; k < n; ++k)
            for (std::size_t l = 0; l < n; ++l)
              expected(k, l) += share * weights(i, j) * before(i, k) * after(l, j) / whole(i, j);
    }
    const auto found = interval_integrals(rates, whole, time, weights);
    double in_states = 0, all = 0;
    for (std::size_t k = 0; k < n; ++k) {
      in_states += found(k, k);
      for (std::size_t l = 0; l < n; ++l) {
        EXPECT_NEAR(found(k, l), expected(k, l), 1e-10 * expected(k, l));
        all += weights(k, l);
      }
    }
    EXPECT_NEAR(in_states, time * all, 1e-11 * time * all);  // at any time it is in some state
  }
}

TEST(RateMatrix, LongRunOfRandomChains) {
  Random random(3);
  for (int trial = 0; trial < 20; ++trial) {
    const auto rates = random_rates(2 + random.index(6), random);
    const auto stationary = stationary_distribution(rates);
    const auto flux = net_flux(rates);
    double sum = 0;
    for (std::size_t j = 0; j < rates.cols(); ++j) {
      double change = 0, leaving = 0;
      for (std::size_t i = 0; i < rates.rows(); ++i) {
        change += stationary[i] * rates(i, j);
        leaving += flux(j, i);
        EXPECT_NEAR(flux(i, j), -flux(j, i), 1e-15);
      }
      EXPECT_NEAR(change, 0, 1e-12);
      EXPECT_NEAR(leaving, 0, 1e-12);
      sum += stationary[j];
    }
    EXPECT_NEAR(sum, 1, 1e-14);
  }
  // A cycle turns one way: p q = 1/3 through each of its edges.
  Matrix<double> cycle(3, 3);
  for (std::size_t i = 0; i < 3; ++i) cycle(i, (i + 1) % 3) = 1;
  EXPECT_NEAR(net_flux(with_diagonal(cycle))(2, 0), 1.0 / 3, 1e-14);
  // Of two states that cannot be left each keeps what it began with.
  const auto kept = stationary_distribution(Matrix<double>(2, 2));
  EXPECT_NEAR(kept[0], 0.5, 1e-14);
}

TEST(RateMatrix, OrnsteinUhlenbeckOnAGridRelaxesAtItsRate) {
  // dx = −θ x dt + √2 dW on cells of width h: jumps at rates h⁻² exp(∓ (V(x ± h) − V(x)) / 2).
  const double theta = 0.5, width = 0.1;
  constexpr std::size_t kCells = 121;
  Matrix<double> rates(kCells, kCells);
  const auto potential = [&](std::size_t i) {
    const double x = width * (static_cast<double>(i) - kCells / 2);
    return theta * x * x / 2;
  };
  for (std::size_t i = 0; i + 1 < kCells; ++i) {
    const double uphill = std::exp((potential(i) - potential(i + 1)) / 2);
    rates(i, i + 1) = uphill / (width * width);
    rates(i + 1, i) = 1 / (uphill * width * width);
  }
  rates = with_diagonal(rates);
  const auto timescales = implied_timescales(rates);
  EXPECT_NEAR(timescales[0], 1 / theta, 0.01 / theta);
  EXPECT_NEAR(timescales[1], 1 / (2 * theta), 0.01 / theta);
  const auto stationary = stationary_distribution(rates);  // of variance 1/θ
  double variance = 0;
  for (std::size_t i = 0; i < kCells; ++i) variance += stationary[i] * 2 * potential(i) / theta;
  EXPECT_NEAR(variance, 1 / theta, 0.01 / theta);
}

TEST(RateMatrix, RefusesWhatIsNone) {
  EXPECT_THROW(with_diagonal(Matrix<double>(2, 3)), Error);
  EXPECT_THROW(with_diagonal(Matrix<double>()), Error);
  EXPECT_THROW(with_diagonal(Matrix<double>(2, 2, -1)), Error);
  EXPECT_THROW(with_diagonal(Matrix<double>(2, 2, std::numeric_limits<double>::quiet_NaN())),
               Error);
  const auto rates = with_diagonal(Matrix<double>(2, 2, 1));
  EXPECT_THROW(transition_probabilities(rates, -1), Error);
  EXPECT_THROW(transition_probabilities(rates, std::numeric_limits<double>::infinity()), Error);
  EXPECT_THROW(interval_integrals(rates, rates, 1, Matrix<double>(3, 3)), Error);
}

}  // namespace
}  // namespace rgm
