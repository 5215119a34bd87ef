#include "terminal/printable.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "terminal/print.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

TEST(Printable, KeepsWhatIsText) {
  for (const char* text : {"", "cat", "Größe × 3 – 漢字 😀", "a\\x1b"}) {
    EXPECT_EQ(one_line(text), text);
    EXPECT_EQ(printable(text), text);
  }
  EXPECT_EQ(printable("a\n\tb"), "a\n\tb");
}

TEST(Printable, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(one_line("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(one_line("a\nb\tc\r"), "a\\x0ab\\x09c\\x0d");
  EXPECT_EQ(printable("a\r\nb"), "a\\x0d\nb");
  EXPECT_EQ(one_line(std::string("\0\x7f", 2)), "\\x00\\x7f");
  EXPECT_EQ(one_line("\u009b31m\u0085"), "\\u009b31m\\u0085");
  EXPECT_EQ(one_line("\u202egnp.exe\u2066\u200f\u2028"), "\\u202egnp.exe\\u2066\\u200f\\u2028");
  EXPECT_EQ(one_line("\U000E0041"), "\\U000e0041");
}

TEST(Printable, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(one_line("a\x9b\xff"), "a\\x9b\\xff");
  EXPECT_EQ(one_line("\xc3"), "\\xc3");                             // cut off
  EXPECT_EQ(one_line("\xc0\x9b"), "\\xc0\\x9b");                    // longer than needed
  EXPECT_EQ(one_line("\xe0\x80\x9b"), "\\xe0\\x80\\x9b");           // likewise
  EXPECT_EQ(one_line("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // half of a pair
  EXPECT_EQ(one_line("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond the last
}

RC_GTEST_PROP(Printable, LeavesNothingToObeyWhateverTheBytes, (const std::string& text)) {
  const std::string shown = one_line(text);
  for (const char c : shown) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  RC_ASSERT(one_line(shown) == shown);
}

TEST(Print, ShowsTextsButKeepsOurOwnLines) {
  testing::internal::CaptureStdout();
  Table table({"class", "count"});
  table.add({"cat\x1b[31m\n", "3"});
  print("{}: {} of {:.1f}\n{}", "a\nb", std::string("\x1b"), 1.5, Lines{table.text()});
  const std::string told = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(told.starts_with("a\\x0ab: \\x1b of 1.5\n"));
  EXPECT_NE(told.find("cat\\x1b[31m\\x0a  "), std::string::npos);
}

}  // namespace
}  // namespace rgm::app
