#include "rgm/base/plain_text.h"

#include <gtest/gtest.h>

#include <string>

#include "support/error_of.h"

namespace rgm {
namespace {

TEST(PlainText, IsUtf8WithoutControlCharacters) {
  for (const char* text : {"", "a", "Änne's dog", "数", "🙂", "\u00A0", "\\ \""})
    EXPECT_TRUE(is_plain_text(text)) << text;
  for (const char* text :
       {"\n", "\t", "\x1B[2J", "\x7F", "\xC2\x9B", "\x80", "\xC0\xAF", "h\xF6he", "\xE0\x80\x80",
        "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "\xF0\x9F\x99"})
    EXPECT_FALSE(is_plain_text(text)) << text;
  EXPECT_FALSE(is_plain_text(std::string(1, '\0')));
}

TEST(PlainText, MayHaveLines) {
  EXPECT_TRUE(is_plain_text("a\n\tb\n", true));
  EXPECT_FALSE(is_plain_text("a\r\n", true));
}

TEST(PlainText, SaysWhatIsNot) {
  require_plain_text("cat", "a name");
  EXPECT_EQ(test::error_of([] { require_plain_text("\x1B[2J", "a name"); }),
            "a name: expected one line of UTF-8 text without control characters");
}

}  // namespace
}  // namespace rgm
