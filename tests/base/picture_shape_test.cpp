#include "rgm/base/picture_shape.h"

#include <gtest/gtest.h>

namespace rgm {
namespace {

TEST(Colour, IsAWordOrSixDigits) {
  EXPECT_EQ(parse_colour("white"), (Rgb{255, 255, 255}));
  EXPECT_EQ(parse_colour("black"), (Rgb{0, 0, 0}));
  EXPECT_EQ(parse_colour("#0a10fF"), (Rgb{10, 16, 255}));
  for (const char* text : {"", "red", "#12345", "#1234567", "#12345g", "#-12345", "# 12345"})
    EXPECT_FALSE(parse_colour(text).has_value()) << text;
}

TEST(Colour, IsReadBackFromItsText) {
  for (const Rgb& colour : {Rgb{255, 255, 255}, Rgb{0, 0, 0}, Rgb{1, 160, 254}})
    EXPECT_EQ(parse_colour(colour_text(colour)), colour);
}

}  // namespace
}  // namespace rgm
