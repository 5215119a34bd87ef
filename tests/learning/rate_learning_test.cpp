#include "rgm/learning/rate_learning.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/math/rate_matrix.h"

namespace rgm {
namespace {

Matrix<double> some_rates(std::size_t states, Random& random) {
  Matrix<double> rates(states, states);
  for (double& rate : rates.values()) rate = 0.2 + random.uniform();
  return with_diagonal(std::move(rates));
}

/// Evidence of known states.
TimedEvidence of_states(std::vector<double> times, const std::vector<std::size_t>& path,
                        std::size_t states) {
  TimedEvidence result{.times = std::move(times), .evidence = Matrix<double>(path.size(), states)};
  for (std::size_t t = 0; t < path.size(); ++t) result.evidence(t, path[t]) = 1;
  return result;
}

/// A chain's states at times whose distances are as `interval` says.
template <class Interval>
TimedEvidence drawn(const Matrix<double>& rates, std::size_t steps, Random& random,
                    Interval interval) {
  std::vector<double> times{0};
  std::vector<std::size_t> path{random.index(rates.rows())};
  while (path.size() < steps) {
    const double length = interval();
    const auto p = transition_probabilities(rates, length);
    times.push_back(times.back() + length);
    path.push_back(random.categorical(p.row(path.back())));
  }
  return of_states(std::move(times), path, rates.rows());
}

TimedEvidence random_evidence(std::size_t steps, std::size_t states, Random& random) {
  TimedEvidence result{.evidence = Matrix<double>(steps, states)};
  double time = random.normal();
  for (std::size_t t = 0; t < steps; ++t) result.times.push_back(time += 0.1 + random.uniform());
  for (double& value : result.evidence.values()) value = random.uniform();
  return result;
}

/// The same by a sum over all paths through the states at the times of observations.
RateStatistics by_enumeration(const Matrix<double>& rates, const std::vector<double>& initial,
                              const TimedEvidence& sequence) {
  const std::size_t states = initial.size(), steps = sequence.times.size();
  RateStatistics result{.jumps = Matrix<double>(states, states),
                        .time = std::vector<double>(states),
                        .starts = std::vector<double>(states)};
  std::vector<std::size_t> path(steps);
  const auto weight = [&] {
    double product = initial[path[0]];
    for (std::size_t t = 0; t < steps; ++t) {
      product *= sequence.evidence(t, path[t]);
      if (t > 0)
        product *= transition_probabilities(rates, sequence.times[t] - sequence.times[t - 1])(
            path[t - 1], path[t]);
    }
    return product;
  };
  double all = 0;
  for (bool adding : {false, true}) {
    std::size_t paths = 1;
    for (std::size_t t = 0; t < steps; ++t) paths *= states;
    for (std::size_t number = 0; number < paths; ++number) {
      std::size_t rest = number;
      for (auto& state : path) {
        state = rest % states;
        rest /= states;
      }
      if (!adding) {
        all += weight();
        continue;
      }
      const double share = weight() / all;
      result.starts[path[0]] += share;
      for (std::size_t t = 1; t < steps; ++t) {
        const double length = sequence.times[t] - sequence.times[t - 1];
        Matrix<double> one(states, states);
        one(path[t - 1], path[t]) = share;
        const auto m =
            interval_integrals(rates, transition_probabilities(rates, length), length, one);
        for (std::size_t i = 0; i < states; ++i) {
          result.time[i] += m(i, i);
          for (std::size_t j = 0; j < states; ++j)
            if (i != j) result.jumps(i, j) += rates(i, j) * m(i, j);
        }
      }
    }
  }
  result.log_evidence = std::log(all);
  return result;
}

TEST(RateLearning, ExpectationsEqualEnumeration) {
  Random random(1);
  for (int trial = 0; trial < 10; ++trial) {
    const std::size_t states = 2 + random.index(2);
    const auto rates = some_rates(states, random);
    std::vector<double> initial(states);
    for (double& p : initial) p = random.uniform();
    double sum = 0;
    for (const double p : initial) sum += p;
    for (double& p : initial) p /= sum;
    const std::vector sequences{random_evidence(4, states, random)};
    const auto expected = by_enumeration(rates, initial, sequences[0]);
    const auto found = expected_rate_statistics(rates, initial, sequences);
    EXPECT_NEAR(found.log_evidence, expected.log_evidence, 1e-11);
    double time = 0;
    for (std::size_t i = 0; i < states; ++i) {
      EXPECT_NEAR(found.starts[i], expected.starts[i], 1e-11);
      EXPECT_NEAR(found.time[i], expected.time[i], 1e-10);
      time += found.time[i];
      for (std::size_t j = 0; j < states; ++j)
        EXPECT_NEAR(found.jumps(i, j), expected.jumps(i, j), 1e-10);
    }
    EXPECT_NEAR(time, sequences[0].times.back() - sequences[0].times.front(), 1e-10);
  }
}

TEST(RateLearning, NoPassLowersTheLogPosterior) {
  Random random(2);
  const std::vector sequences{random_evidence(60, 3, random), random_evidence(30, 3, random)};
  double before = -std::numeric_limits<double>::infinity();
  for (std::size_t passes : {1U, 2U, 3U, 5U, 10U, 30U, 100U}) {
    const auto learnt = learn_rates(sequences, {.passes = passes, .tolerance = 0});
    EXPECT_GE(learnt.log_posterior, before - 1e-10) << passes;
    before = learnt.log_posterior;
  }
  const auto learnt = learn_rates(sequences, {.passes = 100'000, .tolerance = 1e-12});
  EXPECT_TRUE(learnt.converged);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      if (i == j) continue;
      const double slope = 0.5 + learnt.statistics.jumps(i, j) -
                           learnt.rates(i, j) * (learnt.prior_time + learnt.statistics.time[i]);
      EXPECT_NEAR(slope, 0, 1e-3) << "the gradient at the mode";
    }
}

TEST(RateLearning, APathThatIsKnownHasItsGammaPosterior) {
  // So often observed that nothing is hidden: three stays and two jumps.
  std::vector<double> times;
  std::vector<std::size_t> path;
  for (std::size_t t = 0; t < 30'000; ++t) {
    times.push_back(1e-4 * static_cast<double>(t));
    path.push_back(t < 9'000 || t >= 20'000 ? 0 : 1);
  }
  const std::vector sequences{of_states(times, path, 2)};
  const RateOptions options{.prior_jumps = 1.5, .prior_time = 0.25};
  const auto learnt = learn_rates(sequences, options);
  EXPECT_NEAR(learnt.statistics.jumps(0, 1), 1, 1e-3);
  EXPECT_NEAR(learnt.statistics.time[0], 1.9, 1e-3);
  EXPECT_NEAR(learnt.rates(0, 1), (1.5 + 1) / (0.25 + 1.9), 5e-3);
  EXPECT_NEAR(learnt.rates(1, 0), (1.5 + 1) / (0.25 + 1.1), 5e-3);
  const auto deviations = log_rate_deviations(learnt, sequences, options);
  EXPECT_NEAR(deviations(0, 1), 1 / std::sqrt(1.5 + 1), 1e-3);
  EXPECT_EQ(deviations(0, 0), 0);
}

TEST(RateLearning, WhatIsHiddenWidensTheIntervals) {
  Random random(3);
  const auto rates = some_rates(2, random);
  const std::vector rarely{drawn(rates, 300, random, [] { return 2.0; })};
  const auto learnt = learn_rates(rarely);
  const auto deviations = log_rate_deviations(learnt, rarely);
  EXPECT_GT(deviations(0, 1), 1.3 / std::sqrt(0.5 + learnt.statistics.jumps(0, 1)));
}

TEST(RateLearning, FindsTheRatesOfRegularAndIrregularTimes) {
  Random random(4);
  const auto rates = some_rates(3, random);
  for (const bool regular : {true, false}) {
    const auto interval = [&] { return regular ? 0.4 : -0.4 * std::log(1 - random.uniform()); };
    const std::vector sequences{drawn(rates, 4000, random, interval)};
    const auto learnt = learn_rates(sequences);
    const auto deviations = log_rate_deviations(learnt, sequences);
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 3; ++j)
        if (i != j) {
          EXPECT_LT(deviations(i, j), 0.35);
          EXPECT_LT(std::abs(std::log(learnt.rates(i, j) / rates(i, j))), 4 * deviations(i, j));
        }
  }
}

TEST(RateLearning, JumpsThatAreNotAllowedHaveNoRate) {
  Random random(5);
  Matrix<double> rates(3, 3);
  for (std::size_t i = 0; i < 3; ++i) rates(i, (i + 1) % 3) = 1;
  rates = with_diagonal(rates);
  RateOptions options{.allowed = Matrix<unsigned char>(3, 3)};
  for (std::size_t i = 0; i < 3; ++i) options.allowed(i, (i + 1) % 3) = 1;
  const std::vector sequences{drawn(rates, 2000, random, [] { return 0.5; })};
  const auto learnt = learn_rates(sequences, options);
  const auto deviations = log_rate_deviations(learnt, sequences, options);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(learnt.rates(i, (i + 2) % 3), 0);
    EXPECT_EQ(deviations(i, (i + 2) % 3), 0);
    EXPECT_NEAR(learnt.rates(i, (i + 1) % 3), 1, 0.2);
  }
}

TEST(RateLearning, MissingStepsAreAsIfTheyWereNone) {
  Random random(6);
  auto whole = random_evidence(20, 3, random);
  auto without = whole;
  for (double& value : whole.evidence.row(7)) value = 1;
  without.times.erase(without.times.begin() + 7);
  without.evidence = Matrix<double>(19, 3);
  for (std::size_t t = 0; t < 19; ++t)
    for (std::size_t i = 0; i < 3; ++i) without.evidence(t, i) = whole.evidence(t + (t >= 7), i);
  const auto rates = some_rates(3, random);
  const std::vector<double> initial(3, 1.0 / 3);
  const auto a = expected_rate_statistics(rates, initial, std::vector{whole});
  const auto b = expected_rate_statistics(rates, initial, std::vector{without});
  EXPECT_NEAR(a.log_evidence, b.log_evidence, 1e-11);
  EXPECT_NEAR(a.jumps(0, 2), b.jumps(0, 2), 1e-10);
}

TEST(RateLearning, ThreadsChangeNoBit) {
  Random random(7);
  const std::vector sequences{random_evidence(50, 3, random)};
  const auto one = learn_rates(sequences, {.passes = 5, .threads = 1});
  const auto two = learn_rates(sequences, {.passes = 5, .threads = 2});
  EXPECT_EQ(one.rates, two.rates);
  EXPECT_EQ(one.log_posterior, two.log_posterior);
}

TEST(RateLearning, RefusesWhatIsNoData) {
  const auto good = of_states({0, 1, 3}, {0, 1, 0}, 2);
  EXPECT_NO_THROW(learn_rates(std::vector{good}));
  EXPECT_THROW(learn_rates({}), Error);
  EXPECT_THROW(learn_rates(std::vector{of_states({0}, {1}, 2)}), Error);
  EXPECT_THROW(learn_rates(std::vector{of_states({0, 1}, {0, 0}, 1)}), Error);
  EXPECT_THROW(learn_rates(std::vector{good, of_states({0, 1}, {0, 0}, 3)}), Error);
  EXPECT_THROW(learn_rates(std::vector{good}, {.prior_jumps = 0}), Error);
  EXPECT_THROW(learn_rates(std::vector{good}, {.allowed = Matrix<unsigned char>(3, 3)}), Error);
  for (const auto& times :
       {std::vector<double>{0, 1}, std::vector<double>{0, 0, 1}, std::vector<double>{0, 2, 1},
        std::vector<double>{0, 1, std::nan("")}}) {
    auto bad = good;
    bad.times = times;
    EXPECT_THROW(learn_rates(std::vector{bad}), Error);
  }
  for (const double value : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    auto bad = good;
    bad.evidence(1, 0) = value;
    EXPECT_THROW(learn_rates(std::vector{bad}), Error);
  }
  auto impossible = good;
  impossible.evidence(1, 1) = 0;
  EXPECT_THROW(learn_rates(std::vector{impossible}), Error);  // a step without evidence at all
  RateOptions stuck{.allowed = Matrix<unsigned char>(2, 2)};
  EXPECT_THROW(learn_rates(std::vector{good}, stuck), ImpossibleEvidence);
}

}  // namespace
}  // namespace rgm
