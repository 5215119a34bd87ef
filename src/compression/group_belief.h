#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/inference/sequence_tables.h"

namespace rgm::detail {

/// The likelihoods of one factor of level 0 by state: for each modality and state the outcomes seen
/// with it.
class GroupTable {
 public:
  struct Entry {
    std::uint32_t outcome = 0;
    double probability = 0;  ///< observed part of A[o, s]
  };
  struct Modality {
    std::size_t index = 0, num_outcomes = 0;  ///< of the outcomes
    std::span<const double> background;       ///< [state]
    std::vector<std::size_t> begin;           ///< [state], and the end
    std::vector<Entry> entries;               ///< ascending by outcome

    std::span<const Entry> of(std::size_t state) const {
      return std::span(entries).subspan(begin[state], begin[state + 1] - begin[state]);
    }
  };

  /// `table` must outlive this.
  explicit GroupTable(const SequenceTables::FactorTable& table);

  std::size_t num_states = 0;
  std::vector<Modality> modalities;
};

/// Beliefs over the states of a factor while the outcomes of its group become known one after the
/// other, cell by cell. A cell is cut from the states with probability ν; with w(s) the belief
/// before the cell, Σ w = 1, and P* what its outcomes are if it is cut:
///
///     a(s) = (1 − ν) w(s),   b = ν
///     P(o_g | the outcomes before) = Σ_s a(s) A_g[o_g, s] + b P*_g(o_g),
///     a(s) ← a(s) A_g[o_g, s] / P,   b ← b P*_g / P        for each modality g of the cell,
///     w(s) ← a(s) + b w(s)                                 at its end, and b = P(it is cut).
///
/// The weights start as integers, so that predicted states that differ in the last bit give the
/// same. A state whose weight falls below a bound, relative to the largest, is dropped, until the
/// end of the cell or of the group; b stays at least as heavy as that.
class GroupBelief {
 public:
  /// `predicted`: P(state), [state]. Cost O(states), as of `start_cell` and `finish_cell` of those
  /// that are left.
  void start(const GroupTable& table, std::span<const double> predicted, double lightest);
  /// Nothing has states, everything is cut.
  void start_without_states();

  void start_cell(double cut);
  /// Weights of the outcomes of the group's modality `g`; `unlinked` are those of P*, empty if the
  /// cell cannot be cut. Cost O(states left · (1 + outcomes seen with one) + outcomes).
  void predict(std::size_t g, std::span<const double> unlinked, std::vector<double>& weights) const;
  /// The outcome that came. Should nothing be left that explains it, the cell starts again.
  void observe(std::size_t g, std::size_t outcome, double unlinked_probability);
  /// P(the cell is cut | outcomes observed).
  double cut_share() const { return cut_weight_; }
  /// The states take in what the cell has shown.
  void finish_cell();

  /// After some cells: ln P(what they have shown | state) but for a constant, [state]; of states
  /// that were dropped that of the bound.
  void log_likelihood(std::vector<double>& result) const;

 private:
  struct State {
    std::uint32_t index = 0;
    double weight = 0;
  };
  void restart_cell();

  const GroupTable* table_ = nullptr;
  double lightest_ = 0, total_ = 0, cut_ = 0, cut_weight_ = 0;
  std::vector<double> initial_;  // [state], integers
  std::vector<State> before_;    // w before the cell, of sum `total_`
  std::vector<State> states_;    // a, of those that are left
};

}  // namespace rgm::detail
