#include "rgm/trained/usual_pictures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

std::vector<double> from_to(int first, int last) {
  std::vector<double> values;
  for (int v = last; v >= first; --v) values.push_back(v);  // not yet sorted
  return values;
}

TEST(UsualPictures, QuantilesAreLinearBetweenValues) {
  const auto quantiles = usual_quantiles(from_to(0, 200));
  ASSERT_EQ(quantiles.size(), UsualPictures::kQuantiles);
  for (std::size_t q = 0; q < quantiles.size(); ++q)
    EXPECT_DOUBLE_EQ(quantiles[q], 2 * static_cast<double>(q));
  EXPECT_EQ(usual_quantiles({3}), std::vector<double>(UsualPictures::kQuantiles, 3));
  EXPECT_DOUBLE_EQ(usual_quantiles({4, 2})[25], 2.5);
  EXPECT_NE(error_of([] { usual_quantiles({}); }), "");
}

TEST(UsualPictures, PercentileIsTheShareBelow) {
  const UsualPictures usual{usual_quantiles(from_to(-300, -100)), usual_quantiles(from_to(0, 100))};
  EXPECT_EQ(usual.percentile(-1000), 0);
  EXPECT_EQ(usual.percentile(-300), 0);
  EXPECT_DOUBLE_EQ(usual.percentile(-250), 25);
  EXPECT_DOUBLE_EQ(usual.percentile(-249), 25.5);
  EXPECT_EQ(usual.percentile(-100), 100);
  EXPECT_EQ(usual.percentile(0), 100);
  const UsualPictures same{usual_quantiles({-5}), usual_quantiles({1})};
  EXPECT_EQ(same.percentile(-5), 100);
  EXPECT_FALSE(same.unlike(-5, 1));
}

TEST(UsualPictures, TooImprobableTooProbableAndLostAreUnlike) {
  const UsualPictures usual{usual_quantiles(from_to(-300, -100)), usual_quantiles(from_to(0, 100))};
  EXPECT_FALSE(usual.unlike(-200, 50));
  EXPECT_FALSE(usual.unlike(-298, 99));
  EXPECT_TRUE(usual.unlike(-298.1, 50));
  EXPECT_TRUE(usual.unlike(-99.9, 50));
  EXPECT_TRUE(usual.unlike(-200, 99.1));
}

TEST(UsualPictures, AreQuantilesOrNotKnown) {
  UsualPictures usual;
  usual.validate();
  EXPECT_FALSE(usual.known());
  const auto good = usual_quantiles(from_to(0, 100));
  usual.log_evidence = good;
  EXPECT_NE(error_of([&] { usual.validate(); }).find("of both"), std::string::npos);
  usual.loss = good;
  usual.validate();
  usual.loss.pop_back();
  EXPECT_NE(error_of([&] { usual.validate(); }).find("expected 101 quantiles, got 100"),
            std::string::npos);
  for (const double bad : {-1.0, 7.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    usual.loss = good;
    usual.loss[0] = bad;
    EXPECT_NE(error_of([&] { usual.validate(); }), "") << bad;
  }
}

}  // namespace
}  // namespace rgm
