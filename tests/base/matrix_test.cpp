#include "rgm/base/matrix.h"

#include <gtest/gtest.h>

#include <numeric>

#include "rgm/base/error.h"

namespace rgm {
namespace {

TEST(Matrix, TheLastIndexIsContiguous) {
  Matrix<int> m(2, 3);
  std::iota(m.values().begin(), m.values().end(), 0);
  EXPECT_EQ(m(1, 0), 3);
  EXPECT_EQ(m.row(1)[2], 5);
  EXPECT_EQ(&m(1, 1), m.data() + 4);
  m.row(0)[1] = 7;
  EXPECT_EQ(m(0, 1), 7);
}

TEST(Matrix, OwnsItsValues) {
  Matrix<double> m(2, 2, 0.5);
  auto copy = m;
  EXPECT_EQ(copy, m);
  copy(0, 0) = 1;
  EXPECT_NE(copy, m);
  EXPECT_EQ(m(0, 0), 0.5);
  EXPECT_NE(Matrix<double>(1, 4, 0.5), m);
}

TEST(Matrix, ResizeAndFill) {
  Matrix<float> m;
  EXPECT_TRUE(m.empty());
  m.resize(3, 2);
  m.fill(2);
  EXPECT_EQ(m, (Matrix<float>(3, 2, 2)));
  EXPECT_EQ(m.size(), 6);
  m.resize(0, 5);
  EXPECT_TRUE(m.empty());
  EXPECT_EQ(m.cols(), 5);
}

TEST(Matrix, SizesDoNotWrapAround) {
  constexpr std::size_t kHalf = std::size_t{1} << 32;
  EXPECT_THROW(Matrix<float>(kHalf, kHalf), Error);
  Matrix<float> m(2, 3);
  EXPECT_THROW(m.resize(kHalf + 1, kHalf), Error);
  EXPECT_EQ(m.size(), 6);
}

}  // namespace
}  // namespace rgm
