#include "media/exif_orientation.h"

#include <gtest/gtest.h>

#include <array>

#include "media_test_support.h"

namespace rgm {
namespace {

using namespace test;

/// EXIF data with one tag, little-endian or big-endian.
Bytes exif(std::uint16_t tag, std::uint16_t type, std::uint16_t value, bool big_endian) {
  Bytes bytes =
      big_endian ? Bytes{'M', 'M', 0, 42, 0, 0, 0, 8} : Bytes{'I', 'I', 42, 0, 8, 0, 0, 0};
  const auto append = [&](std::uint32_t number, int size) {
    for (int i = 0; i < size; ++i)
      bytes.push_back(static_cast<std::uint8_t>(number >> (8 * (big_endian ? size - 1 - i : i))));
  };
  append(1, 2);
  append(tag, 2);
  append(type, 2);
  append(1, 4);
  append(value, type == 4 ? 4 : 2);
  if (type != 4) append(0, 2);
  append(0, 4);
  return bytes;
}

constexpr std::uint16_t kTag = 0x0112, kShort = 3, kLong = 4, kText = 2;

TEST(ExifOrientation, EachOfEightValues) {
  // Whether rows and columns are exchanged, then whether rows and columns are reversed.
  const std::array<std::array<bool, 3>, 8> expected{{{false, false, false},
                                                     {false, false, true},
                                                     {false, true, true},
                                                     {false, true, false},
                                                     {true, false, false},
                                                     {true, false, true},
                                                     {true, true, true},
                                                     {true, true, false}}};
  for (const bool big_endian : {false, true})
    for (const std::uint16_t type : {kShort, kLong})
      for (std::uint16_t value = 1; value <= 8; ++value) {
        const Orientation found = exif_orientation(exif(kTag, type, value, big_endian));
        const auto [transpose, rows, columns] = expected[value - 1U];
        EXPECT_EQ(found.transpose, transpose) << value;
        EXPECT_EQ(found.reverse_rows, rows) << value;
        EXPECT_EQ(found.reverse_columns, columns) << value;
      }
}

TEST(ExifOrientation, MayFollowItsMark) {
  Bytes bytes{'E', 'x', 'i', 'f', 0, 0};
  const Bytes data = exif(kTag, kShort, 3, true);
  bytes.insert(bytes.end(), data.begin(), data.end());
  EXPECT_TRUE(exif_orientation(bytes).reverse_rows);
}

TEST(ExifOrientation, WhatIsUnknownStaysAsItIs) {
  const Orientation as_stored{};
  EXPECT_EQ(exif_orientation({}), as_stored);
  EXPECT_EQ(exif_orientation(Bytes{'n', 'o', 'n', 'e', 0, 0, 0, 8, 0, 0}), as_stored);
  EXPECT_EQ(exif_orientation(exif(0x0100, kShort, 6, false)), as_stored);
  EXPECT_EQ(exif_orientation(exif(kTag, kText, 6, false)), as_stored);
  for (const std::uint16_t value : {std::uint16_t{0}, std::uint16_t{9}, std::uint16_t{65535}})
    EXPECT_EQ(exif_orientation(exif(kTag, kShort, value, true)), as_stored);
}

TEST(ExifOrientation, DamageDoesNoHarm) {
  const Bytes whole = exif(kTag, kShort, 6, false);
  for (std::size_t size = 0; size < whole.size(); ++size)
    exif_orientation(std::span(whole).first(size));
  // Every byte in turn claims as much as it can: a directory beyond the end, 65,535 entries.
  for (std::size_t i = 0; i < whole.size(); ++i) {
    Bytes bytes = whole;
    bytes[i] = 0xff;
    exif_orientation(bytes);
    if (i + 1 < bytes.size()) bytes[i + 1] = 0xff;
    exif_orientation(bytes);
  }
  EXPECT_TRUE(exif_orientation(whole).transpose);
}

}  // namespace
}  // namespace rgm
