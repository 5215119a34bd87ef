#include "rgm/model/likelihood.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <string>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/model/outcomes.h"

namespace rgm {
namespace {

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
  for (auto& concentration : concentrations) concentration = random.index(2) == 0 ? 0 : random.uniform();
  Likelihood likelihood(outcomes, concentrations, 1 + random.index(5));
  for (double& a : likelihood.counts().values()) a = random.uniform() < 0.6 ? 0 : 10 * random.uniform();
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
        if (count > 0) RC_ASSERT((p(r, s) == 0) == (likelihood.counts()(r, s) == 0 && concentrations[g] == 0));
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
}  // namespace rgm
