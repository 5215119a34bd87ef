#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"

namespace rgm {

/// What passes from one step of the root's chain to the next: a number of at least 0 for each state
/// of the root, of any range.
///
/// The values alone say it if none is lost, that is, too small for what follows but not 0; else the
/// logarithms do.
struct RootMessage {
  std::vector<double> values;  ///< [state], at most 1
  std::vector<double> logs;    ///< ln of the true values, [state]; empty if none is lost
};

/// A factor of a product over the root's states: a message, or the likelihood of a step. Borrows.
struct RootFactor {
  /// What says nothing: ones.
  RootFactor() = default;
  /// Implicit, so that products read as they are written.
  RootFactor(const RootMessage& message)  // NOLINT(google-explicit-constructor)
      : values(message.values), logs(message.logs), lost(!message.logs.empty()) {}
  /// A likelihood, its largest value 1, and its logarithms.
  RootFactor(std::span<const double> likelihood, std::span<const double> log_likelihood)
      : values(likelihood), logs(log_likelihood) {}

  std::span<const double> values, logs;  ///< [state]; no logarithms: those of the values
  bool lost = false;                     ///< the values do not suffice
};

/// A product of factors over the root's states, scaled so that its sum is one. Multiplied as
/// numbers where that keeps all that matters, as logarithms where what the factors favour would
/// underflow together. Work space: reuse it.
class RootProduct {
 public:
  /// Multiplies; returns ln Σ_s Π factors, −∞ if the product is 0 everywhere. One factor must
  /// say something. Borrows the factors until the last `logs`.
  double multiply(std::initializer_list<RootFactor> factors);

  const std::vector<double>& values() const { return values_; }
  /// ln of the product, exact where the value is 0 for want of range. Cost of the first call: O(n)
  /// logarithms.
  const std::vector<double>& logs();
  /// The values lose more than rounding does.
  bool in_logs() const { return in_logs_; }

 private:
  double log_factors();  // logs_ = Σ ln factors

  std::vector<RootFactor> factors_;
  std::vector<double> values_, logs_;
  double log_total_ = 0;
  bool in_logs_ = false, has_logs_ = false;
};

/// The Markov chain of the root's states: P(s' | s) from arcs, restarts from the prior, and states
/// that stay where nothing is known to follow.
///
/// The chain lies as a matrix where more than a tenth of all pairs have arcs, else as lists; what
/// restarts costs a number a state in both. A step costs O(states + arcs), as does one of the
/// logarithms, which only those states need whose value would be lost.
class RootChain {
 public:
  RootChain() = default;
  /// `prior` [state] sums to one, as does what leaves a state: its arcs `begin[s]` … `begin[s + 1]`
  /// and `restart` [state]; a state that nothing leaves stays. No `begin`: no arcs.
  RootChain(std::vector<double> prior, std::vector<double> restart,
            std::span<const std::size_t> begin, std::vector<std::uint32_t> next,
            std::vector<double> probability);

  /// P(state at the start of a sequence), [state].
  const std::vector<double>& prior() const { return prior_; }
  /// Probability that the chain jumps from a state to a fresh initial state, [state].
  const std::vector<double>& restart() const { return restart_; }
  std::size_t num_states() const { return prior_.size(); }

  /// Distribution of the next state: to(s') = Σ_s from(s) P(s' | s). `to` is none of `from`'s
  /// factors.
  void advance(RootProduct& from, RootMessage& to) const;
  /// The transpose: to(s) = Σ_s' P(s' | s) from(s').
  void retreat(RootProduct& from, RootMessage& to) const;

  /// P(s' | s), restarts included, [state, next state]; empty if the chain lies as lists.
  const Matrix<double>& dense() const { return dense_; }
  bool is_dense() const { return dense_.size() > 0; }
  /// Calls `visit(state, next, probability)` for what may follow, but for restarts unless the chain
  /// is dense; a pair may come more than once.
  template <class Visit>
  void for_each_transition(Visit visit) const {
    const std::size_t states = num_states();
    for (std::size_t s = 0; s < states && is_dense(); ++s)
      for (std::size_t next = 0; next < states; ++next)
        if (dense_(s, next) > 0) visit(s, next, dense_(s, next));
    for (std::size_t s = 0; s + 1 < begin_.size(); ++s)
      for (std::size_t a = begin_[s]; a < begin_[s + 1]; ++a)
        if (probability_[a] > 0) visit(s, std::size_t{next_[a]}, probability_[a]);
    for (const std::uint32_t s : staying_) visit(std::size_t{s}, std::size_t{s}, 1.0);
  }

 private:
  template <bool kForwards>
  void step_in_logs(const std::vector<double>& from, RootMessage& to) const;
  void make_dense();

  std::vector<double> prior_, restart_;
  bool restarts_ = false;               // some state does
  Matrix<double> dense_;                // all of it; then the lists are empty
  std::vector<std::size_t> begin_;      // [state], and the end
  std::vector<std::uint32_t> next_;     // [arc]
  std::vector<double> probability_;     // [arc]
  std::vector<std::uint32_t> staying_;  // states that nothing leaves
};

}  // namespace rgm
