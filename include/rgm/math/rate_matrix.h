#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"

namespace rgm {

// Markov chains in continuous time. A *rate matrix* Q, [from, to], holds how often a second (or
// whatever the unit of time is) a chain in one state jumps to another; each diagonal entry is minus
// the sum of the others of its row. Probabilities p, a row, obey the *master equation* dp/dt = p Q.
// Mind that transitions of a `Factor` are [next, state]: here rows are states and sum to one.

/// Q with the diagonal that makes its rows sum to zero; what the diagonal held does not count.
/// `Error` if Q is not square, or if a rate is negative or not finite.
Matrix<double> with_diagonal(Matrix<double> rates);

/// P(t) = exp(Q t), [from, to]: the probability of each state a time t later.
///
/// Scaling and squaring of a Taylor series of Q + λ, λ the largest rate of leaving: no term is
/// negative, so that small probabilities are as exact as large ones, to some 1e-13 of their value.
/// Source: uniformisation (Jensen 1953); Moler and Van Loan, SIAM Review 45(1), 2003, method 3.
/// `rates` as `with_diagonal` gives them, which sees to their values; `Error` if they are not
/// square or t is negative or not finite. Cost O(states³ log(λ t)).
Matrix<double> transition_probabilities(const Matrix<double>& rates, double time);

/// What happens within intervals of length t of which only the ends are known: the integrals
///
///     M(k, l) = Σ_ij W(i, j) ∫₀ᵗ P_ik(s) P_lj(t − s) ds / P_ij(t),
///
/// W(i, j) the (expected) number of intervals from state i to state j, zero where P_ij(t) is. So
/// M(k, k) is the expected time in state k, and q_kl M(k, l) the expected number of jumps from k
/// to l, exactly. `probabilities` is P(t). Source: Van Loan, IEEE Trans. Automatic Control 23(3),
/// 1978; Hobolth and Jensen, J. Applied Probability 48(4), 2011. Cost O(states³ log(λ t)).
Matrix<double> interval_integrals(const Matrix<double>& rates, const Matrix<double>& probabilities,
                                  double time, const Matrix<double>& weights);

/// The distribution that does not change, p Q = 0, [state]. Where some states cannot be reached
/// from others it is that part of it which a chain comes to that begins in any state with equal
/// probability. Cost O(states³).
std::vector<double> stationary_distribution(const Matrix<double>& rates);

/// The net flux of probability from i to j in the long run, J_ij = p_i q_ij − p_j q_ji, per unit of
/// time; zero everywhere where there is detailed balance.
Matrix<double> net_flux(const Matrix<double>& rates);

/// The implied timescales, longest first: −1 / Re λ of the eigenvalues λ of Q but for the zeros,
/// how long what differs from the stationary distribution takes to fall to 1/e of it.
std::vector<double> implied_timescales(const Matrix<double>& rates);

}  // namespace rgm
