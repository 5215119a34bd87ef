#include "rgm/media/symbol_file.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "media/media_test_support.h"
#include "rgm/base/random.h"

namespace rgm {
namespace {

using test::error_of;
using test::expect_contains;

using Bytes = std::vector<std::uint8_t>;

/// An NPY file with a header of our choice.
Bytes npy(const std::string& header, const Bytes& values, int version = 1) {
  Bytes bytes{0x93, 'N', 'U', 'M', 'P', 'Y', static_cast<std::uint8_t>(version), 0};
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
    bytes.push_back(static_cast<std::uint8_t>(header.size() >> (8 * i)));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), values.begin(), values.end());
  return bytes;
}

std::string header(const std::string& descr, const std::string& shape,
                   const std::string& fortran = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
}

SymbolTable csv(const std::string& text) {
  return parse_csv_symbols(Bytes(text.begin(), text.end()), "t.csv");
}

std::vector<std::int64_t> values(const SymbolTable& table) {
  const auto all = table.values.values();
  return {all.begin(), all.end()};
}

using Values = std::vector<std::int64_t>;

struct IntegerCase {
  std::string descr;
  Bytes bytes;
  std::int64_t first, second;
};

TEST(SymbolFile, ReadsIntegersOfEveryWidthAndByteOrder) {
  const std::uint8_t m = 0xFF;
  const std::vector<IntegerCase> cases{
      {"|i1", {3, m}, 3, -1},
      {"|u1", {3, 200}, 3, 200},
      {"|b1", {1, 0}, 1, 0},
      {"<i2", {3, 0, m, m}, 3, -1},
      {">i2", {0, 3, m, m}, 3, -1},
      {"<u2", {3, 0, m, m}, 3, 0xFFFF},
      {"<i4", {3, 0, 0, 0, m, m, m, m}, 3, -1},
      {">u4", {0, 0, 0, 3, m, m, m, m}, 3, 0xFFFFFFFF},
      {"<i8", {3, 0, 0, 0, 0, 0, 0, 0, m, m, m, m, m, m, m, m}, 3, -1},
      {">u8", {0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 2, 1}, 3, 0x201}};
  for (const auto& [descr, bytes, first, second] : cases) {
    const auto table = parse_npy_symbols(npy(header(descr, "(2,)"), bytes), "t.npy");
    EXPECT_EQ(table.values.cols(), 1U) << descr;
    EXPECT_EQ(values(table), (std::vector{first, second})) << descr;
  }
}

