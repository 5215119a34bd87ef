#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/base/progress.h"

namespace rgm {

/// What was observed of one run of a chain in continuous time, at times that need not be regular.
struct TimedEvidence {
  std::vector<double> times = {};  ///< [step], increasing
  /// P(what was observed at that step | state), [step, state], each row up to a factor: one entry
  /// where the state is known, all the same where nothing was observed, messages from below where
  /// the chain is the root of a hierarchy.
  Matrix<double> evidence = {};
};

struct RateOptions {
  double prior_jumps = 0.5;  ///< a: shape of the Gamma prior of each rate, in jumps
  double prior_time = 0;     ///< b: its rate, in time; 0: half the mean interval of the data
  /// [from, to], 0 where there is no jump; empty: any state may follow any.
  Matrix<unsigned char> allowed = {};
  std::size_t passes = 2000;  ///< of expectation maximisation, at most
  double tolerance = 1e-9;    ///< ends when the log posterior rises by less, in nats
  int threads = 0;            ///< 0: all cores; results have the same bits for any
};

/// Expected sufficient statistics of a chain's path, given what was observed.
struct RateStatistics {
  Matrix<double> jumps;        ///< N(i, j), [from, to]
  std::vector<double> time;    ///< T(i), [state]: time spent in it
  std::vector<double> starts;  ///< [state]: expected number of sequences that begin there
  double log_evidence = 0;     ///< ln P(observed), nats, rows of evidence as they were given
};

/// Rates that were learnt.
struct LearntRates {
  Matrix<double> rates;            ///< Q, the mode of the posterior of the logarithms of rates
  std::vector<double> initial;     ///< P(state at the first step of a sequence)
  RateStatistics statistics = {};  ///< under these rates
  double prior_time = 0;           ///< b as it was used
  double log_posterior = 0;        ///< ln P(observed, ln rates, initial) up to a constant, nats
  std::size_t passes = 0;
  bool converged = false;
};

/// The expected jumps, times and starts, exactly: forward and backward messages over the steps,
/// `transition_probabilities` and `interval_integrals` once for each length of interval (those that
/// differ by less than 1e-9 of themselves are one). Cost O(steps · states² + lengths · states³
/// log). `ImpossibleEvidence` where no path explains what was observed.
RateStatistics expected_rate_statistics(const Matrix<double>& rates,
                                        std::span<const double> initial,
                                        std::span<const TimedEvidence> sequences, int threads = 0);

/// Rates by expectation maximisation: q_ij ← (a + N_ij) / (b + T_i), whose fixed point is the mode
/// of the posterior of ln q under the priors Gamma(a, b); the posterior of a rate given the path is
/// Gamma(a + N_ij, b + T_i). No pass lowers the log posterior. Sources: Bladt and Sørensen, J. R.
/// Statist. Soc. B 67(3), 2005; Metzner, Horenko and Schütte, Phys. Rev. E 76, 2007.
/// `Error` for sequences of unlike numbers of states, times that do not increase, evidence that is
/// negative or not finite, or no interval at all.
LearntRates learn_rates(std::span<const TimedEvidence> sequences, const RateOptions& options = {},
                        const Progress& progress = {});

/// Standard deviations of the posterior of ln q_ij, [from, to], 0 where there is no rate: Laplace's
/// approximation with the *observed* information, which counts what is not known of the path
/// between observations (Louis, J. R. Statist. Soc. B 44(2), 1982), by central differences of the
/// exact gradient, a + N_ij − q_ij (b + T_i). Infinite where the data do not determine a rate.
/// Cost: two passes for each rate.
Matrix<double> log_rate_deviations(const LearntRates& learnt,
                                   std::span<const TimedEvidence> sequences,
                                   const RateOptions& options = {}, const Progress& progress = {});

}  // namespace rgm
