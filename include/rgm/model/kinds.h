#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "rgm/base/matrix.h"

namespace rgm {

/// What is assumed of kinds of change before anything is seen. Defaults were chosen on the first
/// halves of films; what comes of them hardly depends on them (docs/methods.md).
struct KindsOptions {
  std::size_t number = 6;     ///< K; 0: no kinds, else 2 to `kMaxKinds`
  std::size_t order = 2;      ///< an outcome is predicted from its last 1 or 2
  double strength = 64;       ///< κ, prior counts of each table's prediction from the one before
  double chain_counts = 10;   ///< prior counts of a kind's successors
  double chain_stay = 0.9;    ///< of these, the share of the kind itself
  std::size_t memory = 0;     ///< R, rungs of memory upon the kinds, 0 to `kMaxMemory`
  double link_stay = 0.9995;  ///< ρ, a cell that is linked stays so from step to step; 0.5: links
                              ///< remember nothing

  /// Probability that a cell is cut, and that one which was cut is linked again: 40 times as
  /// probable, so that cells are linked where state and kind say the same.
  double cut() const { return 1 - link_stay; }
  double join() const { return std::min(0.5, 40 * cut()); }

  friend bool operator==(const KindsOptions&, const KindsOptions&) = default;
};

/// Kinds of change: how outcomes go on whatever the states of the tree are, learnt by counting.
///
/// The outcomes are dealt into *cells*, those of one place (a tile of a picture, a column of a
/// table). A cell has a hidden *kind* z, a Markov chain, and given the kind each of its outcomes
/// follows its own last two, l and then o, by tables that all cells share:
///
///     z' | z         ~ (a[z, z'] + A₀ prior) / (Σ a[z, ·] + A₀)
///     q_k(o | l, l') = (n2_k[l, l', o] + κ q1_k(o | l)) / (N2_k[l, l'] + κ)
///     q1_k(o | l)    = (n1_k[l, o] + κ h_k(o | l)) / (N1_k[l] + κ)
///
/// and h_k what is assumed before anything is seen: of outcomes in order ∝ θ_k^|o − l|, the mean
/// change from 0.03 to a 4.5th of the outcomes in equal ratios over the kinds; of outcomes without
/// order, change to any other with probabilities in equal ratios from 0.03 on. The last kind is a
/// fresh draw from the outcome's own frequencies, (m[o] + 0.3) / (M + 0.3 n).
///
/// Upon the kinds a cell may *remember*, on up to two rungs (`CellMemory`): what an outcome was
/// after the same last one, and the same outcomes that came earlier in the cell at this step; and
/// after the same last ones of the whole cell, too. Each column has contexts of its own. That is
/// for cells of few columns, which come again.
///
/// A cell is *linked* to the state of its factor, or *cut*: it then shows what its kind says. Its
/// link is a Markov chain of two states (`KindsOptions::cut`, `join`).
///
/// Data only; `KindsFilter` infers, `learn_kinds` counts.
struct Kinds {
  static constexpr std::size_t kMaxKinds = 64, kMaxMemory = 2;

  /// What followed a context, by kind.
  struct Followers {
    std::vector<std::uint32_t> outcomes;  ///< that were seen, ascending
    std::vector<double> counts;           ///< [outcome seen · K + kind]
    std::vector<double> totals;           ///< [kind]

    /// The counts of an outcome by kind; none if it was not seen.
    std::span<const double> of(std::size_t outcome) const;
    void add(std::size_t outcome, std::span<const double> weights);

    friend bool operator==(const Followers&, const Followers&) = default;
  };
  /// Counts that modalities with equally many outcomes share.
  struct Table {
    std::size_t num_outcomes = 0;
    bool ordered = true;                ///< outcomes are steps of a scale
    std::vector<Followers> after_last;  ///< n1, [last]
    /// n2, by `last · num_outcomes + the one before`.
    std::unordered_map<std::uint64_t, Followers> after_two;

    std::uint64_t pair(std::size_t last, std::size_t before) const {
      return std::uint64_t{last} * num_outcomes + before;
    }
    friend bool operator==(const Table&, const Table&) = default;
  };

  KindsOptions options{.number = 0};
  /// Columns of `Outcomes` (the `source` of modalities): each is in one cell, and those of a cell
  /// have the same parent.
  std::vector<std::vector<std::size_t>> cells;
  std::vector<Table> tables;
  std::vector<std::size_t> table_of;             ///< [column]
  std::vector<std::vector<double>> frequencies;  ///< m, [column][outcome]
  Matrix<double> chain;                          ///< a, [kind, next kind]
  /// What followed each context, by its hash (`KindsFilter::contexts`), as of one kind, [rung].
  std::vector<std::unordered_map<std::uint64_t, Followers>> memory;

  bool empty() const { return options.number == 0; }
  /// Throws `Error` that begins with "kinds" unless shapes match and counts are valid.
  void validate() const;

  friend bool operator==(const Kinds&, const Kinds&) = default;
};

/// Kinds that have seen nothing, of cells whose columns have so many outcomes. Columns with equally
/// many share a table. `Error` if options are out of range or a column is in no cell, or in two.
Kinds make_kinds(const std::vector<std::size_t>& num_outcomes,
                 std::vector<std::vector<std::size_t>> cells, bool ordered,
                 const KindsOptions& options = {});

}  // namespace rgm
