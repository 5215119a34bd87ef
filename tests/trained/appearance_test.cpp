#include "rgm/trained/appearance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

Appearance empty_of(std::size_t tiles) {
  Appearance result;
  result.energies = result.changes = Matrix<double>(tiles, Appearance::kEnergies);
  return result;
}

TEST(Appearance, ClassesAreQuartersOfANat) {
  EXPECT_EQ(Appearance::energy_class(0), 0U);
  EXPECT_EQ(Appearance::energy_class(255.0 * 255), 49U);
  EXPECT_EQ(Appearance::energy_class(1e30), Appearance::kEnergies - 1);
  EXPECT_EQ(Appearance::energy_class(std::numeric_limits<double>::quiet_NaN()),
            Appearance::kEnergies - 1);
  EXPECT_EQ(Appearance::energy_class(100 * std::exp(1.0)), Appearance::energy_class(100) + 4);
}

TEST(Appearance, EvidenceIsAgainstWhatATileUsuallyShows) {
  Matrix<double> counts(2, Appearance::kEnergies);
  const auto nothing = Appearance::evidence(counts);
  for (const double nats : nothing.values()) EXPECT_NEAR(nats, 0, 1e-12);
  counts(0, 20) = counts(1, 30) = 100;
  const auto nats = Appearance::evidence(counts);
  EXPECT_LT(nats(0, 20), -2);
  EXPECT_LT(nats(1, 30), -2);
  EXPECT_GT(nats(0, 36), 2);
  // The more, the farther it is from all that was seen.
  for (std::size_t i = 31; i < 40; ++i) EXPECT_LT(nats(0, i), nats(0, i + 1)) << i;
  // What other tiles show tells less than what none does.
  EXPECT_LT(nats(0, 30), nats(0, 26));
  // Less than is usual tells a quarter of what more does.
  const std::vector<double> of_tile(nats.row(1).begin(), nats.row(1).end());
  const auto above = of_tile[36] - of_tile[30], below = of_tile[24] - of_tile[30];
  EXPECT_NEAR(below, above / 4, 0.1 * above);
}

TEST(Appearance, AddsUp) {
  auto a = empty_of(2), b = empty_of(2);
  a.energies(1, 7) = 3;
  b.energies(1, 7) = 4;
  Appearance sum;
  sum.add(Appearance());
  EXPECT_FALSE(sum.known());
  sum.add(a);
  EXPECT_EQ(sum, a);
  sum.add(b);
  EXPECT_EQ(sum.energies(1, 7), 7);
  EXPECT_NE(error_of([&] { sum.add(empty_of(3)); }).find("expected 2 tiles, got 3"),
            std::string::npos);
}

TEST(Appearance, RefusesWhatCannotBe) {
  auto negative = empty_of(1);
  negative.changes(0, 0) = -1;
  EXPECT_NE(error_of([&] { negative.validate(); }).find("changes"), std::string::npos);
  auto infinite = empty_of(1);
  infinite.energies(0, 3) = std::numeric_limits<double>::infinity();
  EXPECT_NE(error_of([&] { infinite.validate(); }).find("energies"), std::string::npos);
  auto half = empty_of(1);
  half.changes = {};
  EXPECT_NE(error_of([&] { half.validate(); }).find("changes"), std::string::npos);
  half = {};
  half.changes = Matrix<double>(1, Appearance::kEnergies);
  EXPECT_NE(error_of([&] { half.validate(); }).find("got none"), std::string::npos);
}

}  // namespace
}  // namespace rgm
