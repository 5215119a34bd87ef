#include "terminal/json.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace rgm::app {
namespace {

TEST(JsonTest, WritesEveryKindOfFigureInTheOrderOfNames) {
  Json figures{{"truth", true},
               {"nothing", nullptr},
               {"count", std::size_t{18446744073709551615U}},
               {"below", -3},
               {"tenth", 0.1},
               {"one", 1.0},
               {"word", "two\n\"words\""},
               {"list", std::vector<std::size_t>{1, 2}},
               {"empty", Json::array()}};
  EXPECT_EQ(figures.text(),
            "{\n  \"below\": -3,\n  \"count\": 18446744073709551615,\n  \"empty\": [],\n"
            "  \"list\": [\n    1,\n    2\n  ],\n  \"nothing\": null,\n  \"one\": 1.0,\n"
            "  \"tenth\": 0.1,\n  \"truth\": true,\n  \"word\": \"two\\n\\\"words\\\"\"\n}");
}

TEST(JsonTest, GrowsByNameAndByPlace) {
  Json figures;
  figures["curve"].push_back({{"seconds", 0.5}});
  figures["of"]["class"] = "bird";
  const Json copy = figures;
  figures["of"]["class"] = 7;
  EXPECT_EQ(Json().text(), "null");
  EXPECT_EQ(copy.text(),
            "{\n  \"curve\": [\n    {\n      \"seconds\": 0.5\n    }\n  ],\n"
            "  \"of\": {\n    \"class\": \"bird\"\n  }\n}");
  Json all{{"a", 1}};
  all.add_all("loop_", {{"b", 2}, {"a", 3}});
  EXPECT_EQ(all.text(), "{\n  \"a\": 1,\n  \"loop_a\": 3,\n  \"loop_b\": 2\n}");
}

TEST(JsonTest, WhatJsonCannotSayIsReplaced) {
  EXPECT_EQ(Json(std::numeric_limits<double>::infinity()).text(), "null");
  EXPECT_EQ(Json(std::string("a\xff")).text(), "\"a\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace rgm::app
