#include "terminal/table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "terminal/csv.h"

namespace rgm::app {
namespace {

std::size_t widest(const std::string& text) {
  std::istringstream lines(text);
  std::size_t result = 0;
  for (std::string line; std::getline(lines, line);) {
    std::size_t characters = 0;
    for (const char c : line) characters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    result = std::max(result, characters);
  }
  return result;
}

TEST(TableTest, LongNamesAreCutInTheMiddleWhereThereIsNoRoom) {
  Table table({"image", "class"});
  table.add({"photos/of/the/garden/in/winter/0001.jpg", "robin"});
  table.add({"a.png", "tit"});
  table.add({"Größe/äöüäöüäöüäöüäöüäöüäöü/ß.png", "wren"});
  EXPECT_NE(table.text().find("photos/of/the/garden/in/winter/0001.jpg"), std::string::npos);
  EXPECT_EQ(table.text(), table.text(200));
  const auto narrow = table.text(30);
  EXPECT_EQ(widest(narrow), 30U);
  EXPECT_NE(narrow.find("  photos/of/…r/0001.jpg  robin\n"), std::string::npos) << narrow;
  EXPECT_NE(narrow.find("  a.png" + std::string(18, ' ') + "  tit\n"), std::string::npos) << narrow;
  EXPECT_NE(narrow.find("  Größe/äöüä…üäöü/ß.png   wren\n"), std::string::npos) << narrow;
  EXPECT_EQ(widest(table.text(5)), 2 + Table::kLeastOfName + 2 + 5);  // no shorter than that
}

TEST(TableTest, CellsOfCsvAreQuotedWhereTheyMustBe) {
  EXPECT_EQ(csv_row({"a.png", "0.5", ""}), "a.png,0.5,\n");
  EXPECT_EQ(csv_row({"a,b", "say \"x\"", "two\nlines", " edge", "edge ", "in side"}),
            "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" edge\",\"edge \",in side\n");
  EXPECT_EQ(csv_row({"\r"}), "\"\r\"\n");
  EXPECT_EQ(csv_row({"Größe", "=1+1"}), "Größe,=1+1\n");
}

}  // namespace
}  // namespace rgm::app
