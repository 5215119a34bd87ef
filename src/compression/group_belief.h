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

/// Beliefs over the states of a factor, and the one that is unlike them all, while its group's
/// outcomes become known one after the other: P(o_g | the outcomes before) = Σ_s w(s) A_g[o_g, s] +
/// w* P*_g(o_g), then w(s) ← w(s) A_g[o_g, s].
///
/// The weights start as integers, so that predicted states that differ in the last bit give the
/// same. A state whose weight falls below 2^−200 of the largest is dropped; the novel one stays at
/// least as heavy as that.
class GroupBelief {
 public:
  /// `predicted`: P(state), [state]; `novelty`: that of the novel state. Cost O(states).
  void start(const GroupTable& table, std::span<const double> predicted, double novelty);
  /// Nothing but the novel state.
  void start_novel();

  /// Weights of the outcomes of the group's modality `g`; `novel` are those of the novel state,
  /// empty if it weighs nothing. Cost O(states left · (1 + outcomes seen with one) + outcomes).
  void predict(std::size_t g, std::span<const double> novel, std::vector<double>& weights) const;
  /// The outcome that came. Should nothing be left that explains it, the beliefs start again.
  void observe(std::size_t g, std::size_t outcome, double novel_probability);
  /// P(novel state | outcomes observed).
  double novel_share() const { return novel_weight_; }

 private:
  void reset();

  const GroupTable* table_ = nullptr;
  double novelty_ = 0, novel_weight_ = 0;
  std::vector<double> initial_;        // [state], normalised to 1 − novelty
  std::vector<std::uint32_t> states_;  // that are left
  std::vector<double> weights_;        // of these
};

}  // namespace rgm::detail
