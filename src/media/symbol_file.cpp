#include "rgm/media/symbol_file.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "npy.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/base/new_file.h"

namespace rgm {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMaxColumns = 1 << 16;

/// Lines and cells of a CSV file. A quoted cell may hold commas and doubled quotation marks, but no
/// end of a line.
class CsvLines {
 public:
  CsvLines(std::string_view text, const std::string& name) : left_(text), name_(name) {
    if (left_.starts_with(kByteOrderMark)) left_.remove_prefix(3);
    // Empty lines at the end are no rows: editors and programs leave them there unasked.
    left_ = left_.substr(0, left_.find_last_not_of(" \t\r\n") + 1);
  }

  /// The cells of the next line; false after the last.
  bool next(std::vector<std::string>& cells) {
    if (left_.empty()) return false;
    ++line_;
    const auto end = std::min(left_.find('\n'), left_.size());
    std::string_view line = left_.substr(0, end);
    left_.remove_prefix(std::min(end + 1, left_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    require<FileError>(std::ranges::none_of(line, is_control), name_, ": line ", line_,
                       ": expected text, got a control character");
    cells.clear();
    do cells.push_back(cell(line, cells.size() + 1));
    while (take_comma(line));
    return true;
  }
  std::size_t line() const { return line_; }

 private:
  static bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' && c != '\t'; }
  static bool take_comma(std::string_view& line) {
    if (line.empty()) return false;
    line.remove_prefix(1);
    return true;
  }
  static std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
  }

  /// The next cell; `line` is then empty or begins with a comma.
  std::string cell(std::string_view& line, std::size_t column) const {
    require<FileError>(column <= kMaxColumns, name_, ": line ", line_, ": expected at most ",
                       kMaxColumns, " columns");
    const auto start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos || line[start] != '"') {
      const auto end = std::min(line.find(','), line.size());
      const std::string result(trimmed(line.substr(0, end)));
      line.remove_prefix(end);
      return result;
    }
    std::string result;
    line.remove_prefix(start + 1);
    for (;; line.remove_prefix(1)) {
      require<FileError>(!line.empty(), name_, ": line ", line_, ", column ", column,
                         ": expected a closing quotation mark");
      if (line.front() == '"') {
        line.remove_prefix(1);
        if (line.empty() || line.front() != '"') break;
      }
      result += line.front();
    }
    while (!line.empty() && line.front() != ',') {
      require<FileError>(line.front() == ' ' || line.front() == '\t', name_, ": line ", line_,
                         ", column ", column, ": expected a comma after the quotation mark");
      line.remove_prefix(1);
    }
    return result;
  }

