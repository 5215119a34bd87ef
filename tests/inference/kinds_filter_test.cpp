#include "rgm/inference/kinds_filter.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/inference/cell_smoother.h"
#include "support/error_of.h"
#include "support/random_kinds.h"

namespace rgm {
namespace {

/// The generative definition of one cell, by visiting every path of its kind and every value of its
/// missing outcomes.
class KindsJoint {
 public:
  KindsJoint(const Kinds& kinds, const Outcomes& outcomes) : tables_(kinds), outcomes_(outcomes) {
    tables_.chain(chain_);
    kind_.resize(outcomes.items());
  }
  /// P(the outcomes observed).
  double evidence() { return visit(0); }

 private:
  double visit(std::size_t t) {
    if (t == outcomes_.items()) return 1;
    const auto& kinds = tables_.kinds();
    const std::size_t number = tables_.number();
    double result = 0;
    for (kind_[t] = 0; kind_[t] < number; ++kind_[t]) {
      double p = 0;
      if (t > 0) p = chain_(kind_[t - 1], kind_[t]);
      for (std::size_t j = 0; t == 0 && j < number; ++j)
        p += chain_(j, kind_[0]) / static_cast<double>(number);
      result += p * fill(t, 0, kinds.cells.front());
    }
    return result;
  }
  double fill(std::size_t t, std::size_t i, const std::vector<std::size_t>& columns) {
    if (i == columns.size()) return visit(t + 1);
    const std::size_t g = columns[i];
    if (!outcomes_(t, g).missing()) return probability(t, g) * fill(t, i + 1, columns);
    double result = 0;
    for (std::uint16_t o = 0; o < tables_.num_outcomes(g); ++o) {
      outcomes_(t, g) = {o, 0};
      const double p = probability(t, g);
      result += p * fill(t, i + 1, columns);
    }
    outcomes_(t, g) = {};
    return result;
  }
  double probability(std::size_t t, std::size_t g) const {
    if (t == 0) return tables_.frequency(g, outcomes_(0, g).token);
    std::vector<double> given(tables_.number());
    tables_.given(g, outcomes_(t - 1, g).token,
                  t > 1 ? outcomes_(t - 2, g).token : KindTables::kUnknown, outcomes_(t, g).token,
                  given);
    return given[kind_[t]];
  }

  KindTables tables_;
  Outcomes outcomes_;
  Matrix<double> chain_;
  std::vector<std::size_t> kind_;
};

double filtered(const Kinds& kinds, const Outcomes& outcomes) {
  KindsFilter filter(kinds);
  double result = 1;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    filter.begin_step();
    for (std::size_t g = 0; g < outcomes.modalities(); ++g) result *= filter.push(g, outcomes, t);
    filter.finish_step();
  }
  return result;
}

RC_GTEST_PROP(KindsFilter, EqualsEnumerationWhereNothingIsMissing, (std::uint32_t seed)) {
  Random random(seed);
  const std::vector<std::size_t> sizes{2 + random.index(3), 2 + random.index(3)};
  const auto kinds = test::random_kinds(
      random, sizes, {{0, 1}}, {.number = 2 + random.index(2), .order = 1 + random.index(2)});
  const auto outcomes = test::random_sequence(random, sizes, 5, 0);
  const double expected = KindsJoint(kinds, outcomes).evidence();
  RC_ASSERT(std::abs(filtered(kinds, outcomes) / expected - 1) < 1e-10);
}

RC_GTEST_PROP(KindsFilter, PredictsWhatEnumerationSaysOfOneColumnFarAhead, (std::uint32_t seed)) {
  Random random(seed);
  const std::vector<std::size_t> sizes{2 + random.index(3)};
  const auto kinds =
      test::random_kinds(random, sizes, {{0}}, {.number = 2 + random.index(2), .order = 1});
  Outcomes outcomes = test::random_sequence(random, sizes, 3, 0);
  Outcomes ahead(5, 1);  // steps 3 and 4 are missing but for the last, which is asked for
  for (std::size_t t = 0; t < 3; ++t) ahead(t, 0) = outcomes(t, 0);
  KindsFilter filter(kinds);
  for (std::size_t t = 0; t < 4; ++t) {
    filter.begin_step();
    filter.push(0, ahead, t);
    filter.finish_step();
  }
  filter.begin_step();
  std::vector<double> predicted;
  filter.predict(0, predicted);
  const double past = KindsJoint(kinds, outcomes).evidence();
  for (std::uint16_t o = 0; o < sizes[0]; ++o) {
    ahead(4, 0) = {o, 0};
    RC_ASSERT(std::abs(predicted[o] - KindsJoint(kinds, ahead).evidence() / past) < 1e-10);
  }
}

RC_GTEST_PROP(KindsFilter, PredictionsAreDistributionsAndWhatIsPushed, (std::uint32_t seed)) {
  Random random(seed);
  const std::vector<std::size_t> sizes{3, 3, 2};
  const auto kinds = test::random_kinds(random, sizes, {{0, 2}, {1}}, {.number = 3});
  const auto outcomes = test::random_sequence(random, sizes, 8, 0.3);
  KindsFilter filter(kinds);
  std::vector<double> predicted;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    filter.begin_step();
    for (std::size_t g = 0; g < sizes.size(); ++g) {
      filter.predict(g, predicted);
      RC_ASSERT(std::abs(std::accumulate(predicted.begin(), predicted.end(), 0.0) - 1) < 1e-12);
      const double p = filter.push(g, outcomes, t);
      if (!outcomes(t, g).missing())
        RC_ASSERT(std::abs(p - predicted[outcomes(t, g).token]) < 1e-12);
    }
    filter.finish_step();
  }
}

