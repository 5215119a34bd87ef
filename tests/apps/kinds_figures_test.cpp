#include "figures/kinds_figures.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rgm::app {
namespace {

Kinds two_kinds(bool ordered) {
  Kinds kinds = make_kinds({5, 5, 5}, {{0, 1}, {2}}, ordered,
                           {.number = 2, .chain_counts = 10, .chain_stay = 0.5});
  kinds.chain(0, 0) = 25;  // with the prior 30 of 40 stay; of the other kind 5 of 10
  kinds.chain(0, 1) = 5;
  kinds.tables[0].after_last[1].add(1, std::vector<double>{6, 0});
  kinds.tables[0].after_last[1].add(4, std::vector<double>{2, 1});
  kinds.tables[0].after_two[kinds.tables[0].pair(1, 1)].add(4, std::vector<double>{2, 1});
  return kinds;
}

TEST(KindsFigures, SayWhatEachKindDoes) {
  const auto summaries = summarise_kinds(two_kinds(true));
  ASSERT_EQ(summaries.size(), 2U);
  EXPECT_DOUBLE_EQ(summaries[0].stays, 0.75);
  EXPECT_DOUBLE_EQ(summaries[1].stays, 0.5);
  EXPECT_NEAR(summaries[0].share, 2.0 / 3, 1e-12);  // 2/3 · 1/4 = 1/3 · 1/2
  EXPECT_NEAR(summaries[1].share, 1.0 / 3, 1e-12);
  EXPECT_EQ(summaries[0].counts, 8);
  EXPECT_EQ(summaries[0].unchanged, 0.75);
  EXPECT_EQ(summaries[0].mean_change, 0.75);
  EXPECT_EQ(summaries[1].mean_change, 3);
  EXPECT_EQ(summaries[1].unchanged, 0);
}

TEST(KindsFigures, AreATableAndJson) {
  const std::string text = kinds_text(two_kinds(true));
  for (const char* part :
       {"2 kinds of change in 2 cells of 3 modalities; 1 table of 5 outcomes, 1 context of one ",
        "1 (fresh draw)", "66.7 %", "mean change", "0.75"})
    EXPECT_NE(text.find(part), std::string::npos) << part << '\n' << text;
  EXPECT_EQ(kinds_text(two_kinds(false)).find("mean change"), std::string::npos);
  EXPECT_NE(kinds_figures(two_kinds(true)).text().find("\"mean_change\": 0.75"), std::string::npos);
  EXPECT_EQ(kinds_figures(two_kinds(false)).text().find("mean_change"), std::string::npos);
}

TEST(KindsFigures, AreNothingWithoutKinds) {
  EXPECT_TRUE(summarise_kinds({}).empty());
  EXPECT_EQ(kinds_text({}), "");
}

TEST(KindsFigures, OfKindsThatHaveSeenNothing) {
  for (const auto& kind : summarise_kinds(make_kinds({3}, {{0}}, true, {.number = 3}))) {
    EXPECT_NEAR(kind.share, 1.0 / 3, 1e-12);
    EXPECT_EQ(kind.mean_change, 0);
  }
}

}  // namespace
}  // namespace rgm::app
