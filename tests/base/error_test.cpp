#include "rgm/base/error.h"

#include <gtest/gtest.h>

#include <typeinfo>

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

/// Whether `call` throws an error of this kind and of no other.
template <class Kind, class Call>
bool throws(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return typeid(error) == typeid(Kind);
  }
  return false;
}

TEST(Error, IsBadInputUnlessAnotherKindIsNamed) {
  EXPECT_TRUE(throws<BadInput>([] { fail("no"); }));
  EXPECT_TRUE(throws<BadInput>([] { require(false, "no"); }));
  EXPECT_TRUE(throws<FileError>([] { fail<FileError>("no"); }));
  EXPECT_TRUE(throws<FileError>([] { require<FileError>(false, "no"); }));
  EXPECT_TRUE(throws<ImpossibleEvidence>([] { require<ImpossibleEvidence>(false, "no"); }));
  EXPECT_NO_THROW(require<FileError>(true, "unused"));
}

TEST(Error, KeepsItsKindBehindAPrefix) {
  const auto fails = []<class Kind>(Kind) {
    return [] { with_prefix("name", [] { fail<Kind>("what"); }); };
  };
  EXPECT_TRUE(throws<BadInput>(fails(BadInput(""))));
  EXPECT_TRUE(throws<FileError>(fails(FileError(""))));
  EXPECT_TRUE(throws<ImpossibleEvidence>(fails(ImpossibleEvidence(""))));
  EXPECT_EQ(error_of(fails(FileError(""))), "name: what");
  EXPECT_TRUE(throws<FileError>([] { with_prefix<FileError>("name", [] { fail("what"); }); }));
  EXPECT_EQ(with_prefix("name", [] { return 3; }), 3);
  EXPECT_THROW(with_prefix("name", [] { throw Interrupted(); }), Interrupted);
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
