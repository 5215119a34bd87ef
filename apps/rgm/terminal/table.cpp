#include "terminal/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "terminal/printable.h"

namespace rgm::app {
namespace {

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// A text of at most `most` characters, whose middle may be left out.
std::string shortened(const std::string& text, std::size_t most) {
  const std::size_t size = characters(text);
  if (size <= most) return text;
  const std::size_t begin = (most - 1) / 2, end = size - (most - 1 - begin);
  std::string result;
  std::size_t at = 0;  // characters that ended before
  for (const char c : text) {
    const bool follows = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (!follows) ++at;
    if (at > begin && at <= end) {
      if (at == begin + 1 && !follows) result += "…";
      continue;
    }
    result += c;
  }
  return result;
}

}  // namespace

void Table::add(Row row) {
  for (auto& cell : row) cell = one_line(cell);
  rows_.push_back(std::move(row));
}

std::string Table::text(std::size_t width) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_)
    for (std::size_t c = 0; c < row.size(); ++c)
      widths[c] = std::max(widths[c], characters(row[c]));
  std::size_t others = 2;  // what a line has beside the first column
  for (std::size_t c = 1; c < widths.size(); ++c) others += 2 + widths[c];
  if (width > 0)
    widths[0] = std::min(widths[0], std::max(kLeastOfName, width - std::min(width, others)));
  std::string result;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    std::string line = " ";
    for (std::size_t c = 0; c < rows_[r].size(); ++c) {
      const auto cell = c == 0 ? shortened(rows_[r][c], widths[0]) : rows_[r][c];
      const std::string padding(widths[c] - characters(cell), ' ');
      line += c == 0 ? " " : "  ";
      if (c > 0) line += padding;
      line += cell;
      if (c == 0) line += padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    result += line + '\n';
    if (r == 0) {
      std::size_t total = 0;
      for (std::size_t w : widths) total += w + 2;
      result += "  ";
      for (std::size_t i = 0; i + 2 < total; ++i) result += "─";
      result += '\n';
    }
  }
  return result;
}

std::string grouped(std::size_t n) {
  std::string digits = std::to_string(n);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string range_text(std::size_t least, std::size_t most) {
  return least == most ? grouped(most) : grouped(least) + "–" + grouped(most);
}

std::string bytes_text(double bytes) {
  const char* const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit < 4; ++unit) bytes /= 1024;
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, units[unit]);
}

std::string percent(double fraction, int digits) {
  return fmt::format("{:.{}f} %", 100 * fraction, digits);
}

}  // namespace rgm::app
