#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/matrix.h"

namespace rgm {

/// The likelihoods of one factor: for each of its modalities g a conditional distribution P(outcome
/// | state) with Dirichlet counts,
///
///     A_g[o, s] = (a_g[o, s] + α_g) / Σ_o (a_g[o, s] + α_g),
///
/// a the observed counts and α_g the prior concentration of every outcome (the background).
///
/// The counts are held in one of two forms. *Dense*: the modalities stacked into one matrix [row,
/// state], outcome o of modality g in row `offset(g) + o`, so that what one factor reads for an
/// item lies close together: for models whose every state has met many items. *Sparse*: for each
/// state the outcomes that were seen with it, for models of nearly one-hot states that grow one
/// state at a time, as structure learning of sequences yields.
class Likelihood {
 public:
  /// One observed count of a state.
  struct Count {
    std::uint32_t modality = 0, outcome = 0;
    double count = 0;

    friend bool operator==(const Count&, const Count&) = default;
  };

  Likelihood() = default;
  /// Dense, zero counts. `outcomes[g]` outcomes (at least 1, at most `Outcome::kMaxOutcomes`) and
  /// concentration `concentrations[g]` ≥ 0 for modality g.
  Likelihood(std::span<const std::size_t> outcomes, std::span<const double> concentrations,
             std::size_t states);
  /// Sparse, zero counts; outcomes at most 2³² − 1.
  static Likelihood sparse(std::span<const std::size_t> outcomes,
                           std::span<const double> concentrations, std::size_t states = 0);

  /// The same shape, form and concentrations, zero counts.
  Likelihood without_counts() const;
  /// The same counts in the dense form. `Error` if a modality has too many outcomes for it.
  Likelihood dense() const;

  bool is_sparse() const { return sparse_; }
  std::size_t num_modalities() const { return concentrations_.size(); }
  std::size_t num_states() const { return sparse_ ? columns_.size() : counts_.cols(); }
  std::size_t num_rows() const { return offsets_.back(); }
  std::size_t num_outcomes(std::size_t g) const { return offsets_[g + 1] - offsets_[g]; }
  std::size_t offset(std::size_t g) const { return offsets_[g]; }
  double concentration(std::size_t g) const { return concentrations_[g]; }
  void set_concentration(std::size_t g, double value) { concentrations_[g] = value; }
  /// Stored counts: rows · states if dense, those that were seen if sparse.
  std::size_t num_parameters() const;

  /// Adds to the count of one outcome, which is then at least 0. `Error` if an index is out of
  /// range. Cost O(1) if dense, O(log outcomes seen with the state) if sparse and `(g, outcome)` do
  /// not come before them.
  void add(std::size_t g, std::size_t outcome, std::size_t state, double count);
  /// Calls `visit(g, outcome, count)` for every observed count above 0 of a state, modalities
  /// ascending.
  template <class Visit>
  void for_each_count(std::size_t state, Visit visit) const;

  /// Sparse only: a new state without counts; its index.
  std::size_t append_state();
  /// Sparse only: modality g has `outcomes` outcomes from now on, not fewer than before.
  void grow_outcomes(std::size_t g, std::size_t outcomes);
  /// Sparse only: the counts of a state, ascending by modality and outcome.
  std::span<const Count> column(std::size_t state) const;

  /// Dense only: observed counts a, [row, state], the background left out.
  Matrix<double>& counts();
  const Matrix<double>& counts() const;

  /// The expected probabilities A, [row, state]; every modality's columns sum to one. A column
  /// without any counts and background is uniform. Cost O(rows · states), of either form.
  Matrix<double> expectation() const;

  /// Throws `Error` (beginning with `what`) unless all counts are finite and at least 0.
  void validate(const char* what) const;

  friend bool operator==(const Likelihood&, const Likelihood&) = default;

 private:
  Likelihood(std::span<const std::size_t> outcomes, std::span<const double> concentrations,
             std::size_t states, bool sparse);

  bool sparse_ = false;
  std::vector<std::size_t> offsets_{0};
  std::vector<double> concentrations_;
  Matrix<double> counts_;                    // dense
  std::vector<std::vector<Count>> columns_;  // sparse, [state]
};

template <class Visit>
void Likelihood::for_each_count(std::size_t state, Visit visit) const {
  if (sparse_) {
    for (const auto& [g, o, count] : column(state))
      if (count > 0) visit(std::size_t{g}, std::size_t{o}, count);
    return;
  }
  require(state < num_states(), "Likelihood: expected a state below ", num_states(), ", got ",
          state);
  for (std::size_t g = 0; g < num_modalities(); ++g)
    for (std::size_t o = 0; o < num_outcomes(g); ++o)
      if (const double count = counts_(offsets_[g] + o, state); count > 0) visit(g, o, count);
}

}  // namespace rgm
