#include "rgm/model/likelihood.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <string>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/model/outcomes.h"
#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

TEST(Likelihood, ModalitiesAreStacked) {
  Likelihood likelihood(std::vector<std::size_t>{2, 3}, std::vector{0.5, 0.0}, 2);
  EXPECT_EQ(likelihood.num_modalities(), 2);
  EXPECT_EQ(likelihood.num_rows(), 5);
  EXPECT_EQ(likelihood.offset(1), 2);
  EXPECT_EQ(likelihood.num_outcomes(1), 3);
  likelihood.counts()(0, 0) = 1;
  likelihood.counts()(3, 0) = 4;
  const auto p = likelihood.expectation();
  EXPECT_EQ(p(0, 0), 0.75);
  EXPECT_EQ(p(1, 0), 0.25);
  EXPECT_EQ(p(0, 1), 0.5);
  EXPECT_EQ(p(3, 0), 1);
  EXPECT_EQ(p(2, 1), 1.0 / 3);  // no counts and no background: uniform
}

RC_GTEST_PROP(Likelihood, ColumnsSumToOneAndStructuralZerosStayZero, (std::uint64_t seed)) {
  Random random(seed);
  std::vector<std::size_t> outcomes(1 + random.index(4));
  std::vector<double> concentrations(outcomes.size());
  for (auto& count : outcomes) count = 1 + random.index(5);
  for (auto& concentration : concentrations)
    concentration = random.index(2) == 0 ? 0 : random.uniform();
  Likelihood likelihood(outcomes, concentrations, 1 + random.index(5));
  for (double& a : likelihood.counts().values())
    a = random.uniform() < 0.6 ? 0 : 10 * random.uniform();
  RC_ASSERT(likelihood.num_states() == likelihood.counts().cols());
  const auto p = likelihood.expectation();
  for (std::size_t g = 0; g < outcomes.size(); ++g)
    for (std::size_t s = 0; s < likelihood.num_states(); ++s) {
      double sum = 0, count = 0;
      for (std::size_t r = likelihood.offset(g); r < likelihood.offset(g + 1); ++r) {
        sum += p(r, s);
        count += likelihood.counts()(r, s);
      }
      RC_ASSERT(std::abs(sum - 1) < 1e-14);
      for (std::size_t r = likelihood.offset(g); r < likelihood.offset(g + 1); ++r)
        if (count > 0)
          RC_ASSERT((p(r, s) == 0) == (likelihood.counts()(r, s) == 0 && concentrations[g] == 0));
    }
}

TEST(Likelihood, Errors) {
  using Sizes = std::vector<std::size_t>;
  using Values = std::vector<double>;
  EXPECT_THROW(Likelihood(Sizes{2, 3}, Values{1}, 2), Error);
  EXPECT_THROW(Likelihood(Sizes{2}, Values{1}, 0), Error);
  EXPECT_THROW(Likelihood(Sizes{0}, Values{1}, 2), Error);
  EXPECT_THROW(Likelihood(Sizes{Outcome::kMaxOutcomes + 1}, Values{1}, 1), Error);
  EXPECT_THROW(Likelihood(Sizes{2}, Values{-1}, 2), Error);
  EXPECT_THROW(Likelihood(Sizes{2}, Values{std::nan("")}, 2), Error);
  Likelihood likelihood(Sizes{2}, Values{1}, 2);
  EXPECT_NO_THROW(likelihood.validate("here"));
  for (double bad : {-1.0, std::nan(""), HUGE_VAL}) {
    likelihood.counts()(1, 1) = bad;
    try {
      likelihood.validate("here");
      FAIL() << bad;
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find("here: "), 0);
    }
  }
}

}  // namespace
RC_GTEST_PROP(Likelihood, SparseAndDenseAreTheSame, (std::uint64_t seed)) {
  Random random(seed);
  const std::vector<std::size_t> outcomes{1 + random.index(4), 1 + random.index(4),
                                          1 + random.index(4)};
  const std::vector<double> concentrations{random.uniform(), 0, random.uniform()};
  const std::size_t states = 1 + random.index(4);
  Likelihood dense(outcomes, concentrations, states);
  // The sparse one starts with one outcome a modality and no state, and grows.
  auto sparse = Likelihood::sparse(std::vector<std::size_t>{1, 1, 1}, concentrations);
  for (std::size_t s = 0; s < states; ++s) RC_ASSERT(sparse.append_state() == s);
  for (std::size_t i = 0; i < 30; ++i) {
    const std::size_t g = random.index(3), o = random.index(outcomes[g]), s = random.index(states);
    const double count = random.uniform();
    sparse.grow_outcomes(g, std::max(sparse.num_outcomes(g), o + 1));
    sparse.add(g, o, s, count);
    dense.add(g, o, s, count);
  }
  for (std::size_t g = 0; g < 3; ++g) sparse.grow_outcomes(g, outcomes[g]);
  sparse.validate("counts");
  RC_ASSERT(sparse.expectation() == dense.expectation());
  RC_ASSERT(sparse.num_parameters() <= dense.num_parameters());
  for (std::size_t s = 0; s < states; ++s) {
    std::vector<std::pair<std::size_t, double>> from_sparse, from_dense;
    sparse.for_each_count(s, [&](std::size_t g, std::size_t o, double a) {
      from_sparse.emplace_back(sparse.offset(g) + o, a);
    });
    dense.for_each_count(s, [&](std::size_t g, std::size_t o, double a) {
      from_dense.emplace_back(dense.offset(g) + o, a);
    });
    RC_ASSERT(from_sparse == from_dense);
  }
}

TEST(Likelihood, FormsDoNotMix) {
  auto dense = Likelihood(std::vector<std::size_t>{2}, std::vector<double>{0}, 1);
  auto sparse = Likelihood::sparse(std::vector<std::size_t>{2}, std::vector<double>{0});
  EXPECT_THROW(dense.append_state(), Error);
  EXPECT_THROW(dense.grow_outcomes(0, 3), Error);
  EXPECT_THROW(dense.column(0), Error);
  EXPECT_THROW(sparse.counts(), Error);
  EXPECT_THROW(sparse.add(0, 0, 0, 1), Error);
  EXPECT_NE(error_of([&] { sparse.grow_outcomes(0, 1); }).find("outcomes of modality 0: expected"),
            std::string::npos);
  EXPECT_NE(error_of([&] { sparse.grow_outcomes(1, 3); }).find("modality: expected below 1, got 1"),
            std::string::npos);
}

}  // namespace rgm
