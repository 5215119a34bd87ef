#include "rgm/learning/rate_learning.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/base/parallel.h"
#include "rgm/math/rate_matrix.h"

namespace rgm {
namespace {

/// The lengths of intervals that there are, and which each step ends.
struct Intervals {
  std::vector<double> lengths;
  std::vector<std::vector<std::size_t> > of_step;  ///< [sequence][step], the first step's unused
};

Intervals intervals_of(std::span<const TimedEvidence> sequences) {
  Intervals result;
  for (const auto& sequence : sequences)
    for (std::size_t t = 1; t < sequence.times.size(); ++t)
      result.lengths.push_back(sequence.times[t] - sequence.times[t - 1]);
  auto& lengths = result.lengths;
  std::sort(lengths.begin(), lengths.end());
  constexpr double kSame = 1 + 1e-9;
  std::size_t kept = 0;
  for (const double length : lengths)
    if (kept == 0 || length > lengths[kept - 1] * kSame) lengths[kept++] = length;
  lengths.resize(kept);
  for (const auto& sequence : sequences) {
    auto& steps = result.of_step.emplace_back(sequence.times.size());
    for (std::size_t t = 1; t < steps.size(); ++t) {
      const double length = sequence.times[t] - sequence.times[t - 1];
      steps[t] = static_cast<std::size_t>(std::upper_bound(lengths.begin(), lengths.end(), length) -
                                          lengths.begin() - 1);
    }
  }
  return result;
}

std::size_t check_sequences(std::span<const TimedEvidence> sequences) {
  require(!sequences.empty(), "rates: expected at least one sequence, got none");
  const std::size_t states = sequences.front().evidence.cols();
  require(states >= 2, "rates: expected at least two states, got ", states);
  for (std::size_t s = 0; s < sequences.size(); ++s) {
    const auto& [times, evidence] = sequences[s];
    require(evidence.cols() == states, "rates: sequence ", s, ": expected ", states,
            " states, got ", evidence.cols());
    require(times.size() == evidence.rows() && !times.empty(), "rates: sequence ", s,
            ": expected a time for each of ", evidence.rows(), " steps, got ", times.size());
    for (std::size_t t = 0; t < times.size(); ++t) {
      require(std::isfinite(times[t]), "rates: sequence ", s, ", step ", t,
              ": expected a finite time, got ", times[t]);
      require(t == 0 || times[t] > times[t - 1], "rates: sequence ", s, ", step ", t,
              ": expected times that increase, got ", times[t], " after ", times[t - (t > 0)]);
      double largest = 0;
      for (const double value : evidence.row(t)) {
        require(std::isfinite(value) && value >= 0, "rates: sequence ", s, ", step ", t,
                ": expected evidence that is finite and at least 0, got ", value);
        largest = std::max(largest, value);
      }
      require(largest > 0, "rates: sequence ", s, ", step ", t,
              ": expected evidence for some state, got none");
    }
  }
  return states;
}

/// Divides by the sum, which it returns.
double normalise(std::span<double> values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  if (sum > 0)
    for (double& value : values) value /= sum;
  return sum;
}

/// Messages of one sequence: adds what it expects of each length of interval to `pairs`.
class MessagePass {
 public:
  MessagePass(const std::vector<Matrix<double> >& transitions, std::vector<Matrix<double> >& pairs,
              RateStatistics& statistics)
      : transitions_(transitions), pairs_(pairs), statistics_(statistics) {}

  void run(const TimedEvidence& sequence, std::span<const std::size_t> of_step,
           std::span<const double> initial) {
    forward(sequence, of_step, initial);
    backward(sequence, of_step);
  }

 private:
  /// P(state | observed so far), [step, state].
  void forward(const TimedEvidence& sequence, std::span<const std::size_t> of_step,
               std::span<const double> initial) {
    const std::size_t states = initial.size();
    past_.resize(sequence.times.size(), states);
    for (std::size_t t = 0; t < sequence.times.size(); ++t) {
      if (t % 1024 == 0) check_interruption();
      const auto now = past_.row(t);
      if (t == 0) {
        std::copy(initial.begin(), initial.end(), now.begin());
      } else {
        std::fill(now.begin(), now.end(), 0.0);
        for (std::size_t i = 0; i < states; ++i)
          for (std::size_t j = 0; j < states; ++j)
            now[j] += past_(t - 1, i) * transitions_[of_step[t]](i, j);
      }
      for (std::size_t j = 0; j < states; ++j) now[j] *= sequence.evidence(t, j);
      const double sum = normalise(now);
      if (!(sum > 0))
        throw ImpossibleEvidence("rates: no path of the chain explains what was observed at step " +
                                 std::to_string(t));
      statistics_.log_evidence += std::log(sum);
    }
  }

