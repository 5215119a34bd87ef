#include "rgm/math/incremental_information.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/math/information.h"

namespace rgm {
namespace {

/// The table of rows [first_row, first_row + num_rows) plus background, and its mutual information
/// from scratch.
double recomputed(const Matrix<double>& counts, std::size_t first_row, std::size_t num_rows,
                  double background) {
  Matrix<double> table(num_rows, counts.cols());
  for (std::size_t o = 0; o < num_rows; ++o)
    for (std::size_t s = 0; s < table.cols(); ++s)
      table(o, s) = counts(first_row + o, s) + background;
  return mutual_information(table);
}

/// Distinct entries, often several in a row or column, with positive amounts or the removal of all
/// there is (but not of the first entry, so that the table never is empty).
std::vector<CountChange> random_changes(Random& random, const Matrix<double>& counts,
                                        std::size_t first_row, std::size_t num_rows,
                                        std::size_t max_changes) {
  const std::size_t entries = num_rows * counts.cols();
  std::vector<CountChange> changes;
  for (std::size_t entry :
       random.choose(entries, random.index(std::min(entries, max_changes) + 1))) {
    const std::size_t row = entry / counts.cols(), column = entry % counts.cols();
    const double here = counts(first_row + row, column);
    changes.push_back(
        {row, column, entry > 0 && random.uniform() < 0.3 ? -here : 2 * random.uniform()});
  }
  return changes;
}

RC_GTEST_PROP(IncrementalInformation, AgreesWithRecomputation, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t num_rows = 1 + random.index(6), first_row = random.index(4);
  const double background = random.uniform() < 0.5 ? 0 : random.uniform();
  Matrix<double> counts(first_row + num_rows + random.index(3), 1 + random.index(6));
  for (double& a : counts.values()) a = random.uniform() < 0.5 ? 0 : 5 * random.uniform();
  counts(first_row, 0) += 1;
  IncrementalInformation information(counts, first_row, num_rows, background);
  RC_ASSERT(std::abs(information.value() - recomputed(counts, first_row, num_rows, background)) <
            1e-12);
  for (int step = 0; step < 20; ++step) {
    const auto changes = random_changes(random, counts, first_row, num_rows, 40);
    const double share = random.uniform() < 0.5 ? 1 : random.uniform();
    const double before = information.value(),
                 predicted = information.after(counts, changes, share);
    RC_ASSERT(information.value() == before);
    RC_ASSERT(information.after(counts, {}, 1) == before);
    Matrix<double> expected = counts;
    for (const auto& [row, column, amount] : changes)
      expected(first_row + row, column) += share * amount;
    information.add(counts, changes, share);
    RC_ASSERT(counts == expected);
    RC_ASSERT(std::abs(information.value() - predicted) < 1e-12);
    RC_ASSERT(std::abs(predicted - recomputed(counts, first_row, num_rows, background)) < 1e-10);
  }
}

TEST(IncrementalInformation, HardlyDrifts) {
  constexpr std::size_t kFirstRow = 3, kRows = 17, kStates = 120;
  constexpr double kBackground = 1.0 / 16;
  Random random(1);
  Matrix<double> counts(kFirstRow + kRows, kStates);
  IncrementalInformation information(counts, kFirstRow, kRows, kBackground);
  for (int step = 0; step < 100000; ++step) {
    auto changes = random_changes(random, counts, kFirstRow, kRows, 8);
    information.add(counts, changes, 0.5);
  }
  EXPECT_NEAR(information.value(), recomputed(counts, kFirstRow, kRows, kBackground), 1e-9);
  double total = kRows * kStates * kBackground;
  for (std::size_t o = kFirstRow; o < counts.rows(); ++o)
    for (double a : counts.row(o)) total += a;
  EXPECT_NEAR(information.total(), total, 1e-9 * total);
}

TEST(IncrementalInformation, EmptyTableAndErrors) {
  Matrix<double> counts(3, 2);
  IncrementalInformation information(counts, 0, 3, 0);
  EXPECT_EQ(information.value(), 0);
  const std::vector<CountChange> diagonal{{0, 0, 1.0}, {1, 1, 1.0}};
  EXPECT_NEAR(information.after(counts, diagonal, 3), std::log(2.0), 1e-15);
  EXPECT_EQ(information.total(), 0);
  EXPECT_THROW(IncrementalInformation(counts, 1, 3, 0), Error);
  EXPECT_THROW(IncrementalInformation(counts, 0, 3, -1), Error);
  counts(1, 1) = -1;
  EXPECT_THROW(IncrementalInformation(counts, 0, 3, 0.5), Error);
}

}  // namespace
}  // namespace rgm
