#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/inference/cell_memory.h"
#include "rgm/model/kinds.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// The probabilities of `Kinds`, read from their counts as these are at the moment.
class KindTables {
 public:
  /// Borrows `kinds`, which must outlive the tables and may learn meanwhile. Cost O(kinds ·
  /// outcomes of each table).
  explicit KindTables(const Kinds& kinds);
  explicit KindTables(const Kinds&& kinds) = delete;

  const Kinds& kinds() const { return *kinds_; }
  std::size_t number() const { return kinds_->options.number; }
  std::size_t num_outcomes(std::size_t column) const { return table(column).num_outcomes; }

  /// P(outcome | its last, the one before, kind) of a column, [kind]; `before` may be `kUnknown`.
  void given(std::size_t column, std::size_t last, std::size_t before, std::size_t outcome,
             std::span<double> result) const;
  /// The same of all outcomes, [kind, outcome].
  void given(std::size_t column, std::size_t last, std::size_t before,
             Matrix<double>& result) const;
  /// Σ_k belief(k) P(outcome | its last, the one before, kind) of all outcomes, [outcome], in less
  /// time: that of the sum over kinds.
  void mixed(std::size_t column, std::size_t last, std::size_t before,
             std::span<const double> belief, std::vector<double>& result) const;
  /// P(outcome) by the column's own frequencies.
  double frequency(std::size_t column, std::size_t outcome) const;
  /// The same where the column's `total`, M, is known, which takes the time of a sum.
  double frequency(std::size_t column, std::size_t outcome, double total) const;
  double total(std::size_t column) const;
  /// P(next kind | kind), [kind, next kind].
  void chain(Matrix<double>& result) const;

  static constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);

 private:
  /// h of a table: decay[k][d] = θ_k^d, and their sums up to d.
  struct Prior {
    Matrix<double> decay, sum;  // [kind but the last, distance]
  };
  const Kinds::Table& table(std::size_t column) const {
    return kinds_->tables[kinds_->table_of[column]];
  }
  double prior(std::size_t table, std::size_t kind, std::size_t last, std::size_t outcome) const;

  const Kinds* kinds_;
  std::vector<Prior> priors_;  // [table]
};

/// What is believed of the kinds of all cells, step by step.
///
/// A step is `begin_step`, then the outcomes of each column (`push`), cells in any order and the
/// columns of a cell in its own, those not pushed are missing, then `finish_step`. Within a cell
/// the outcomes pushed before count for those that follow, and all of them exactly: with nothing
/// missing the probabilities multiply up to those of the generative definition (`Kinds`). A column
/// that was missing keeps a distribution of its outcome given the kind, projected after each step
/// on kinds and each column by itself; one of more than `kMostLost` outcomes, where that would take
/// too long, is then known by its frequencies alone.
///
/// Arithmetic is +, · and / in a fixed order: the same on every machine.
class KindsFilter {
 public:
  /// Borrows `kinds`, which must outlive the filter and may learn between steps.
  explicit KindsFilter(const Kinds& kinds);
  explicit KindsFilter(const Kinds&& kinds) = delete;

  const Kinds& kinds() const { return tables_.kinds(); }

  void begin_step();
  /// P(outcome of the column at this step | the past, what its cell has shown of this step),
  /// [outcome]. Memory counts where the earlier columns of the cell have been told: what is said of
  /// a later column alone leaves it out.
  void predict(std::size_t column, std::vector<double>& result) const;
  /// The same given each kind, [kind, outcome].
  void predict_by_kind(std::size_t column, Matrix<double>& result) const;
  /// The probability of one observation, of a soft outcome Σ_o q(o) P(o); 1 if it is missing.
  double probability(std::size_t column, const Outcomes& outcomes, std::size_t item) const;
  /// Takes in one observation; returns `probability` of it.
  double push(std::size_t column, const Outcomes& outcomes, std::size_t item);
  void finish_step();

  /// P(kind of a cell | everything told so far), [kind]: before the first step, and between
  /// `finish_step` and `begin_step` that of the last step, else of the present one.
  std::span<const double> belief(std::size_t cell) const { return beliefs_.row(cell); }
  /// After `finish_step`: P(kind of the step before, kind | everything so far), [kind, kind].
  void pair(std::size_t cell, Matrix<double>& result) const;
  /// The last outcome of a column and the one before, as known before this step; `kUnknown` where
  /// they are not.
  std::size_t last(std::size_t column) const { return columns_[column].last; }
  std::size_t before_last(std::size_t column) const { return columns_[column].before; }
  /// The hash of a column's context on each rung of memory, as far as its cell has been told of
  /// this step; `kNoContext` where something of it is unknown.
  using Contexts = std::array<std::uint64_t, Kinds::kMaxMemory>;
  Contexts contexts(std::size_t column) const;
  static constexpr std::uint64_t kNoContext = 0;
  static constexpr std::size_t kMostLost = 256;

 private:
  struct Column {
    std::size_t last = KindTables::kUnknown, before = KindTables::kUnknown;
    std::size_t cell = 0;
    bool lost = false;      // the last outcome is unknown, and something is believed of it
    Matrix<double> belief;  // P(last outcome | kind of its step), if lost, [kind, outcome]
    bool seen = false;      // at this step
    std::size_t shown = 0;  // the outcome nearest to what was shown
  };
  /// P(what is observed | kind, past), [kind]; returns the nearest outcome.
  std::size_t observation_by_kind(std::size_t column, const Outcomes& outcomes, std::size_t item,
                                  std::vector<double>& result) const;
  CellMemory::Rungs rungs(std::size_t column) const;
  double kinds_alone(std::size_t column) const;
  CellMemory::Climb climb(std::size_t column, const CellMemory::Rungs& rungs,
                          const Outcomes& outcomes, std::size_t item) const;

  KindTables tables_;
  std::vector<Column> columns_;
  Matrix<double> chain_, beliefs_;           // beliefs_: [cell, kind]
  Matrix<double> last_beliefs_, predicted_;  // of the step before, and what followed from it
  mutable Matrix<double> scratch_;
  CellMemory memory_;
  mutable std::vector<double> given_;
  mutable std::vector<std::pair<std::size_t, double>> observation_;
};

}  // namespace rgm
