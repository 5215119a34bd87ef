#include "rgm/model/kinds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "rgm/model/hierarchy.h"
#include "rgm/model/kind_contexts.h"
#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

void expect_contains(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

/// Three columns in two cells, of two tables, that have seen a little.
Kinds small_kinds() {
  Kinds kinds = make_kinds({3, 4, 3}, {{2, 0}, {1}}, true, {.number = 2, .memory = 1});
  kinds.memory[0][9].add(2, std::vector<double>{1.5});
  kinds.tables[0].after_last[1].add(2, std::vector<double>{0.25, 0.75});
  kinds.tables[0].after_last[1].add(0, std::vector<double>{1, 0.5});
  kinds.tables[1].after_two[kinds.tables[1].pair(3, 2)].add(1, std::vector<double>{1, 2});
  kinds.tables[1].after_two[kinds.tables[1].pair(0, 3)].add(1, std::vector<double>{1, 2});
  kinds.frequencies[1][3] = 2;
  kinds.chain(0, 1) = 1.5;
  return kinds;
}

TEST(Kinds, BeginWithATableForEachNumberOfOutcomes) {
  const auto kinds = make_kinds({3, 4, 3}, {{2, 0}, {1}}, false, {.number = 5});
  EXPECT_EQ(kinds.table_of, (std::vector<std::size_t>{0, 1, 0}));
  ASSERT_EQ(kinds.tables.size(), 2U);
  EXPECT_EQ(kinds.tables[1].num_outcomes, 4U);
  EXPECT_EQ(kinds.tables[1].after_last.size(), 4U);
  EXPECT_FALSE(kinds.tables[1].ordered);
  EXPECT_EQ(kinds.frequencies[1], std::vector<double>(4));
  EXPECT_EQ(kinds.chain.rows(), 5U);
  EXPECT_FALSE(kinds.empty());
}

TEST(Kinds, NoneAreWithoutAnythingElse) {
  EXPECT_TRUE(make_kinds({3}, {{0}}, true, {.number = 0, .order = 1}) == Kinds{});
  Kinds().validate();
}

TEST(Kinds, FollowersAreAscendingAndAddUp) {
  const auto kinds = small_kinds();
  const auto& followers = kinds.tables[0].after_last[1];
  EXPECT_EQ(followers.outcomes, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(followers.counts, (std::vector<double>{1, 0.5, 0.25, 0.75}));
  EXPECT_EQ(followers.totals, (std::vector<double>{1.25, 1.25}));
  EXPECT_TRUE(followers.of(1).empty());
  EXPECT_EQ(followers.of(2)[1], 0.75);
  EXPECT_EQ(ordered_contexts(kinds.tables[1].after_two), (std::vector<std::uint64_t>{3, 14}));
}

std::string error_after(const std::function<void(Kinds&)>& change) {
  auto kinds = small_kinds();
  change(kinds);
  return error_of([&] { kinds.validate(); });
}

TEST(Kinds, OptionsAreInRange) {
  const auto with = [](KindsOptions options) {
    return error_of([&] { make_kinds({3}, {{0}}, true, options); });
  };
  const double nan = std::nan("");
  EXPECT_EQ(with({.number = 1}), "kinds: number: expected 0, or 2 to 64, got 1");
  EXPECT_EQ(with({.number = 65}), "kinds: number: expected 0, or 2 to 64, got 65");
  EXPECT_EQ(with({.memory = 3}), "kinds: memory: expected 0 to 2, got 3");
  EXPECT_EQ(with({.order = 3}), "kinds: order: expected 1 or 2, got 3");
  for (const double bad : {0.0, -1.0, 1e-300, 1e101, nan}) {
    expect_contains(with({.strength = bad}), "kinds: strength: expected 1e-06 to 1e+12, got ");
    expect_contains(with({.chain_counts = bad}), "kinds: chain_counts: expected 1e-06 to");
  }
  for (const double bad : {0.0, 1.0, nan})
    expect_contains(with({.chain_stay = bad}), "kinds: chain_stay: expected above 0 and below 1");
  for (const double bad : {0.49, 1.0, nan})
    expect_contains(with({.link_stay = bad}), "kinds: link_stay: expected at least 0.5 and below");
  expect_contains(with({.number = 0, .order = 3}), "kinds: order: expected 1 or 2");
}

TEST(Kinds, EachColumnIsInOneCell) {
  const auto with = [](std::vector<std::vector<std::size_t>> cells) {
    return error_of([&] { make_kinds({3, 3}, std::move(cells), true); });
  };
  EXPECT_EQ(with({{0}, {}}), "kinds: cell 1: expected columns, got none");
  EXPECT_EQ(with({{0, 2}}), "kinds: cell 0: column: expected below 2, got 2");
  EXPECT_EQ(with({{0, 1}, {1}}), "kinds: cell 1: column 1: expected in one cell, is in two");
  EXPECT_EQ(with({{1}}), "kinds: column 0: expected in a cell, is in none");
}

TEST(Kinds, ShapesMatch) {
  const auto& change = error_after;
  expect_contains(change([](Kinds& k) { k.options.number = 0; }), "number: expected above 0 where");
  EXPECT_EQ(change([](Kinds& k) { k.frequencies.pop_back(); }),
            "kinds: frequencies: expected 3 columns, got 2");
  EXPECT_EQ(change([](Kinds& k) { k.frequencies[1].pop_back(); }),
            "kinds: column 1: frequencies: expected 4, got 3");
  EXPECT_EQ(change([](Kinds& k) { k.table_of[2] = 2; }),
            "kinds: column 2: table: expected below 2, got 2");
  EXPECT_EQ(change([](Kinds& k) { k.tables.push_back(k.tables[0]); }),
            "kinds: tables: expected those of a column each, got one of none");
  EXPECT_EQ(change([](Kinds& k) { k.tables[0].num_outcomes = 0; }),
            "kinds: table: outcomes: expected 1 to 65534, got 0");
  EXPECT_EQ(change([](Kinds& k) { k.tables[0].num_outcomes = 65535; }),
            "kinds: table: outcomes: expected 1 to 65534, got 65535");
  EXPECT_EQ(change([](Kinds& k) { k.tables[0].after_last.pop_back(); }),
            "kinds: table: expected 3 contexts, got 2");
  EXPECT_EQ(change([](Kinds& k) { k.tables[0].after_two[9] = {}; }),
            "kinds: table: pair: expected below 3 squared, got 9");
  EXPECT_EQ(change([](Kinds& k) { k.memory.clear(); }), "kinds: memory: expected 1 rungs, got 0");
  EXPECT_EQ(change([](Kinds& k) { k.memory[0][5] = {}; }),
            "kinds: memory: context 5: expected outcomes that followed, got none");
  EXPECT_EQ(change([](Kinds& k) { k.memory[0][9] = k.tables[0].after_last[1]; }),
            "kinds: table: expected 1 counts an outcome that was seen");
  EXPECT_EQ(change([](Kinds& k) { k.chain = Matrix<double>(2, 3); }),
            "kinds: chain: expected 2 rows and columns, got 2 and 3");
}

TEST(Kinds, CountsAreValid) {
  const auto followers = [](const std::function<void(Kinds::Followers&)>& change) {
    const auto one = error_after([&](Kinds& k) { change(k.tables[0].after_last[1]); });
    const auto two = error_after(
        [&](Kinds& k) { change(k.tables[0].after_two[2] = k.tables[0].after_last[1]); });
    EXPECT_EQ(one, two);
    return one;
  };
  EXPECT_EQ(followers([](Kinds::Followers& f) { f.counts.pop_back(); }),
            "kinds: table: expected 2 counts an outcome that was seen");
  EXPECT_EQ(followers([](Kinds::Followers& f) { f.totals.clear(); }),
            "kinds: table: expected 2 counts an outcome that was seen");
  for (const std::vector<std::uint32_t>& bad : {std::vector<std::uint32_t>{0, 3}, {2, 0}, {1, 1}})
    EXPECT_EQ(followers([&](Kinds::Followers& f) { f.outcomes = bad; }),
              "kinds: table: expected outcomes below 3, ascending");
  expect_contains(followers([](Kinds::Followers& f) { f.totals[1] = 1.26; }),
                  "kinds: table: totals: expected the sum of the counts, 1.25, got 1.26");
  for (const double bad : {-1.0, 1e101, std::nan(""), std::numeric_limits<double>::infinity()}) {
    expect_contains(followers([&](Kinds::Followers& f) { f.counts[1] = bad; }),
                    "kinds: table: expected counts of 0 to 1e+100, got ");
    expect_contains(followers([&](Kinds::Followers& f) { f.totals[1] = bad; }),
                    "kinds: table: expected counts of 0 to 1e+100, got ");
    expect_contains(error_after([&](Kinds& k) { k.frequencies[0][1] = bad; }),
                    "kinds: frequencies: expected counts of 0 to 1e+100, got ");
    expect_contains(error_after([&](Kinds& k) { k.chain(1, 1) = bad; }),
                    "kinds: chain: expected counts of 0 to 1e+100, got ");
  }
}

/// Two groups of one and of two outcomes below a root.
Hierarchy small_tree() {
  const std::vector<double> concentrations{1, 1};
  Hierarchy tree;
  tree.levels.resize(2);
  tree.levels[0].modalities = {{Modality::Kind::kOutcome, 2, 3},
                               {Modality::Kind::kOutcome, 0, 3},
                               {Modality::Kind::kOutcome, 1, 4}};
  auto& first = tree.levels[0].factors.emplace_back();
  first.modalities = {0, 1};
  first.likelihood = Likelihood(std::vector<std::size_t>{3, 3}, concentrations, 2);
  auto& second = tree.levels[0].factors.emplace_back();
  second.modalities = {2};
  second.likelihood = Likelihood(std::vector<std::size_t>{4}, std::vector<double>{1}, 2);
  tree.levels[1].modalities = {{Modality::Kind::kInitialState, 0, 2},
                               {Modality::Kind::kInitialState, 1, 2}};
  auto& root = tree.levels[1].factors.emplace_back();
  root.modalities = {0, 1};
  root.likelihood = Likelihood(std::vector<std::size_t>{2, 2}, concentrations, 1);
  tree.initial_state_counts = {1};
  return tree;
}

TEST(Kinds, AreThoseOfTheirTree) {
  const auto with = [](Kinds kinds) {
    auto tree = small_tree();
    tree.kinds = std::move(kinds);
    return error_of([&] { tree.validate(); });
  };
  auto tree = small_tree();
  tree.kinds = small_kinds();
  tree.validate();
  EXPECT_EQ(with(make_kinds({3, 4}, {{0}, {1}}, true)), "kinds: expected 3 columns, got 2");
  EXPECT_EQ(with(make_kinds({3, 3, 4}, {{0}, {1}, {2}}, true)),
            "kinds: column 2: expected 3 outcomes, got 4");
  EXPECT_EQ(with(make_kinds({3, 4, 3}, {{0, 1}, {2}}, true)),
            "kinds: cell 0: expected columns with one parent, got two");
}

}  // namespace
}  // namespace rgm
