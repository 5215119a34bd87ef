#include "rgm/recipes/prepared_size.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <utility>

#include "support/error_of.h"

namespace rgm {
namespace {

using Size = std::pair<std::size_t, std::size_t>;

Size by_the_data(std::size_t height, std::size_t width, std::size_t most = 128 * 128) {
  const auto size = prepared_size({}, {height, width, 3}, most);
  EXPECT_EQ(size.channels, 3);
  return {size.height, size.width};
}

TEST(PreparedSize, KeepsTheAspectWithinItsBudget) {
  EXPECT_EQ(by_the_data(128, 128), Size(128, 128));
  EXPECT_EQ(by_the_data(90, 121), Size(90, 121));  // as it is
  EXPECT_EQ(by_the_data(1080, 1920), Size(96, 168));
  EXPECT_EQ(by_the_data(1920, 1080), Size(168, 96));
  EXPECT_EQ(by_the_data(120, 160), Size(108, 144));
  EXPECT_EQ(by_the_data(1000, 1000), Size(128, 128));
  EXPECT_EQ(by_the_data(2, 3), Size(4, 4));
}

TEST(PreparedSize, TakesTheSidesThatAreWanted) {
  const auto size = [](std::size_t height, std::size_t width) {
    const auto result = prepared_size({height, width}, {1080, 1920, 1}, 100);
    return Size(result.height, result.width);
  };
  EXPECT_EQ(size(64, 32), Size(64, 32));
  EXPECT_EQ(size(90, 0), Size(90, 160));
  EXPECT_EQ(size(0, 160), Size(90, 160));
  EXPECT_NE(test::error_of([] {
              prepared_size({}, {0, 3, 1}, 100);
            }).find("size: "),
            std::string::npos);
}

RC_GTEST_PROP(PreparedSize, IsNeverLargerAndHardlyDistorted, ()) {
  const auto height = *rc::gen::inRange<std::size_t>(16, 5000),
             width = *rc::gen::inRange<std::size_t>(16, 5000),
             most = *rc::gen::inRange<std::size_t>(64 * 64, 512 * 512);
  RC_PRE(height < 8 * width && width < 8 * height);
  const auto size = prepared_size({}, {height, width, 1}, most);
  RC_ASSERT(size.height * size.width <= most);
  RC_ASSERT(size.height <= height);
  RC_ASSERT(size.width <= width);
  const double wanted = static_cast<double>(width) / static_cast<double>(height),
               got = static_cast<double>(size.width) / static_cast<double>(size.height);
  // A side is off by no more than 4 pixels.
  const auto least = static_cast<double>(std::min(size.height, size.width));
  RC_ASSERT(std::abs(std::log(got / wanted)) <= 4.0 / (least - 4));
}

}  // namespace
}  // namespace rgm