  void backward(const TimedEvidence& sequence, std::span<const std::size_t> of_step) {
    const std::size_t states = past_.cols();
    std::vector<double> future(states, 1.0), next(states);
    Matrix<double> pair(states, states);
    for (std::size_t t = sequence.times.size() - 1; t > 0; --t) {
      if (t % 1024 == 0) check_interruption();
      const auto& transition = transitions_[of_step[t]];
      for (std::size_t j = 0; j < states; ++j) next[j] = future[j] * sequence.evidence(t, j);
      for (std::size_t i = 0; i < states; ++i) {
        future[i] = 0;
        for (std::size_t j = 0; j < states; ++j) {
          pair(i, j) = past_(t - 1, i) * transition(i, j) * next[j];
          future[i] += transition(i, j) * next[j];
        }
      }
      normalise(pair.values());
      normalise(future);
      auto& all = pairs_[of_step[t]];
      for (std::size_t k = 0; k < pair.size(); ++k) all.values()[k] += pair.values()[k];
    }
    for (std::size_t i = 0; i < states; ++i) future[i] *= past_(0, i);
    normalise(future);
    for (std::size_t i = 0; i < states; ++i) statistics_.starts[i] += future[i];
  }

  const std::vector<Matrix<double> >& transitions_;
  std::vector<Matrix<double> >& pairs_;
  RateStatistics& statistics_;
  Matrix<double> past_;
};

RateStatistics statistics_under(const Matrix<double>& rates, std::span<const double> initial,
                                std::span<const TimedEvidence> sequences,
                                const Intervals& intervals, int threads) {
  const std::size_t states = rates.rows(), lengths = intervals.lengths.size();
  std::vector<Matrix<double> > transitions(lengths), integrals(lengths);
  std::vector<Matrix<double> > pairs(lengths, Matrix<double>(states, states));
  parallel_for(lengths, threads, [&](std::size_t k) {
    transitions[k] = transition_probabilities(rates, intervals.lengths[k]);
  });
  RateStatistics result{.jumps = Matrix<double>(states, states),
                        .time = std::vector<double>(states),
                        .starts = std::vector<double>(states)};
  MessagePass messages(transitions, pairs, result);
  for (std::size_t s = 0; s < sequences.size(); ++s)
    messages.run(sequences[s], intervals.of_step[s], initial);
  parallel_for(lengths, threads, [&](std::size_t k) {
    integrals[k] = interval_integrals(rates, transitions[k], intervals.lengths[k], pairs[k]);
  });
  for (const auto& integral : integrals)
    for (std::size_t i = 0; i < states; ++i) {
      result.time[i] += integral(i, i);
      for (std::size_t j = 0; j < states; ++j)
        if (i != j) result.jumps(i, j) += rates(i, j) * integral(i, j);
    }
  return result;
}

bool has_rate(const RateOptions& options, std::size_t i, std::size_t j) {
  return i != j && (options.allowed.empty() || options.allowed(i, j) != 0);
}

/// b of the prior: of the options, or half the mean interval.
double prior_time_of(const RateOptions& options, std::span<const TimedEvidence> sequences) {
  if (options.prior_time > 0) return options.prior_time;
  double time = 0;
  std::size_t intervals = 0;
  for (const auto& sequence : sequences) {
    time += sequence.times.back() - sequence.times.front();
    intervals += sequence.times.size() - 1;
  }
  return time / static_cast<double>(2 * intervals);
}

void check_options(const RateOptions& options, std::size_t states) {
  require(std::isfinite(options.prior_jumps) && options.prior_jumps > 0,
          "prior_jumps: expected a number above 0, got ", options.prior_jumps);
  require(std::isfinite(options.prior_time) && options.prior_time >= 0,
          "prior_time: expected a number of at least 0, got ", options.prior_time);
  require(options.passes > 0, "passes: expected at least 1, got 0");
  require(options.allowed.empty() ||
              (options.allowed.rows() == states && options.allowed.cols() == states),
          "allowed: expected ", states, " by ", states, " entries, got ", options.allowed.rows(),
          " by ", options.allowed.cols());
}

/// Dirichlet(1 + 1/states) of the initial states: a start that was not seen is not impossible.
double log_prior(const LearntRates& learnt, const RateOptions& options) {
  double result = 0;
  const std::size_t states = learnt.initial.size();
  for (std::size_t i = 0; i < states; ++i) {
    result += std::log(learnt.initial[i]) / static_cast<double>(states);
    for (std::size_t j = 0; j < states; ++j)
      if (has_rate(options, i, j))
        result += options.prior_jumps * std::log(learnt.rates(i, j)) -
                  learnt.prior_time * learnt.rates(i, j);
  }
  return result;
}

/// The rates and initial states that maximise what is expected of the log posterior.
void maximise(LearntRates& learnt, const RateOptions& options) {
  const auto& [jumps, time, starts, log_evidence] = learnt.statistics;
  const std::size_t states = time.size();
  for (std::size_t i = 0; i < states; ++i) {
    learnt.initial[i] = starts[i] + 1 / static_cast<double>(states);
    for (std::size_t j = 0; j < states; ++j)
      if (has_rate(options, i, j))
        learnt.rates(i, j) = (options.prior_jumps + jumps(i, j)) / (learnt.prior_time + time[i]);
  }
  normalise(learnt.initial);
  learnt.rates = with_diagonal(std::move(learnt.rates));
}

/// The diagonal of the inverse of a symmetric matrix, infinite where it is not positive.
std::vector<double> variances_of(const Eigen::MatrixXd& information) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(information);
  std::vector<double> result(static_cast<std::size_t>(information.rows()));
  for (Eigen::Index r = 0; r < information.rows(); ++r)
    for (Eigen::Index k = 0; k < information.rows(); ++k) {
      const double part = solver.eigenvectors()(r, k), value = solver.eigenvalues()(k);
      auto& variance = result[static_cast<std::size_t>(r)];
      if (value > 0)
        variance += part * part / value;
      else if (std::abs(part) > 1e-6)
        variance = std::numeric_limits<double>::infinity();
    }
  return result;
}

}  // namespace

