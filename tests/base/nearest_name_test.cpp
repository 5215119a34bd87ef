#include "rgm/base/nearest_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace rgm {
namespace {

TEST(NearestName, FindsWhatWasMistyped) {
  const std::vector<std::string> names{"mnist", "fashion-mnist", "tile_size", "threads"};
  EXPECT_EQ(nearest_name("mnits", names), "mnist");   // a swap, which is two edits
  EXPECT_EQ(nearest_name("mnst", names), "mnist");    // a letter left out
  EXPECT_EQ(nearest_name("mniist", names), "mnist");  // a letter too many
  EXPECT_EQ(nearest_name("MNIST", names), "mnist");   // letter case
  EXPECT_EQ(nearest_name("fashion_mnist", names), "fashion-mnist");
  EXPECT_EQ(nearest_name("tilesize", names), "tile_size");
  EXPECT_EQ(nearest_name("treads", names), "threads");
}

TEST(NearestName, FindsNothingWhereNothingIsNear) {
  const std::vector<std::string> names{"mnist", "threads"};
  EXPECT_EQ(nearest_name("cifar", names), "");
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name("mnist", {}), "");
}

TEST(NearestName, TakesTheNearestAndTheFirstOfEquals) {
  const std::vector<std::string> names{"block", "blocks", "clock"};
  EXPECT_EQ(nearest_name("blocks", names), "blocks");
  EXPECT_EQ(nearest_name("flock", names), "block");
}

}  // namespace
}  // namespace rgm
