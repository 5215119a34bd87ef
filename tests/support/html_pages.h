#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <regex>
#include <string>

// What the tests of reports share.

namespace rgm::test {

inline std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

/// The page without the data of its pictures and films.
inline std::string without_data(const std::string& html) {
  std::string result;
  std::size_t at = 0;
  for (auto data = html.find("base64,"); data != std::string::npos;
       data = html.find("base64,", at)) {
    result += html.substr(at, data - at);
    at = html.find('"', data);
  }
  return result + html.substr(at);
}

/// Of a page without data: what is opened is closed, figures are finite, and nothing is loaded or
/// run.
inline void expect_well_formed(const std::string& page) {
  for (const std::string tag : {"section", "div", "figure", "figcaption", "table", "tr", "td",
                                "svg", "pre", "html", "video", "dl"})
    EXPECT_EQ(count_of(page, "<" + tag + ">") + count_of(page, "<" + tag + " "),
              count_of(page, "</" + tag + ">"))
        << tag;
  EXPECT_FALSE(std::regex_search(page, std::regex("[^a-z](nan|inf)[^a-z]")))
      << "a figure that is not finite";
  EXPECT_EQ(page.find("http"), std::string::npos) << "nothing is loaded from elsewhere";
  EXPECT_EQ(page.find("<script"), std::string::npos);
}

}  // namespace rgm::test