RateStatistics expected_rate_statistics(const Matrix<double>& rates,
                                        std::span<const double> initial,
                                        std::span<const TimedEvidence> sequences, int threads) {
  const std::size_t states = check_sequences(sequences);
  require(rates.rows() == states && initial.size() == states, "rates: expected ", states,
          " states, got ", rates.rows(), " and ", initial.size(), " initial ones");
  return statistics_under(with_diagonal(rates), initial, sequences, intervals_of(sequences),
                          threads);
}

LearntRates learn_rates(std::span<const TimedEvidence> sequences, const RateOptions& options,
                        const Progress& progress) {
  const std::size_t states = check_sequences(sequences);
  check_options(options, states);
  const Intervals intervals = intervals_of(sequences);
  require(!intervals.lengths.empty(), "rates: expected a sequence of at least two steps, got none");
  LearntRates result{.rates = Matrix<double>(states, states),
                     .initial = std::vector<double>(states, 1 / static_cast<double>(states)),
                     .prior_time = prior_time_of(options, sequences)};
  // It begins with a chance of one half to leave a state within the mean interval.
  for (std::size_t i = 0; i < states; ++i)
    for (std::size_t j = 0; j < states; ++j)
      if (has_rate(options, i, j))
        result.rates(i, j) = 0.25 / (result.prior_time * static_cast<double>(states - 1));
  result.rates = with_diagonal(std::move(result.rates));
  double before = -std::numeric_limits<double>::infinity();
  for (;;) {
    result.statistics =
        statistics_under(result.rates, result.initial, sequences, intervals, options.threads);
    result.log_posterior = result.statistics.log_evidence + log_prior(result, options);
    report(progress, "rates", result.passes, options.passes);
    result.converged = result.log_posterior - before < options.tolerance;
    if (result.converged || result.passes == options.passes) break;
    before = result.log_posterior;
    maximise(result, options);
    ++result.passes;
  }
  return result;
}

Matrix<double> log_rate_deviations(const LearntRates& learnt,
                                   std::span<const TimedEvidence> sequences,
                                   const RateOptions& options, const Progress& progress) {
  const std::size_t states = check_sequences(sequences);
  check_options(options, states);
  const Intervals intervals = intervals_of(sequences);
  std::vector<std::pair<std::size_t, std::size_t> > places;
  for (std::size_t i = 0; i < states; ++i)
    for (std::size_t j = 0; j < states; ++j)
      if (has_rate(options, i, j)) places.emplace_back(i, j);
  // The gradient of the log posterior in the logarithms of rates, where one of them is moved.
  const auto gradient = [&](std::size_t from, std::size_t to, double by) {
    Matrix<double> rates = learnt.rates;
    rates(from, to) *= std::exp(by);
    rates = with_diagonal(std::move(rates));
    const auto at = statistics_under(rates, learnt.initial, sequences, intervals, options.threads);
    Eigen::VectorXd result(static_cast<Eigen::Index>(places.size()));
    Eigen::Index r = 0;
    for (const auto& [i, j] : places)
      result(r++) =
          options.prior_jumps + at.jumps(i, j) - rates(i, j) * (learnt.prior_time + at.time[i]);
    return result;
  };
  constexpr double kStep = 1e-4;  // of ln q: an error of 1e-8 by curvature, less by rounding
  const auto count = static_cast<Eigen::Index>(places.size());
  Eigen::MatrixXd information(count, count);
  Eigen::Index column = 0;
  for (const auto& [from, to] : places) {
    report(progress, "intervals", static_cast<std::size_t>(column), places.size());
    information.col(column++) =
        (gradient(from, to, -kStep) - gradient(from, to, kStep)) / (2 * kStep);
  }
  report(progress, "intervals", places.size(), places.size());
  const auto variances = variances_of((information + information.transpose()) / 2);
  Matrix<double> result(states, states);
  for (std::size_t r = 0; r < places.size(); ++r)
    result(places[r].first, places[r].second) = std::sqrt(variances[r]);
  return result;
}

}  // namespace rgm
