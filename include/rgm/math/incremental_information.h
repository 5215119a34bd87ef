#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"

namespace rgm {

/// One entry of a mapping's table and what is added to it.
struct CountChange {
  std::size_t row, column;
  double amount;
};

/// The mutual information of one mapping's table a = counts[first_row … first_row + num_rows − 1,
/// ·] + background, kept up to date while single entries change:
///
///     I = (1/S) [Σ_{o,s} a ln a − Σ_o r_o ln r_o − Σ_s c_s ln c_s] + ln S
///
/// in nats, with S the sum of a, r and c its row and column sums, 0 ln 0 = 0. I does not change
/// when all of a is scaled.
///
/// It owns the sums, not the counts: every change of the rows must go through `add`, or the object
/// be made anew. Rows of changes count from first_row; several may share a row or a column, but no
/// entry comes twice. All counts stay at least −background; a table must not be emptied again,
/// since S would be nothing but rounding errors. One object serves one thread at a time (`after`
/// uses work space). Source: active learning of likelihoods, Friston et al. 2024, arXiv 2407.20292;
/// the incremental form is docs/methods.md's.
class IncrementalInformation {
 public:
  /// Cost O(num_rows · states). `Error` unless the rows exist, and background and a are finite and
  /// at least 0.
  IncrementalInformation(const Matrix<double>& counts, std::size_t first_row, std::size_t num_rows,
                         double background);

  /// I, and S.
  double value() const { return information(terms_, total_); }
  double total() const { return total_; }

  /// I after share · changes were added to `counts`; nothing changes. Cost O(changes).
  double after(const Matrix<double>& counts, std::span<const CountChange> changes,
               double share) const;
  /// Adds share · changes to `counts`, and updates I. Cost O(changes).
  void add(Matrix<double>& counts, std::span<const CountChange> changes, double share);

 private:
  static double information(double terms, double total);
  double change_of_terms(const Matrix<double>& counts, std::span<const CountChange> changes,
                         double share) const;

  std::size_t first_row_;
  double background_;
  std::vector<double> rows_, columns_;  // r and c
  double total_ = 0;                    // S
  double terms_ = 0;                    // the square bracket

  // Work space, empty or zero between calls.
  mutable std::vector<double> row_changes_, column_changes_;
  // Arguments of x ln x that enter and leave the bracket.
  mutable std::vector<double> gained_, lost_;
};

}  // namespace rgm
