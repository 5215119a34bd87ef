#include "rgm/structure/group_by_mutual_information.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "support/golden.h"

namespace rgm {
namespace {

using Groups = std::vector<std::vector<std::size_t>>;

std::vector<std::size_t> all_of(const Outcomes& outcomes) {
  std::vector<std::size_t> members(outcomes.modalities());
  std::iota(members.begin(), members.end(), std::size_t{0});
  return members;
}

InformationGrouping of_size(std::size_t size) {
  InformationGrouping options;
  options.group_size = size;
  return options;
}

Groups sorted(Groups groups) {
  for (auto& group : groups) std::ranges::sort(group);
  std::ranges::sort(groups);
  return groups;
}

Groups of_places(const Groups& groups, std::size_t modalities_per_place) {
  Groups result;
  for (const auto& group : groups) {
    auto& members = result.emplace_back();
    for (const std::size_t place : group)
      for (std::size_t m = 0; m < modalities_per_place; ++m)
        members.push_back(place * modalities_per_place + m);
  }
  return result;
}

/// Each place replaced by the first that is a renaming of it: between these only rounding decides
/// in the reference.
Groups of_first_alike(Groups groups, const Matrix<std::uint32_t>& symbols) {
  for (auto& group : groups)
    for (auto& place : group)
      for (std::size_t p = 0; p < place; ++p) {
        const double shared = information_between(symbols.row(p), symbols.row(place));
        const double own = information_between(symbols.row(p), symbols.row(p));
        const double others = information_between(symbols.row(place), symbols.row(place));
        if (std::abs(shared - own) < 1e-9 && std::abs(shared - others) < 1e-9) place = p;
      }
  return groups;
}

// Four of its ten places are renamings of one another. The reference takes them in an order that
// rounding decides (0, 1, 3, 2); ours is that of the index.
TEST(GroupByMutualInformation, AgreesWithTheReferenceButForTies) {
  const auto expected = test::golden("information_structure")["small"];
  const auto outcomes = test::golden_outcomes(expected["outcomes"]);
  const auto members = all_of(outcomes);
  const auto symbols = place_symbols(outcomes, members);
  for (const std::size_t size : {2, 3, 5}) {
    const auto reference = expected["groups"]["dx" + std::to_string(size)].get<Groups>();
    EXPECT_EQ(of_first_alike(group_by_mutual_information(symbols, of_size(size)), symbols),
              of_first_alike(reference, symbols));
  }
  EXPECT_EQ(
      of_places(group_by_mutual_information(place_symbols(outcomes, members, 2), of_size(3)), 2),
      expected["groups"]["dx3_m2"].get<Groups>());
}

TEST(GroupByMutualInformation, InformationIsThatOfTheJointHistogram) {
  const std::vector<std::uint32_t> a{0, 0, 5, 5}, b{1, 2, 1, 2}, c{9, 9, 7, 9}, once{4, 4, 4, 4};
  EXPECT_NEAR(information_between(a, a), std::log(2), 1e-12);
  EXPECT_EQ(information_between(a, b), 0);
  EXPECT_EQ(information_between(once, once), 0);
  EXPECT_NEAR(information_between(a, c),
              0.5 * std::log(4.0 / 3) + 0.25 * std::log(2) + 0.25 * std::log(2.0 / 3), 1e-12);
  EXPECT_EQ(information_between(a, c), information_between(c, a));
  std::vector<std::uint32_t> many(1000);  // a joint histogram that is not counted in a table
  std::iota(many.begin(), many.end(), 0U);
  EXPECT_NEAR(information_between(many, many), std::log(1000), 1e-9);
}

// Groups are a partition, and do not depend on the names of symbols; without ties neither on the
// order of places.
RC_GTEST_PROP(GroupByMutualInformation, IsAPartitionThatDoesNotDependOnNames,
              (std::uint64_t seed)) {
  Random random(seed);
  Matrix<std::uint32_t> symbols(1 + random.index(14), 1 + random.index(60));
  for (std::size_t p = 0; p < symbols.rows(); ++p)
    for (std::size_t t = 0; t < symbols.cols(); ++t)
      symbols(p, t) = static_cast<std::uint32_t>(
          p > 0 && random.index(3) > 0 ? symbols(random.index(p), t) : random.index(3));
  const std::size_t size = 1 + random.index(5);
  const auto groups = group_by_mutual_information(symbols, of_size(size));
  std::vector<std::size_t> members;
  for (const auto& group : groups) {
    RC_ASSERT(!group.empty() && group.size() <= size);
    members.insert(members.end(), group.begin(), group.end());
  }
  std::ranges::sort(members);
  for (std::size_t p = 0; p < members.size(); ++p) RC_ASSERT(members[p] == p);
  RC_ASSERT(members.size() == symbols.rows());
  auto renamed = symbols;
  for (auto& symbol : renamed.values()) symbol = 7 - symbol;
  RC_ASSERT(group_by_mutual_information(renamed, of_size(size)) == groups);
}

// Two blocks of places that copy one another, with equal eigenvalues: the first block comes first.
TEST(GroupByMutualInformation, EqualPartsComeInOrder) {
  Matrix<std::uint32_t> symbols(6, 4);
  for (std::size_t t = 0; t < 4; ++t)
    for (std::size_t p = 0; p < 6; ++p)
      symbols(p, t) = static_cast<std::uint32_t>(p % 2 == 0 ? t / 2 : t % 2);
  EXPECT_EQ(group_by_mutual_information(symbols, of_size(3)), (Groups{{0, 2, 4}, {1, 3, 5}}));
  EXPECT_EQ(group_by_mutual_information(symbols, of_size(2)), (Groups{{0, 2}, {1, 3}, {4}, {5}}));
}

TEST(GroupByMutualInformation, OnlyNeighboursShare) {
  Matrix<std::uint32_t> symbols(4, 2);
  for (std::size_t p = 0; p < 4; ++p) symbols(p, 1) = 1;  // all the same
  const std::vector<Location> locations{{0, 0}, {0, 10}, {0, 1}, {0, 11}};
  EXPECT_EQ(sorted(group_by_mutual_information(symbols, {4, locations, 2})),
            (Groups{{0, 2}, {1, 3}}));
  EXPECT_EQ(group_by_mutual_information(symbols, of_size(4)).size(), 1);
}

TEST(GroupByMutualInformation, Errors) {
  Outcomes outcomes(2, 3);
  const auto members = all_of(outcomes);
  EXPECT_THROW(place_symbols(outcomes, members, 2), Error);
  EXPECT_THROW(place_symbols(outcomes, members, 0), Error);
  EXPECT_THROW(group_by_mutual_information(Matrix<std::uint32_t>(0, 3)), Error);
  EXPECT_THROW(group_by_mutual_information(Matrix<std::uint32_t>(2, 3), of_size(0)), Error);
  EXPECT_THROW(group_by_mutual_information(Matrix<std::uint32_t>(2, 3), {2, {}, 1}), Error);
  EXPECT_THROW(information_between(std::vector<std::uint32_t>{1}, std::vector<std::uint32_t>{}),
               Error);
}

}  // namespace
}  // namespace rgm
