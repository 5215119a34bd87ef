#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"

namespace rgm {

/// The likelihoods of one factor: for each of its modalities g a conditional distribution P(outcome | state) with
/// Dirichlet counts,
///
///     A_g[o, s] = (a_g[o, s] + α_g) / Σ_o (a_g[o, s] + α_g),
///
/// a the observed counts and α_g the prior concentration of every outcome (the background). The modalities' counts are
/// stacked into one matrix [row, state]; outcome o of modality g is row `offset(g) + o`, so that what one factor reads for
/// an item lies close together.
class Likelihood {
 public:
  Likelihood() = default;
  /// Zero counts. `outcomes[g]` outcomes (at least 1, at most `Outcome::kMaxOutcomes`) and concentration
  /// `concentrations[g]` ≥ 0 for modality g.
  Likelihood(std::span<const std::size_t> outcomes, std::span<const double> concentrations, std::size_t states);

  std::size_t num_modalities() const { return concentrations_.size(); }
  std::size_t num_states() const { return counts_.cols(); }
  std::size_t num_rows() const { return counts_.rows(); }
  std::size_t num_outcomes(std::size_t g) const { return offsets_[g + 1] - offsets_[g]; }
  std::size_t offset(std::size_t g) const { return offsets_[g]; }
  double concentration(std::size_t g) const { return concentrations_[g]; }
  void set_concentration(std::size_t g, double value) { concentrations_[g] = value; }

  /// Observed counts a, [row, state], the background left out.
  Matrix<double>& counts() { return counts_; }
  const Matrix<double>& counts() const { return counts_; }

  /// The expected probabilities A, [row, state]; every modality's columns sum to one. A column without any counts and
  /// background is uniform. Cost O(rows · states).
  Matrix<double> expectation() const;

  /// Throws `Error` (beginning with `what`) unless all counts are finite and at least 0.
  void validate(const char* what) const;

  friend bool operator==(const Likelihood&, const Likelihood&) = default;

 private:
  std::vector<std::size_t> offsets_{0};
  std::vector<double> concentrations_;
  Matrix<double> counts_;
};

}  // namespace rgm
