#include "rgm/experiments/experiment_statistics.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <vector>

#include "rgm/base/error.h"

namespace rgm {
namespace {

using Values = std::vector<double>;

TEST(AreaUnderCurveTest, OfKnownCases) {
  EXPECT_EQ(area_under_curve(Values{0, 1}, Values{2, 3}), 1);
  EXPECT_EQ(area_under_curve(Values{2, 3}, Values{0, 1}), 0);
  EXPECT_EQ(area_under_curve(Values{1, 1, 1}, Values{1}), 0.5);
  EXPECT_EQ(area_under_curve(Values{0, 2}, Values{1, 2}), 0.625);
  EXPECT_EQ(area_under_curve(Values{0}, Values{std::numeric_limits<double>::infinity()}), 1);
}

TEST(AreaUnderCurveTest, IsTheShareOfPairs) {
  const bool ok = rc::check([] {
    const auto small =
        rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-5, 6)));
    const auto a = *small, b = *small;
    double won = 0;
    for (int n : a)
      for (int p : b) won += p > n ? 1 : p == n ? 0.5 : 0;
    const double share = won / static_cast<double>(a.size() * b.size());
    RC_ASSERT(std::abs(area_under_curve(Values(a.begin(), a.end()), Values(b.begin(), b.end())) -
                       share) < 1e-12);
  });
  EXPECT_TRUE(ok);
}

TEST(AreaUnderCurveTest, Errors) {
  EXPECT_THROW(area_under_curve({}, Values{1}), Error);
  EXPECT_THROW(area_under_curve(Values{1}, {}), Error);
  EXPECT_THROW(area_under_curve(Values{1}, Values{std::numeric_limits<double>::quiet_NaN()}),
               Error);
}

TEST(PowerLawTest, IsRecovered) {
  Values x, y;
  for (double value : {1.0, 3.0, 10.0, 200.0}) {
    x.push_back(value);
    y.push_back(0.25 * std::pow(value, 1.5));
  }
  const auto law = fit_power_law(x, y);
  EXPECT_NEAR(law.exponent, 1.5, 1e-12);
  EXPECT_NEAR(law.factor, 0.25, 1e-12);
  EXPECT_NEAR(fit_power_law(x, Values(4, 7.0)).exponent, 0, 1e-12);
}

TEST(PowerLawTest, Errors) {
  EXPECT_THROW(fit_power_law(Values{1, 2}, Values{1}), Error);
  EXPECT_THROW(fit_power_law(Values{2, 2}, Values{1, 3}), Error);
  EXPECT_THROW(fit_power_law(Values{1, 0}, Values{1, 3}), Error);
  EXPECT_THROW(fit_power_law({}, {}), Error);
}

TEST(MeanIntervalTest, IsStudents) {
  const double values[] = {1, 2, 3, 4};  // standard deviation √(5/3), t = 3.182
  const auto interval = mean_interval(values);
  const double half = 3.182 * std::sqrt(5.0 / 3 / 4);
  EXPECT_DOUBLE_EQ(interval.mean, 2.5);
  EXPECT_NEAR(interval.low, 2.5 - half, 1e-12);
  EXPECT_NEAR(interval.high, 2.5 + half, 1e-12);
  const auto one = mean_interval(std::span(values).first(1));
  EXPECT_EQ(one.low, 1);
  EXPECT_EQ(one.high, 1);
  EXPECT_THROW(mean_interval({}), Error);
  // The normal distribution's 1.96 is where the quantiles go; the rule beyond the table meets it.
  std::vector<double> many(32);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = i % 2 == 0 ? 1 : -1;
  EXPECT_NEAR(mean_interval(many).high / std::sqrt(32.0 / 31 / 32), 2.040, 0.005);
}

}  // namespace
}  // namespace rgm