/// Smoothing is projected; how far from what enumeration says, on average over random kinds and
/// sequences with a third missing: the mean KL divergence of a missing outcome's posterior.
TEST(KindsSmoother, IsNearEnumeration) {
  Random random(1);
  double divergence = 0, evidence_error = 0;
  std::size_t missing = 0, sequences = 60;
  for (std::size_t i = 0; i < sequences; ++i) {
    const std::vector<std::size_t> sizes{3, 2};
    const auto kinds =
        test::random_kinds(random, sizes, {{0, 1}}, {.number = 2, .order = 1, .strength = 16});
    auto outcomes = test::random_sequence(random, sizes, 5, 0.33);
    const KindsSmoother smoother(kinds, outcomes);
    const double evidence = KindsJoint(kinds, outcomes).evidence();
    evidence_error += std::abs(std::log(filtered(kinds, outcomes) / evidence));
    for (std::size_t t = 0; t < outcomes.items(); ++t)
      for (std::size_t g = 0; g < sizes.size(); ++g) {
        if (!outcomes(t, g).missing()) continue;
        ++missing;
        const auto belief = smoother.belief(t, g);
        EXPECT_NEAR(std::accumulate(belief.begin(), belief.end(), 0.0), 1, 1e-9);
        for (std::uint16_t o = 0; o < sizes[g]; ++o) {
          outcomes(t, g) = {o, 0};
          const double p = KindsJoint(kinds, outcomes).evidence() / evidence;
          divergence += p * std::log(p / belief[o]);
        }
        outcomes(t, g) = {};
      }
  }
  EXPECT_GT(missing, 100U);
  EXPECT_LT(divergence / static_cast<double>(missing), 0.004);
  EXPECT_LT(evidence_error / static_cast<double>(sequences), 0.015);
}

/// The tables, worked out by hand: three kinds of three outcomes; the means of change are 0.03 and
/// 3 / 4.5 of outcomes in order, the probabilities of change 0.03 and 2 / 3 of those without.
TEST(KindTables, AreThoseOfTheDefinition) {
  for (const bool ordered : {true, false}) {
    auto kinds = make_kinds({3}, {{0}}, ordered,
                            {.number = 3, .strength = 8, .chain_counts = 10, .chain_stay = 0.8});
    kinds.tables[0].after_last[0].add(2, std::vector{1.0, 2.0, 0.5});
    kinds.tables[0].after_two[kinds.tables[0].pair(0, 1)].add(0, std::vector{4.0, 0.0, 0.0});
    kinds.frequencies[0] = {1, 0, 4};
    kinds.chain(1, 2) = 10;
    const KindTables tables(kinds);
    std::vector<double> given(3);
    for (std::size_t o = 0; o < 3; ++o) {
      tables.given(0, 0, 1, o, given);
      for (std::size_t k = 0; k < 2; ++k) {
        const double change = k == 0 ? 0.03 : 2.0 / 3;
        const double theta = ordered ? (std::sqrt(1 + change * change) - 1) / change : change;
        double h = o == 0 ? 1 - theta : theta / 2;
        if (ordered) h = std::pow(theta, static_cast<double>(o)) / (1 + theta + theta * theta);
        const double n1 = k == 0 ? 1 : 2, first = ((o == 2 ? n1 : 0) + 8 * h) / (n1 + 8);
        const double n2 = k == 0 ? 4 : 0;
        EXPECT_NEAR(given[k], ((o == 0 ? n2 : 0) + 8 * first) / (n2 + 8), 1e-6) << o << ' ' << k;
      }
      EXPECT_NEAR(given[2], (kinds.frequencies[0][o] + 0.3) / (5 + 0.9), 1e-12);
    }
    Matrix<double> chain;
    tables.chain(chain);
    EXPECT_NEAR(chain(0, 0), 0.8, 1e-12);
    EXPECT_NEAR(chain(0, 1), 0.1, 1e-12);
    EXPECT_NEAR(chain(1, 1), 8.0 / 20, 1e-12);
    EXPECT_NEAR(chain(1, 2), 11.0 / 20, 1e-12);
  }
}

TEST(KindsFilter, RefusesOutcomesOutOfRange) {
  const auto kinds = make_kinds({2}, {{0}}, true);
  Outcomes outcomes(2, 1);
  outcomes(0, 0) = {1, 0};
  outcomes(1, 0) = {2, 0};
  KindsFilter filter(kinds);
  filter.begin_step();
  filter.push(0, outcomes, 0);
  filter.finish_step();
  filter.begin_step();
  EXPECT_EQ(test::error_of([&] { filter.push(0, outcomes, 1); }),
            "item 1, modality 0: outcome: expected below 2, got 2");
}

TEST(KindsFilter, PassesOverAMemoryOfOtherOutcomes) {
  Kinds kinds = make_kinds({2, 500}, {{0}, {1}}, false, {.number = 2, .memory = 1});
  Outcomes outcomes(1, 2);
  outcomes(0, 0) = {1, 0};
  KindsFilter filter(kinds);
  filter.begin_step();
  filter.push(0, outcomes, 0);
  filter.finish_step();
  filter.begin_step();
  std::vector<double> before, after;
  filter.predict(0, before);
  kinds.memory[0][filter.contexts(0)[0]].add(400, std::vector<double>{1});  // as forged
  filter.predict(0, after);
  EXPECT_EQ(before, after);
}

}  // namespace
}  // namespace rgm
