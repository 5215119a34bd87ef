#pragma once

#include <cstddef>
#include <span>
#include <unordered_map>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/inference/cell_links.h"
#include "rgm/inference/sequence_tables.h"
#include "rgm/model/kinds.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// What the whole sequence says of the missing outcomes of cells that are cut, by their kinds.
///
/// Forwards `KindsFilter`, then backwards: with P(k | k') = α_t(k) A[k, k'] / π_{t+1}(k'), p what
/// the filter believed of the outcome, S what all steps say,
///
///     P(o | k, k', o') ∝ p_t(o | k) q1_k'(o' | o),
///     S_t(o | k) = Σ_k' P(k' | k, all) Σ_o' S_{t+1}(o' | k') P(o | k, k', o').
///
/// Projected on kinds and each column by itself, as the filter. A column that is never observed
/// again knows no more than the filter, nor does one of more than `KindsFilter::kMostLost`
/// outcomes; memory upon the kinds (`CellMemory`) does not look back. Cost of an outcome of a gap
/// with an end: O(K² n²) time and K n numbers; of each other missing one n numbers.
class KindsSmoother {
 public:
  /// `outcomes` are hard, soft or missing. `Error` as of `KindsFilter::push`.
  KindsSmoother(const Kinds& kinds, const Outcomes& outcomes);

  /// P(outcome | all that was observed, the cell is cut), [outcome], of a missing one.
  std::span<const double> belief(std::size_t item, std::size_t column) const;

 private:
  struct Missing {
    bool ends = false;           // the column is observed later
    std::vector<double> belief;  // [outcome]
    Matrix<double> given;        // p, [kind, outcome], in a gap that ends
  };
  void look_back(const KindTables& tables, std::size_t cell, const Outcomes& outcomes);

  std::size_t columns_ = 0;
  std::unordered_map<std::size_t, Missing> missing_;  // [item · columns + column]
  std::vector<Matrix<double>> filtered_, predicted_;  // [item]: [cell, kind]
};

/// What the whole sequence says of links and kinds, beside a tree: the gates with which the tree is
/// to be smoothed, the links given past and future, and missing outcomes of cells that are cut.
class CellSmoother {
 public:
  /// Filters the sequence once. Errors as of `SequenceFilter::push`. Cost: that, and of
  /// `KindsSmoother`.
  CellSmoother(const SequenceTables& tables, const Outcomes& outcomes, SoftReading reading);

  /// What the filter told the tree, [item · cells + cell].
  std::span<const CellGate> gates() const { return gates_; }
  /// P(the cell is cut | all that was observed).
  double cut(std::size_t item, std::size_t cell) const { return cut_(item, cell); }
  /// Mixes what the tree believes of a factor's missing outcomes, given the posterior of its state
  /// (`smooth`, by these gates), with what their kinds do. At a single step exact given ν; over
  /// steps links are projected to each cell by itself.
  void mix(std::size_t item, std::size_t factor, std::span<const double> posterior,
           const Outcomes& outcomes, OutcomeDistributions& distributions) const;

 private:
  const SequenceTables* tables_;
  SoftReading reading_;
  std::vector<CellGate> gates_;
  Matrix<double> cut_;  // [item, cell]
  KindsSmoother kinds_;
};

}  // namespace rgm
