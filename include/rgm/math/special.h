#pragma once

#include <span>
#include <vector>

namespace rgm {

/// ln Σ_i exp(x_i), without overflow; −∞ if x is empty or all −∞.
double log_sum_exp(std::span<const double> x);

/// p_i = exp(precision · x_i) / Σ_j exp(precision · x_j). Entries of −∞ get probability zero.
/// `Error` unless the largest entry is finite.
std::vector<double> softmax(std::span<const double> x, double precision = 1);

/// ψ(x) = d ln Γ(x) / dx for x > 0, to about 1e-15 (relative, away from its zero at 1.46); `Error`
/// otherwise. Source: recurrence and asymptotic series, Abramowitz and Stegun 6.3.5 and 6.3.18.
double digamma(double x);

/// ln B(a) = Σ_i ln Γ(a_i) − ln Γ(Σ_i a_i), the normaliser of a Dirichlet distribution; counts
/// above 0, `Error` otherwise.
double log_beta(std::span<const double> counts);

}  // namespace rgm
