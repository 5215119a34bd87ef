#include "rgm/base/error.h"

#include <gtest/gtest.h>

#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

TEST(Error, MessageIsThePartsInOrder) {
  EXPECT_EQ(error_of([] { fail("bins: expected at least ", 3, ", got ", -1.5); }),
            "bins: expected at least 3, got -1.5");
  EXPECT_EQ(error_of([] { require(2 < 1, "no"); }), "no");
  EXPECT_NO_THROW(require(true, "unused"));
}

TEST(Error, InterruptionIsNoError) {
  try {
    throw Interrupted();
  } catch (const Error&) {
    FAIL() << "an interruption is not bad input";
  } catch (const std::exception& e) {
    EXPECT_STREQ(e.what(), "interrupted");
  }
}

}  // namespace
}  // namespace rgm
