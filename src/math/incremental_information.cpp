#include "rgm/math/incremental_information.h"

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <numeric>

#include "rgm/base/error.h"

namespace rgm {
namespace {

// Logarithms are taken in blocks of a fixed size, so that the processor's vectors serve whatever
// the alignment, with the same result.
constexpr std::size_t kBlock = 8;
using Block = Eigen::Array<double, kBlock, 1>;

/// Σ x ln x; pads x with ones, which add nothing.
double sum_x_log_x(std::vector<double>& x) {
  x.resize((x.size() + kBlock - 1) / kBlock * kBlock, 1.0);
  Block sum = Block::Zero();
  for (std::size_t i = 0; i < x.size(); i += kBlock) {
    const Block block = Eigen::Map<const Block>(x.data() + i);
    sum += block * block.max(std::numeric_limits<double>::min()).log();  // 0 ln 0 = 0
  }
  return sum.sum();
}

}  // namespace

IncrementalInformation::IncrementalInformation(const Matrix<double>& counts, std::size_t first_row,
                                               std::size_t num_rows, double background)
    : first_row_(first_row),
      background_(background),
      rows_(num_rows),
      columns_(counts.cols()),
      row_changes_(num_rows),
      column_changes_(counts.cols()) {
  require(first_row <= counts.rows() && num_rows <= counts.rows() - first_row,
          "IncrementalInformation: rows: expected within the ", counts.rows(),
          " of the counts, got ", num_rows, " from ", first_row);
  require(std::isfinite(background) && background >= 0,
          "IncrementalInformation: background: expected a finite value of at least 0, got ",
          background);
  for (std::size_t o = 0; o < num_rows; ++o) {
    gained_.clear();
    for (std::size_t s = 0; s < columns_.size(); ++s) {
      const double a = counts(first_row + o, s) + background;
      require(std::isfinite(a) && a >= 0,
              "IncrementalInformation: counts: expected finite values of at least 0, got ", a);
      rows_[o] += a;
      columns_[s] += a;
      gained_.push_back(a);
    }
    total_ += rows_[o];
    terms_ += sum_x_log_x(gained_);
  }
  lost_.assign(rows_.begin(), rows_.end());
  lost_.insert(lost_.end(), columns_.begin(), columns_.end());
  terms_ -= sum_x_log_x(lost_);
}

double IncrementalInformation::information(double terms, double total) {
  return total > 0 ? terms / total + std::log(total) : 0;
}

double IncrementalInformation::change_of_terms(const Matrix<double>& counts,
                                               std::span<const CountChange> changes,
                                               double share) const {
  gained_.clear();
  lost_.clear();
  for (const auto& [row, column, amount] : changes) {
    const double before = counts(first_row_ + row, column) + background_;
    gained_.push_back(before + share * amount);
    lost_.push_back(before);
    row_changes_[row] += share * amount;
    column_changes_[column] += share * amount;
  }
  const auto settle = [&](double before, double& change) {
    if (change == 0) return;  // settled with an earlier entry, or nothing to do
    gained_.push_back(before);
    lost_.push_back(before + change);
    change = 0;
  };
  for (const auto& change : changes) {
    settle(rows_[change.row], row_changes_[change.row]);
    settle(columns_[change.column], column_changes_[change.column]);
  }
  return sum_x_log_x(gained_) - sum_x_log_x(lost_);
}

double IncrementalInformation::after(const Matrix<double>& counts,
                                     std::span<const CountChange> changes, double share) const {
  const double added = std::accumulate(
      changes.begin(), changes.end(), 0.0,
      [&](double sum, const CountChange& change) { return sum + share * change.amount; });
  return information(terms_ + change_of_terms(counts, changes, share), total_ + added);
}

void IncrementalInformation::add(Matrix<double>& counts, std::span<const CountChange> changes,
                                 double share) {
  terms_ += change_of_terms(counts, changes, share);
  for (const auto& [row, column, amount] : changes) {
    counts(first_row_ + row, column) += share * amount;
    rows_[row] += share * amount;
    columns_[column] += share * amount;
    total_ += share * amount;
  }
}

}  // namespace rgm
