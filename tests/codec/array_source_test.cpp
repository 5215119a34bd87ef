#include "rgm/codec/array_source.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <vector>

#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

std::vector<float> read(const PictureSource& source, std::size_t i) {
  std::vector<float> picture(source.picture_size());
  source.read(i, picture);
  return picture;
}

TEST(ArraySource, ReadsBytesAsTheyAre) {
  std::vector<std::uint8_t> bytes(2 * 3 * 4 * 3);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{100});
  const auto source = array_source(bytes.data(), 2, {3, 4, 3});
  EXPECT_EQ(source.count, 2U);
  EXPECT_EQ(source.channels, 3U);
  EXPECT_EQ(read(source, 1), std::vector<float>(bytes.begin() + 36, bytes.end()));
}

TEST(ArraySource, BringsARangeToValuesAndCutsWhatLiesBeyond) {
  const std::vector<double> numbers{-3, -1, 0, 1, 4};
  const auto source = array_source(numbers.data(), 1, {1, 5, 1}, {-1, 1});
  EXPECT_EQ(read(source, 0), (std::vector<float>{0, 0, 127.5F, 255, 255}));
  const std::vector<float> same{-3, -1, 0, 1, 4};
  EXPECT_EQ(read(array_source(same.data(), 1, {1, 5, 1}, {-1, 1}), 0), read(source, 0));
  const std::vector<std::uint8_t> bytes{0, 8, 16};
  EXPECT_EQ(read(array_source(bytes.data(), 1, {1, 3, 1}, {0, 16}), 0),
            (std::vector<float>{0, 127.5F, 255}));
}

TEST(ArraySource, RefusesRangesThatAreNone) {
  const std::vector<float> numbers(4);
  EXPECT_NE(error_of([&] {
              array_source(numbers.data(), 1, {2, 2, 1}, {1, 1});
            }).find("above"),
            std::string::npos);
  EXPECT_NE(
      error_of([&] {
        array_source(numbers.data(), 1, {2, 2, 1}, {0, std::numeric_limits<double>::infinity()});
      }).find("finite"),
      std::string::npos);
}

}  // namespace
}  // namespace rgm
