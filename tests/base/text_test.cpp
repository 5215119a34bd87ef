#include "rgm/base/text.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <limits>
#include <sstream>
#include <string>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "support/comma_locale.h"
#include "support/error_of.h"

namespace rgm {
namespace {

TEST(Text, IsTheSameInEveryLocale) {
  const test::CommaLocale comma;
  std::ostringstream other;
  other << 1234.5;
  ASSERT_EQ(other.str(), "1.234,5");  // or the test says nothing
  EXPECT_EQ(text_of("a ", 1234.5, ' ', 1234567, ' ', true), "a 1234.5 1234567 1");
  EXPECT_EQ(fixed_text(1234.5), "1234.500000");
  EXPECT_EQ(test::error_of([] { fail("rows: ", 1234567, ", ", 0.5); }), "rows: 1234567, 0.5");
}

TEST(Text, HasSixDigitsBehindThePoint) {
  Random random(1);
  const auto expect_as_printf = [](double value) {
    char text[400];
    std::snprintf(text, sizeof text, "%f", value);
    EXPECT_EQ(fixed_text(value), text);
  };
  for (int i = 0; i < 1000; ++i) expect_as_printf(1000 * random.normal());
  for (const double value : {0.0, -0.0, 8.0, 1e-7, std::numeric_limits<double>::max(),
                             -std::numeric_limits<double>::max()})
    expect_as_printf(value);
}

}  // namespace
}  // namespace rgm
