#include "terminal/csv.h"

namespace rgm::app {

std::string csv_row(const std::vector<std::string>& cells) {
  std::string row;
  for (const auto& cell : cells) {
    if (&cell != &cells.front()) row += ',';
    const bool plain = cell.find_first_of(",\"\r\n") == std::string::npos &&
                       !cell.starts_with(' ') && !cell.ends_with(' ');
    if (plain) {
      row += cell;
      continue;
    }
    row += '"';
    for (const char c : cell) {
      if (c == '"') row += '"';
      row += c;
    }
    row += '"';
  }
  return row + '\n';
}

}  // namespace rgm::app
