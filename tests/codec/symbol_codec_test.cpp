#include "rgm/codec/symbol_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "media/media_test_support.h"
#include "rgm/base/random.h"
#include "rgm/codec/front_end.h"

namespace rgm {
namespace {

using test::error_of;
using test::expect_contains;

SymbolTable table_of(const std::vector<std::vector<std::int64_t>>& rows,
                     std::vector<std::string> columns = {}) {
  SymbolTable table{std::move(columns), Matrix<std::int64_t>(rows.size(), rows.front().size())};
  for (std::size_t r = 0; r < rows.size(); ++r)
    std::ranges::copy(rows[r], table.values.row(r).begin());
  return table;
}

SymbolCodec fit(const SymbolTable& table, std::size_t symbols = 0) {
  return SymbolCodec::fit(std::span(&table, 1), symbols);
}

RC_GTEST_PROP(SymbolCodec, GivesBackWhatItEncoded, (std::uint64_t seed)) {
  Random random(seed);
  SymbolTable table{{}, Matrix<std::int64_t>(2 + random.index(20), 1 + random.index(4))};
  for (auto& value : table.values.values())
    value = static_cast<std::int64_t>(random.index(5) * 1'000'000'007);
  for (std::size_t r = 1; r < table.values.rows(); ++r)
    for (auto& value : table.values.row(r))
      if (random.index(4) == 0) value = SymbolTable::kMissing;
  const auto codec = fit(table);
  const auto outcomes = codec.encode(table);
  RC_ASSERT(codec.decode(outcomes).values == table.values);
  for (std::size_t c = 0; c < codec.num_columns(); ++c) {
    std::set<std::int64_t> seen;
    for (std::size_t r = 0; r < table.values.rows(); ++r) seen.insert(table.values(r, c));
    seen.erase(SymbolTable::kMissing);
    RC_ASSERT(std::ranges::equal(codec.alphabet(c), seen));
    for (std::size_t r = 0; r < table.values.rows(); ++r)
      RC_ASSERT(outcomes(r, c).missing() == (table.values(r, c) == SymbolTable::kMissing));
  }
}

TEST(SymbolCodec, AnAlphabetMayBeSaidInAdvance) {
  const auto codec = fit(table_of({{2}, {5}}), 7);
  EXPECT_EQ(codec.alphabet(0), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(codec.encode(table_of({{6}}))(0, 0), (Outcome{6, 0}));
  expect_contains(error_of([] {
                    fit(table_of({{2}, {5}}), 5);
                  }),
                  "symbols: row 1, column 0: expected -1 (missing) to 4, got 5");
  expect_contains(error_of([] { fit(table_of({{2}}), 70'000); }), "expected at most 65534");
}

TEST(SymbolCodec, TheLargestSymbolIsOne) {
  const auto most = std::numeric_limits<std::int64_t>::max();
  const auto table = table_of({{0}, {most}});
  const auto codec = fit(table);
  EXPECT_EQ(codec.alphabet(0), (std::vector<std::int64_t>{0, most}));
  EXPECT_EQ(codec.decode(codec.encode(table)).values, table.values);
}

TEST(SymbolCodec, BoundsTheNumberOfColumns) {
  const auto wide = [](std::size_t columns) {
    return SymbolTable{{}, Matrix<std::int64_t>(1, columns, 7)};
  };
  EXPECT_EQ(fit(wide(SymbolCodec::kMaxColumns)).num_columns(), 1000U);
  expect_contains(error_of([&] { fit(wide(1001)); }),
                  "symbols: expected at most 1000 columns, got 1001");
  expect_contains(error_of([] {
                    SymbolCodec::from_parts({}, std::vector(1001, std::vector<std::int64_t>{1}));
                  }),
                  "symbols: expected at most 1000 columns, got 1001");
}

TEST(SymbolCodec, RefusesNamesThatATerminalObeys) {
  const std::string longest(SymbolCodec::kMaxNameBytes, 'n');
  for (const std::string& name : {std::string("Tonhöhe in Hz"), std::string(), longest})
    EXPECT_EQ(SymbolCodec::from_parts({name}, {{1}}), fit(table_of({{1}}, {name}))) << name;
  for (const std::string& name :
       {std::string("\x1B[2J"), std::string("\x7F"), std::string("a\nb"), std::string("a\tb"),
        std::string("h\xF6he"), std::string(1, '\0'), std::string("\xC2\x9B"), longest + 'n'}) {
    expect_contains(error_of([&] { SymbolCodec::from_parts({name}, {{1}}); }),
                    "symbols: name of column 0: expected at most 1000 bytes");
    expect_contains(error_of([&] { fit(table_of({{1}}, {name})); }), "name of column 0");
  }
}

TEST(SymbolCodec, SaysWhereASymbolIsThatItDoesNotKnow) {
  const auto codec = fit(table_of({{1, 60}, {2, 62}}, {"length", "pitch"}));
  expect_contains(error_of([&] {
                    codec.encode(table_of({{1, 60}, {1, 61}}));
                  }),
                  "symbols: row 1, column \"pitch\": expected one of the 2 symbols that the model "
                  "knows, 60 to 62, or -1 (missing), got 61");
  expect_contains(error_of([&] { codec.encode(table_of({{1, -2}})); }), "got -2");
  expect_contains(error_of([&] { codec.encode(table_of({{1}})); }),
                  "symbols: expected 2 columns, got 1");
  expect_contains(error_of([&] {
                    codec.encode(table_of({{1, 60}}, {"pitch", "length"}));
                  }),
                  "symbols: column 0: expected the name length, got pitch");
  EXPECT_EQ(codec.encode(table_of({{2, 60}}, {"length", "pitch"})).items(), 1U);
  auto named = table_of({{1, 61}});
  named.name = "b.csv";
  expect_contains(error_of([&] { codec.encode(named); }),
                  "b.csv: symbols: row 0, column \"pitch\": expected one of");
  named.values(0, 1) = -2;
  expect_contains(error_of([&] { fit(named); }), "b.csv: symbols: row 0, column 1: expected -1");
}

TEST(SymbolCodec, RefusesTablesThatTeachNothing) {
  expect_contains(error_of([] { SymbolCodec::fit({}); }), "expected at least one table");
  expect_contains(error_of([] { fit(SymbolTable{}); }), "expected at least one row");
  expect_contains(error_of([] {
                    fit(table_of({{0, -1}, {1, -1}}));
                  }),
                  "symbols: column 1: expected at least one symbol, all are missing");
  expect_contains(error_of([] { fit(table_of({{0}, {-3}})); }), "row 1, column 0");
  SymbolTable many{{}, Matrix<std::int64_t>(65'535, 1)};
  for (std::size_t r = 0; r < many.values.rows(); ++r)
    many.values(r, 0) = static_cast<std::int64_t>(r);
  expect_contains(error_of([&] { fit(many); }), "expected at most 65534 different symbols");
}

TEST(SymbolCodec, DecodesHardOutcomesAlone) {
  const auto codec = fit(table_of({{3}, {4}}));
  Outcomes outcomes(1, 1);
  outcomes(0, 0) = {0, 100};
  expect_contains(error_of([&] { codec.decode(outcomes); }), "expected a hard one below 2");
  outcomes(0, 0) = {2, 0};
  expect_contains(error_of([&] { codec.decode(outcomes); }), "expected a hard one below 2");
  expect_contains(error_of([&] { codec.decode(Outcomes(1, 2)); }), "expected 1 modalities, got 2");
}

TEST(SymbolCodec, ChecksPartsThatAFileKept) {
  using Alphabets = std::vector<std::vector<std::int64_t>>;
  const auto error = [](std::vector<std::string> names, Alphabets alphabets) {
    return error_of([&] { SymbolCodec::from_parts(std::move(names), std::move(alphabets)); });
  };
  EXPECT_EQ(SymbolCodec::from_parts({"a"}, {{1, 7}}), fit(table_of({{7}, {1}}, {"a"})));
  expect_contains(error({}, {}), "expected at least one column");
  expect_contains(error({"a", "b"}, {{1}}), "names of the columns: expected none or 1, got 2");
  expect_contains(error({}, {{}}), "expected 1 to 65534 symbols, got 0");
  expect_contains(error({}, {{1, 1}}), "ascending");
  expect_contains(error({}, {{2, 1}}), "ascending");
  expect_contains(error({}, {{-1, 1}}), "from 0 on");
}

TEST(FrontEnd, SaysWhatItIs) {
  const FrontEnd front_end = fit(table_of({{1, 60, 0}, {2, 62, 0}, {3, 62, 0}}));
  EXPECT_EQ(num_outcomes(front_end), (std::vector<std::size_t>{3, 2, 1}));
  EXPECT_TRUE(locations(front_end).empty());
  EXPECT_EQ(unit_name(front_end), "rows");
  EXPECT_EQ(units_per_step(front_end), 1U);
  expect_contains(error_of([&] { film_codec(front_end); }),
                  "expected a model of films, got one of symbols");
  const FrontEnd films = FilmCodec{};
  expect_contains(error_of([&] { symbol_codec(films); }),
                  "expected a model of symbols, got one of films");
  EXPECT_EQ(unit_name(films), "frames");
}

TEST(FrontEnd, ComparesWhatItMakesOfData) {
  const FrontEnd a = fit(table_of({{1}, {2}}, {"a"})), b = fit(table_of({{2}, {1}})),
                 c = fit(table_of({{1}, {3}})), d = fit(table_of({{1, 1}}));
  check_same_outcomes(a, b);
  expect_contains(error_of([&] { check_same_outcomes(a, c); }),
                  "column \"a\": expected the same alphabet");
  expect_contains(error_of([&] { check_same_outcomes(a, d); }), "expected 1 columns, got 2");
  expect_contains(error_of([&] { check_same_outcomes(a, FilmCodec{}); }),
                  "expected a model of symbols");
}

}  // namespace
}  // namespace rgm
