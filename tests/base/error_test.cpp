#include "rgm/base/error.h"

#include <gtest/gtest.h>

namespace rgm {
namespace {

std::string message_of(auto&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(Error, MessageIsThePartsInOrder) {
  EXPECT_EQ(message_of([] { fail("bins: expected at least ", 3, ", got ", -1.5); }), "bins: expected at least 3, got -1.5");
  EXPECT_EQ(message_of([] { require(2 < 1, "no"); }), "no");
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
