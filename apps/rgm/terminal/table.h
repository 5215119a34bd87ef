#pragma once

#include <string>
#include <vector>

namespace rgm::app {

/// A table for the terminal: a heading, a rule, aligned rows; the first column to the left, the
/// others to the right. Widths count characters of UTF-8, not bytes.
class Table {
 public:
  explicit Table(std::vector<std::string> heading) : rows_{std::move(heading)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// 12345678 → "12,345,678".
std::string grouped(std::size_t n);
/// Bytes in binary units, e.g. "1.4 GiB".
std::string bytes_text(double bytes);
/// A fraction as per cent, e.g. 0.98765 → "98.77 %".
std::string percent(double fraction, int digits = 2);

}  // namespace rgm::app