  std::string_view left_;
  const std::string& name_;
  std::size_t line_ = 0;
};

/// The number of a cell, −1 if it is empty; nothing if it is neither a number nor empty.
std::optional<std::int64_t> number(const std::string& cell) {
  if (cell.empty()) return SymbolTable::kMissing;
  std::int64_t value = 0;
  const char* end = cell.data() + cell.size();
  const auto parsed = std::from_chars(cell.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return value;
}

/// Whether a cell reads as a number of any kind, 6.0e+01 too, but no word for one (nan, inf).
bool is_numeric(std::string_view cell) {
  if (cell.starts_with('+') || cell.starts_with('-')) cell.remove_prefix(1);
  if (cell.empty() || (cell.front() != '.' && (cell.front() < '0' || cell.front() > '9')))
    return false;
  double value = 0;
  const char* end = cell.data() + cell.size();
  const auto parsed = std::from_chars(cell.data(), end, value);
  return parsed.ec != std::errc::invalid_argument && parsed.ptr == end;
}

/// Whether the first line names the columns. One that names some and holds numbers in others is
/// refused: as names it would lose a row without a word.
bool is_header(const std::vector<std::string>& cells, const std::string& name) {
  const auto filled = std::ranges::count_if(cells, [](const auto& cell) { return !cell.empty(); });
  const auto numbers = std::ranges::count_if(cells, is_numeric);
  require<FileError>(numbers == 0 || numbers == filled, name,
                     ": line 1: expected names or numbers, got both");
  return numbers == 0 && filled > 0;
}

/// What a message shows of a cell, and what may be the matter with it.
std::string shown_cell(const std::string& cell) {
  constexpr std::size_t kMost = 40;
  return (cell.size() > kMost ? cell.substr(0, kMost) + "…" : cell) +
         (cell.find_first_of(";\t") != std::string::npos ? " (commas separate cells)" : "");
}

/// The ending of a name in small letters.
std::string ending(const std::filesystem::path& path) {
  std::string text = path.extension().string();
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string quoted(const std::string& name) {
  const bool is_plain = !name.empty() && !name.starts_with(kByteOrderMark) &&
                        name.find_first_of(",\" \t") == std::string::npos;
  if (is_plain) return name;
  std::string result = "\"";
  for (const char c : name) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + '"';
}

std::string csv_rows(const SymbolTable& table) {
  std::string text;
  // An empty cell for a missing one; but a line must not be empty, which at the end is no row.
  const std::string missing = table.values.cols() == 1 ? "-1" : "";
  for (std::size_t r = 0; r < table.values.rows(); ++r) {
    for (std::size_t c = 0; c < table.values.cols(); ++c) {
      const auto value = table.values(r, c);
      if (c > 0) text += ',';
      text += value == SymbolTable::kMissing ? missing : std::to_string(value);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

bool is_symbol_file(const std::filesystem::path& path) {
  const auto end = ending(path);
  return end == ".npy" || end == ".csv" || end == ".npz";
}

void check_symbol_file(const std::filesystem::path& path) {
  const auto end = ending(path);
  require(end != ".npz", path.string(), ": expected .npy, one array, got an archive of arrays");
  require(end == ".npy" || end == ".csv", path.string(),
          ": expected a table of symbols, .npy or .csv");
}

SymbolTable parse_csv_symbols(std::span<const std::uint8_t> bytes, const std::string& name) {
  CsvLines lines({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name);
  std::vector<std::string> columns, cells;
  std::vector<std::int64_t> values;
  std::size_t width = 0, rows = 0;
  while (lines.next(cells)) {
    if (width == 0) {
      width = cells.size();
      if (is_header(cells, name)) {
        columns = cells;
        continue;
      }
    }
    require<FileError>(cells.size() == width, name, ": line ", lines.line(), ": expected ", width,
                       width == 1 ? " column, got " : " columns, got ", cells.size());
    for (std::size_t c = 0; c < width; ++c) {
      const auto value = number(cells[c]);
      require<FileError>(
          value.has_value() && *value >= SymbolTable::kMissing, name, ": line ", lines.line(),
          ", column ", c + 1,
          ": expected a whole number from 0 to 2^63 - 1, -1 or nothing (missing), got ",
          shown_cell(cells[c]));
      values.push_back(*value);
    }
    ++rows;
  }
  require<FileError>(rows > 0, name, ": expected at least one row of symbols, got none");
  SymbolTable table{std::move(columns), Matrix<std::int64_t>(rows, width), name};
  std::ranges::copy(values, table.values.values().begin());
  return table;
}

SymbolTable read_symbols(const std::filesystem::path& path) {
  check_symbol_file(path);
  const auto bytes = read_file(path);
  return ending(path) == ".npy" ? parse_npy_symbols(bytes, path.string())
                                : parse_csv_symbols(bytes, path.string());
}

std::string csv_of(const SymbolTable& table) {
  std::string text;
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    text += (c == 0 ? "" : ",") + quoted(table.columns[c]);
  if (!table.columns.empty()) text += '\n';
  return text + csv_rows(table);
}

void write_symbols(const std::filesystem::path& path, const SymbolTable& table) {
  SymbolWriter writer(path);
  writer.write(table);
  writer.close();
}

SymbolWriter::SymbolWriter(const std::filesystem::path& path) : name_(path.string()) {
  check_symbol_file(path);
  npy_ = ending(path) == ".npy";
  file_ = std::make_unique<NewFile>(path);
  require<FileError>(!npy_ || !file_->is_device(), name_, ": expected a file, it is a device");
}
SymbolWriter::~SymbolWriter() = default;

void SymbolWriter::write(const SymbolTable& rows) {
  const bool first = rows_ == 0;
  if (first) columns_ = rows.values.cols();
  require(rows.values.cols() == columns_, name_, ": rows of ", rows.values.cols(),
          " columns, expected ", columns_);
  if (npy_) {
    auto bytes = first ? npy_header(0, columns_) : std::vector<std::uint8_t>();
    append_npy_values(rows, bytes);
    file_->write(bytes);
  } else {
    const std::string text = first ? csv_of(rows) : csv_rows(rows);
    file_->write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  rows_ += rows.values.rows();
}

void SymbolWriter::close() {
  require(rows_ > 0, name_, ": a table without rows, expected one at least");
  if (npy_) file_->overwrite(npy_header(rows_, columns_));
  file_->commit();
}

}  // namespace rgm
