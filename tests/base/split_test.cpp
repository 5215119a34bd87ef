#include "rgm/base/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "rgm/base/error.h"

namespace rgm {
namespace {

using Items = std::vector<std::size_t>;

/// 60 items of class 0, 30 of class 1, 10 of class 3; none of class 2.
std::vector<int> unequal_classes() {
  std::vector<int> labels(60, 0);
  labels.insert(labels.end(), 30, 1);
  labels.insert(labels.end(), 10, 3);
  return labels;
}

std::ptrdiff_t count_of(int label, const std::vector<int>& labels, const Items& items) {
  return std::ranges::count_if(items, [&](std::size_t i) { return labels[i] == label; });
}

TEST(Split, KnowsWhatIsSortedByClass) {
  EXPECT_TRUE(sorted_by_class(std::vector<int>{0, 0, 1, 3, 3}));
  EXPECT_TRUE(sorted_by_class(std::vector<int>{3, 3, 0, 0, 1})) << "in whatever order";
  EXPECT_FALSE(sorted_by_class(std::vector<int>{0, 1, 0}));
  EXPECT_FALSE(sorted_by_class(std::vector<int>{2, 2, 2}));
  EXPECT_FALSE(sorted_by_class({}));
}

TEST(Split, SpreadsEveryClassOverTheWholeOrder) {
  const auto labels = unequal_classes();
  const Items order = spread_by_class(labels, 1);
  Items all = order, expected(labels.size());
  std::ranges::sort(all);
  std::iota(expected.begin(), expected.end(), std::size_t{0});
  EXPECT_EQ(all, expected);
  for (std::size_t begin = 0; begin < 100; begin += 20) {  // each fifth has a fifth of each class
    const Items part(order.begin() + static_cast<std::ptrdiff_t>(begin),
                     order.begin() + static_cast<std::ptrdiff_t>(begin + 20));
    EXPECT_EQ(count_of(0, labels, part), 12) << begin;
    EXPECT_EQ(count_of(1, labels, part), 6) << begin;
    EXPECT_EQ(count_of(3, labels, part), 2) << begin;
  }
  EXPECT_EQ(order, spread_by_class(labels, 1));
  EXPECT_NE(order, spread_by_class(labels, 2));
  Items first_class;
  for (const std::size_t i : order)
    if (labels[i] == 0) first_class.push_back(i);
  EXPECT_FALSE(std::ranges::is_sorted(first_class)) << "drawn within a class";
}

TEST(Split, HoldsOutAShareOfEachClass) {
  const auto labels = unequal_classes();
  const Split split = split_by_class(labels, 0.2, 7);
  EXPECT_EQ(count_of(0, labels, split.held_out), 12);
  EXPECT_EQ(count_of(1, labels, split.held_out), 6);
  EXPECT_EQ(count_of(3, labels, split.held_out), 2);
  Items all = split.rest;
  all.insert(all.end(), split.held_out.begin(), split.held_out.end());
  EXPECT_EQ(all.size(), labels.size());
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end()) << "no item is in both parts";
  EXPECT_TRUE(std::ranges::is_sorted(split.rest) && std::ranges::is_sorted(split.held_out));
  EXPECT_EQ(split.held_out, split_by_class(labels, 0.2, 7).held_out);
  EXPECT_NE(split.held_out, split_by_class(labels, 0.2, 8).held_out);
}

TEST(Split, KeepsAndHoldsOutAtLeastOneOfAClass) {
  const std::vector<int> labels{0, 0, 1, 1, 1, 2};
  for (const double share : {0.01, 0.99}) {
    const Split split = split_by_class(labels, share, 0);
    for (const int k : {0, 1}) {
      EXPECT_GE(count_of(k, labels, split.rest), 1) << share;
      EXPECT_GE(count_of(k, labels, split.held_out), 1) << share;
    }
    EXPECT_EQ(count_of(2, labels, split.rest), 1) << share;
  }
}

TEST(Split, RefusesSharesThatLeaveNothing) {
  for (const double share : {0.0, 1.0, -0.5, 1.5})
    EXPECT_THROW(split_by_class(unequal_classes(), share, 0), BadInput) << share;
  EXPECT_THROW(spread_by_class(std::vector<int>{0, -1}, 0), BadInput);
}

}  // namespace
}  // namespace rgm