TEST(SymbolFile, ReadsBothOrdersAndAllVersions) {
  const Bytes six{0, 1, 2, 3, 4, 5};
  for (const int version : {1, 2, 3}) {
    EXPECT_EQ(values(parse_npy_symbols(npy(header("|u1", "(2, 3)"), six, version), "t")),
              (Values{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(values(parse_npy_symbols(npy(header("|u1", "(2, 3)", "True"), six, version), "t")),
              (Values{0, 2, 4, 1, 3, 5}));
  }
}

TEST(SymbolFile, RefusesWhatIsNoNpyFileOfSymbols) {
  const auto error = [](const Bytes& bytes) {
    return error_of([&] { parse_npy_symbols(bytes, "t.npy"); });
  };
  expect_contains(error({}), "t.npy: expected an NPY file");
  expect_contains(error({0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 9}), "truncated in the NPY header");
  expect_contains(error(npy("", {}, 9)), "version: expected 1 to 3, got 9");
  expect_contains(error(npy(std::string(1 << 17, ' '), {}, 2)), "expected at most 65536 bytes");
  auto cut = npy(header("<i8", "(2,)"), Bytes(16));
  expect_contains(error({cut.begin(), cut.begin() + 30}), "truncated in the NPY header, which");
  cut.pop_back();
  expect_contains(error(cut), "t.npy: truncated, 2 rows of 1 columns");
  expect_contains(error(npy(header("<i8", "(2,)"), Bytes(17))), "goes on after the 16 bytes");
  for (const char* bad : {"{}", "", "{'descr': '<i8'}", "{'descr': '<i8', 'descr': '<i8'",
                          "{'descr': '<i8', 'fortran_order': False, 'shape': (2), 'more': True}",
                          "{'descr': '<i8', 'fortran_order': Perhaps, 'shape': (2,)}",
                          "{'descr': '<i8', 'fortran_order': False, 'shape': (2,)} ?",
                          "{'descr': '<i8', 'fortran_order': False, 'shape': (-2,)}"})
    expect_contains(error(npy(bad, Bytes(16))), "NPY header: expected descr");
  for (const char* type : {"<f8", "<i3", "|i8", "O", "<U4", "i8"})
    expect_contains(error(npy(header(type, "(2,)"), Bytes(16))), "NPY type: expected integers");
  expect_contains(error(npy(header("<f8", "(2,)"), Bytes(16))), "got '<f8'");
  expect_contains(error(npy(header("\x1B[2J", "(2,)"), Bytes(16))), "got '?[2J'");
  for (const char* shape : {"()", "(1, 1, 2)"})
    expect_contains(error(npy(header("<i8", shape), Bytes(16))), "expected rank 1");
  expect_contains(error(npy(header("<i8", "(0, 3)"), {})), "at least one row and column");
  // 2^33 · 2^33 bytes: the product of what is claimed is 4 in 64 bits.
  expect_contains(error(npy(header("|u1", "(8589934594, 8589934592)"), Bytes(4))), "truncated");
  expect_contains(
      error(npy(header("|i1", "(2, 2)"), {0, 1, 0xFE, 0})),
      "row 1, column 0: expected a whole number from 0 to 2^63 - 1, or -1 (missing), got -2");
  expect_contains(error(npy(header("<u8", "(1,)"), Bytes(8, 0xFF))), "got more");
}

TEST(SymbolFile, ReadsCommaSeparatedNumbers) {
  EXPECT_EQ(values(csv("1,2\n3, 4 \n")), (Values{1, 2, 3, 4}));
  EXPECT_EQ(values(csv("1,2\r\n,-1\r\n5,6")), (Values{1, 2, -1, -1, 5, 6}));
  EXPECT_EQ(values(csv("7\n\n9\n")), (Values{7, -1, 9}));
  const auto named = csv("\xEF\xBB\xBF\"pitch, \"\"Hz\"\"\" ,length\n60,4\n");
  EXPECT_EQ(named.columns, (std::vector<std::string>{"pitch, \"Hz\"", "length"}));
  EXPECT_EQ(values(named), (Values{60, 4}));
  EXPECT_TRUE(csv("1\n").columns.empty());
}

TEST(SymbolFile, TheFirstLineNamesColumnsOrIsARow) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(csv("NA,nan\n1,2\n").columns, (Names{"NA", "nan"}));
  EXPECT_EQ(csv("a,\n1,2\n").columns, (Names{"a", ""}));
  EXPECT_EQ(csv("1e,x2\n1,2\n").columns, (Names{"1e", "x2"}));
  EXPECT_EQ(values(csv(",3\n1,2\n")), (Values{-1, 3, 1, 2}));
  EXPECT_EQ(values(csv(",\n1,2\n")), (Values{-1, -1, 1, 2}));
  for (const char* both : {"NA,3", "3,a", "nan,1", "a,-1", "a,6.0e+01", "a,.5", "a,+2", "a,1e999"})
    expect_contains(error_of([&] { csv(std::string(both) + "\n1,2\n"); }),
                    "t.csv: line 1: expected names or numbers, got both");
  expect_contains(error_of([] { csv("6.0e+01\n1\n"); }),
                  "line 1, column 1: expected a whole number from 0 to 2^63 - 1, -1 or nothing "
                  "(missing), got 6.0e+01");
}

TEST(SymbolFile, EmptyLinesAtTheEndAreNoRows) {
  EXPECT_EQ(values(csv("7\n8\n\n\n")), (Values{7, 8}));
  EXPECT_EQ(values(csv("1,2\r\n3,\r\n\r\n \n")), (Values{1, 2, 3, -1}));
  EXPECT_EQ(values(csv("7\n\n-1\n")), (Values{7, -1, -1}));
  expect_contains(error_of([] { csv("\n\n"); }), "expected at least one row");
  const SymbolTable missing{{}, Matrix<std::int64_t>(2, 1, SymbolTable::kMissing)};
  EXPECT_EQ(csv_of(missing), "-1\n-1\n");
}

TEST(SymbolFile, RefusesWhatIsNoCsvFileOfSymbols) {
  const auto error = [](const std::string& text) { return error_of([&] { csv(text); }); };
  expect_contains(error(""), "t.csv: expected at least one row");
  expect_contains(error("a,b\n"), "t.csv: expected at least one row");
  expect_contains(error("a,b\n1,2\n1\n"), "line 3: expected 2 columns, got 1");
  expect_contains(error("a,b\n1,x\n"), "line 2, column 2: expected a whole number");
  expect_contains(error("1\n-2\n"), "line 2, column 1: expected a whole number");
  expect_contains(error("1\n2;5\n"), "got 2;5 (commas separate cells)");
  expect_contains(error("1\n2\t5\n"), "(commas separate cells)");
  expect_contains(error("1\n2.5\n"), "line 2, column 1: expected a whole number");
  expect_contains(error("1\n9223372036854775808\n"), "line 2, column 1: expected a whole number");
  expect_contains(error("0,9\r\r\n,4"), "line 1: expected text, got a control character");
  expect_contains(error("\"a\n1\n"), "line 1, column 1: expected a closing quotation mark");
  expect_contains(error("\"a\"b\n1\n"), "line 1, column 1: expected a comma");
}

RC_GTEST_PROP(SymbolFile, ComesBackAsItWasWritten, (std::uint64_t seed)) {
  Random random(seed);
  SymbolTable table{{}, Matrix<std::int64_t>(1 + random.index(9), 1 + random.index(4))};
  for (auto& value : table.values.values())
    value = static_cast<std::int64_t>(random.bits() >> (1 + random.index(63))) -
            (random.index(4) == 0 ? 0 : 0);
  for (auto& value : table.values.values())
    if (random.index(4) == 0) value = SymbolTable::kMissing;
  RC_ASSERT(parse_npy_symbols(npy_of(table), "t").values == table.values);
  if (random.index(2) == 0)
    for (std::size_t c = 0; c < table.values.cols(); ++c)
      table.columns.push_back(c == 0 ? "a \"name\", quoted" : "b" + std::to_string(c));
  const auto again = csv(csv_of(table));
  RC_ASSERT(again.values == table.values);
  RC_ASSERT(again.columns == table.columns);
}

TEST(SymbolFile, TheEndingDecides) {
  const test::TemporaryFolder folder;
  SymbolTable table{{"only"}, Matrix<std::int64_t>(3, 1, 7)};
  write_symbols(folder.path() / "t.csv", table);
  EXPECT_EQ(read_symbols(folder.path() / "t.csv").columns, table.columns);
  write_symbols(folder.path() / "t.npy", table);
  EXPECT_TRUE(read_symbols(folder.path() / "t.npy").values == table.values);
  EXPECT_TRUE(read_symbols(folder.path() / "t.npy").columns.empty());
  expect_contains(error_of([&] { write_symbols(folder.path() / "t.txt", table); }), ".npy or .csv");
  expect_contains(error_of([&] { read_symbols("t.mp4"); }), ".npy or .csv");
  expect_contains(error_of([&] { read_symbols("t.npz"); }), "t.npz: expected .npy");
  write_symbols(folder.path() / "T.CSV", table);
  EXPECT_EQ(read_symbols(folder.path() / "T.CSV").columns, table.columns);
  EXPECT_TRUE(is_symbol_file("T.NPY") && is_symbol_file("t.npz") && !is_symbol_file("t.mp4"));
  expect_contains(error_of([&] { read_symbols(folder.path() / "none.csv"); }), "none.csv");
}

TEST(SymbolWriter, MakesWhatIsMadeAtOnce) {
  const test::TemporaryFolder folder;
  const auto part = [](std::size_t first, std::size_t rows) {
    SymbolTable table{{"a", "b c"}, Matrix<std::int64_t>(rows, 2), {}};
    for (std::size_t r = 0; r < rows; ++r) {
      table.values(r, 0) = static_cast<std::int64_t>(first + r);
      table.values(r, 1) = SymbolTable::kMissing;
    }
    return table;
  };
  for (const char* name : {"a.csv", "a.npy"}) {
    SymbolWriter writer(folder / name);
    for (std::size_t first = 0; first < 30; first += 10) writer.write(part(first, 10));
    EXPECT_FALSE(std::filesystem::exists(folder / name));
    writer.close();
    const auto whole = part(0, 30);
    const auto csv = csv_of(whole);
    EXPECT_EQ(read_file(folder / name),
              std::string(name) == "a.npy" ? npy_of(whole) : Bytes(csv.begin(), csv.end()));
  }
  SymbolWriter writer(folder / "b.npy");
  expect_contains(error_of([&] { writer.close(); }), "b.npy: a table without rows");
  writer.write(part(0, 1));
  SymbolTable narrow{{}, Matrix<std::int64_t>(1, 1), {}};
  expect_contains(error_of([&] { writer.write(narrow); }), "rows of 1 columns, expected 2");
  expect_contains(error_of([] { SymbolWriter("/dev/null/a.npy"); }), "/dev/null/a.npy");
}

}  // namespace
}  // namespace rgm
