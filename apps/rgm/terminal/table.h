#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rgm::app {

/// A table: a heading and rows of as many cells, all plain text.
class Table {
 public:
  using Row = std::vector<std::string>;

  explicit Table(Row heading) : rows_{std::move(heading)} {}
  /// Cells are shown as `one_line` makes them.
  void add(Row row);

  /// The heading, then all that was added.
  const std::vector<Row>& rows() const { return rows_; }
  /// For the terminal: a rule below the heading, aligned; the first column to the left, the others
  /// to the right. Widths count characters of UTF-8, not bytes. Where lines would have more than
  /// `width` of them (0: as many as there are), cells of the first column are cut in their middle,
  /// but leave `kLeastOfName`.
  std::string text(std::size_t width = 0) const;
  static constexpr std::size_t kLeastOfName = 16;

 private:
  std::vector<Row> rows_;
};

/// 12345678 → "12,345,678".
std::string grouped(std::size_t n);
/// "12", or "3–1,200" where numbers differ.
std::string range_text(std::size_t least, std::size_t most);
/// Bytes in binary units, e.g. "1.4 GiB".
std::string bytes_text(double bytes);
/// A fraction as per cent, e.g. 0.98765 → "98.77 %".
std::string percent(double fraction, int digits = 2);

}  // namespace rgm::app
