#pragma once

#include <span>

#include "rgm/base/matrix.h"

namespace rgm {

// Everything is in nats, with 0 ln 0 = 0.

/// H[p] = −Σ_i p_i ln p_i of a distribution p.
double entropy(std::span<const double> p);

/// KL[p || q] = Σ_i p_i ln(p_i / q_i); infinite where q excludes what p allows. `Error` unless the
/// sizes match.
double kl_divergence(std::span<const double> p, std::span<const double> q);

/// KL[Dir(q) || Dir(p)] = ln B(p) − ln B(q) + Σ_i (q_i − p_i)(ψ(q_i) − ψ(Σ_j q_j)) for counts above
/// 0; `Error` otherwise.
double kl_dirichlet(std::span<const double> q_counts, std::span<const double> p_counts);

/// Mutual information of row and column under the normalised table p = counts / Σ counts,
///
///     I = Σ_{o,s} p_os ln p_os − Σ_o p_o ln p_o − Σ_s p_s ln p_s,
///
/// minus the expected free energy of a mapping without preferences; 0 for an empty table. Counts
/// are finite and at least 0.
double mutual_information(const Matrix<double>& counts);

}  // namespace rgm
