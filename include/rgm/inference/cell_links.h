#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/inference/episode.h"
#include "rgm/inference/kinds_filter.h"
#include "rgm/inference/sample.h"
#include "rgm/inference/sequence_tables.h"

namespace rgm {

/// What is known of a cell at a step before the tree is asked: all that the tree needs to know of
/// kinds and links.
struct CellGate {
  double cut = 0;           ///< ν, the probability that the cell is cut at this step
  double log_unlinked = 0;  ///< ln P*, of what the cell shows, by its kinds
  bool observed = false;    ///< it shows something
};

/// The evidence of a factor of level 0 whose cells are linked or cut,
///
///     ln ℓ(s) = Σ_c ln[(1 − ν_c) Π_g A_g[o_g, s] + ν_c P*_c(o_c)],
///
/// [state], for the gates of all cells, [cell]; `cut_share`, if given, gets P(cell c is cut | s,
/// o), [place of the cell in the factor, state]. False if nothing was observed. Cost: that of
/// `SequenceTables::log_likelihood`, and for each cell a logarithm for each of its different values
/// over the states.
bool gated_log_likelihood(const SequenceTables& tables, std::size_t factor,
                          std::span<const CellGate> gates, const Outcomes& outcomes,
                          std::size_t item, SoftReading reading,
                          std::vector<double>& log_likelihood, Matrix<double>* cut_share = nullptr);

/// What is believed of the links of all cells, and of their kinds, step by step, beside a tree.
///
/// A step is `begin_step`, `log_likelihood` of each factor, `finish_step`. Given ν the evidence of
/// a step is that of the generative definition; after each step ν is projected to each cell by
/// itself. A cell that shows nothing keeps its belief.
class CellLinks {
 public:
  /// Borrows `tables`, which must outlive this.
  explicit CellLinks(const SequenceTables& tables);
  explicit CellLinks(const SequenceTables&& tables) = delete;

  void begin_step();
  /// The evidence of a factor's cells, as `gated_log_likelihood`: what each has shown is then known
  /// to its kinds.
  bool log_likelihood(std::size_t factor, const Outcomes& outcomes, std::size_t item,
                      SoftReading reading, std::vector<double>& result);
  /// The links after the step, given the posterior of each factor's state, [factor][state].
  void finish_step(const Episode& episode, std::size_t step);

  /// After `begin_step`: the probability that a cell is cut, if it shows something at this step.
  double cut(std::size_t cell) const { return gates_[cell].cut; }
  /// After `finish_step`: P(the cell was cut | everything so far).
  std::span<const double> beliefs() const { return beliefs_; }
  /// After `log_likelihood` of all factors: what the tree was told of this step, [cell].
  std::span<const CellGate> gates() const { return gates_; }
  const KindsFilter& kinds() const { return kinds_; }

  /// After `begin_step`: mixes what the tree expects of a factor's outcomes with what their kinds
  /// do, (1 − ν) P + ν P*.
  void mix(std::size_t factor, OutcomeDistributions& distributions) const;
  /// The same of the probabilities of what was observed, [modality].
  void mix(std::size_t factor, const Outcomes& outcomes, std::size_t item,
           std::vector<double>& probabilities) const;

 private:
  const SequenceTables* tables_;
  KindsFilter kinds_;
  std::vector<double> beliefs_;             // ν after the last step, [cell]
  std::vector<bool> met_;                   // the cell has shown something, [cell]
  std::vector<CellGate> gates_;             // [cell]
  std::vector<Matrix<double>> cut_shares_;  // [factor]
};

}  // namespace rgm
