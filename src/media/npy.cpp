#include "npy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/media/symbol_file.h"

namespace rgm {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::array<std::uint8_t, 6> kMagic{0x93, 'N', 'U', 'M', 'P', 'Y'};
/// More than the header of a plain array ever has.
constexpr std::size_t kMaxHeaderBytes = 1 << 16;

/// What the header says: a Python dictionary with exactly the keys descr, fortran_order and shape.
struct NpyHeader {
  std::string descr;
  bool fortran_order = false;
  std::vector<std::size_t> shape;
};

/// Reads the little of Python's syntax that headers are written in.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& name) : left_(text), name_(name) {}

  NpyHeader parse() {
    std::optional<std::string> descr;
    std::optional<bool> fortran_order;
    std::optional<std::vector<std::size_t>> shape;
    expect('{');
    while (!take('}')) {
      const auto key = text();
      expect(':');
      if (key == "descr" && !descr)
        descr = text();
      else if (key == "fortran_order" && !fortran_order)
        fortran_order = truth();
      else if (key == "shape" && !shape)
        shape = tuple();
      else
        wrong();
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (!left_.empty() || !descr || !fortran_order || !shape) wrong();
    return {*descr, *fortran_order, *shape};
  }

 private:
  [[noreturn]] void wrong() const {
    fail<FileError>(name_,
                    ": NPY header: expected descr, fortran_order and shape as NumPy writes them");
  }
  void skip_space() {
    while (!left_.empty() && (left_.front() == ' ' || left_.front() == '\n'))
      left_.remove_prefix(1);
  }
  bool take(char wanted) {
    skip_space();
    if (left_.empty() || left_.front() != wanted) return false;
    left_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) {
    if (!take(wanted)) wrong();
  }
  std::string text() {
    skip_space();
    if (left_.empty() || (left_.front() != '\'' && left_.front() != '"')) wrong();
    const char quote = left_.front();
    const auto end = left_.find(quote, 1);
    if (end == std::string_view::npos) wrong();
    const std::string result(left_.substr(1, end - 1));
    left_.remove_prefix(end + 1);
    return result;
  }
  bool truth() {
    skip_space();
    for (const std::string_view word : {"True", "False"})
      if (left_.starts_with(word)) {
        left_.remove_prefix(word.size());
        return word == "True";
      }
    wrong();
  }
  std::vector<std::size_t> tuple() {
    std::vector<std::size_t> result;
    expect('(');
    while (!take(')')) {
      skip_space();
      std::size_t size = 0;
      const auto parsed = std::from_chars(left_.data(), left_.data() + left_.size(), size);
      if (parsed.ec != std::errc{}) wrong();
      left_.remove_prefix(static_cast<std::size_t>(parsed.ptr - left_.data()));
      result.push_back(size);
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return result;
  }

  std::string_view left_;
  const std::string& name_;
};

std::size_t little_endian(Bytes bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8U | bytes[i];
  return value;
}

/// The text of the header; `bytes` is then what follows it.
std::string_view header_text(Bytes& bytes, const std::string& name) {
  constexpr std::size_t kVersionBytes = kMagic.size() + 2;
  require<FileError>(
      bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin()),
      name, ": expected an NPY file, which begins with \\x93NUMPY");
  require<FileError>(bytes.size() >= kVersionBytes + 2, name, ": truncated in the NPY header, ",
                     bytes.size(), " bytes");
  const int version = bytes[kMagic.size()];
  require<FileError>(version >= 1 && version <= 3, name,
                     ": NPY format version: expected 1 to 3, got ", version);
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  require<FileError>(bytes.size() >= kVersionBytes + length_bytes, name,
                     ": truncated in the NPY header, ", bytes.size(), " bytes");
  const std::size_t length = little_endian(bytes.subspan(kVersionBytes, length_bytes));
  require<FileError>(length <= kMaxHeaderBytes, name, ": NPY header: expected at most ",
                     kMaxHeaderBytes, " bytes, got ", length);
  bytes = bytes.subspan(kVersionBytes + length_bytes);
  require<FileError>(bytes.size() >= length, name, ": truncated in the NPY header, which claims ",
                     length, " bytes");
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), length);
  bytes = bytes.subspan(length);
  return text;
}

struct NumberType {
  std::size_t bytes = 0;
  bool is_signed = false, big_endian = false;
};

/// What a message shows of a type, whose text may be anything.
std::string shown(const std::string& descr) {
  std::string text = descr.substr(0, 16);
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text;
}

NumberType number_type(const std::string& descr, const std::string& name) {
  const auto is = [&](std::size_t at, std::string_view some) {
    return descr.size() == 3 && some.find(descr[at]) != std::string_view::npos;
  };
  const bool integer = is(1, "iu") && is(2, "1248"), truth = is(1, "b") && is(2, "1");
  require<FileError>(
      (integer || truth) && is(0, "<>|=") && (descr[0] != '|' || descr[2] == '1'), name,
      ": NPY type: expected integers (i1, i2, i4, i8, u1, u2, u4, u8) or truth values (b1), got '",
      shown(descr), "'");
  return {static_cast<std::size_t>(descr[2] - '0'), descr[1] == 'i', descr[0] == '>'};
}

/// The number, as 64 bits; `fits` unless it is from 2^63 on.
std::int64_t number(Bytes bytes, const NumberType& type, bool& fits) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    value = value << 8U | bytes[type.big_endian ? i : bytes.size() - 1 - i];
  const std::size_t bits = 8 * bytes.size();
  const bool top = (value >> (bits - 1) & 1U) != 0;
  fits = type.is_signed || bits < 64 || !top;
  if (type.is_signed && top && bits < 64) value |= ~std::uint64_t{0} << bits;
  return static_cast<std::int64_t>(value);
}

}  // namespace

SymbolTable parse_npy_symbols(Bytes bytes, const std::string& name) {
  const auto header = HeaderParser(header_text(bytes, name), name).parse();
  const auto type = number_type(header.descr, name);
  const auto& shape = header.shape;
  require<FileError>(shape.size() == 1 || shape.size() == 2, name,
                     ": NPY array: expected rank 1 (one column) or 2 [row, column], got rank ",
                     shape.size());
  const std::size_t rows = shape[0], columns = shape.size() == 2 ? shape[1] : 1;
  require<FileError>(rows > 0 && columns > 0, name,
                     ": NPY array: expected at least one row and column, got ", rows, " and ",
                     columns);
  // By division, since the product of what a header claims can exceed 64 bits.
  require<FileError>(rows <= bytes.size() / type.bytes / columns, name, ": truncated, ", rows,
                     " rows of ", columns, " columns claim more than the ", bytes.size(),
                     " bytes after the NPY header");
  require<FileError>(bytes.size() == rows * columns * type.bytes, name,
                     ": the NPY file goes on after the ", rows * columns * type.bytes,
                     " bytes that its header claims");
  SymbolTable table{{}, Matrix<std::int64_t>(rows, columns), name};
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) {
      const std::size_t at = header.fortran_order ? c * rows + r : r * columns + c;
      bool fits = true;
      const auto value = number(bytes.subspan(at * type.bytes, type.bytes), type, fits);
      require<FileError>(fits && value >= SymbolTable::kMissing, name, ": row ", r, ", column ", c,
                         ": expected a whole number from 0 to 2^63 - 1, or ", SymbolTable::kMissing,
                         " (missing), got ", fits ? std::to_string(value) : "more");
      table.values(r, c) = value;
    }
  return table;
}

std::vector<std::uint8_t> npy_header(std::size_t rows, std::size_t columns) {
  std::string header = "{'descr': '<i8', 'fortran_order': False, 'shape': (" +
                       std::to_string(rows) + ", " + std::to_string(columns) + "), }";
  // The values begin at a multiple of 64 bytes; the header ends with a line feed.
  constexpr std::size_t kBefore = kMagic.size() + 4, kAlignment = 64;
  while ((kBefore + header.size() + 1) % kAlignment != 0) header += ' ';
  header += '\n';
  std::vector<std::uint8_t> bytes(kMagic.begin(), kMagic.end());
  for (const std::size_t byte :
       {std::size_t{1}, std::size_t{0}, header.size() & 0xFFU, header.size() >> 8U})
    bytes.push_back(static_cast<std::uint8_t>(byte));
  bytes.insert(bytes.end(), header.begin(), header.end());
  return bytes;
}

void append_npy_values(const SymbolTable& table, std::vector<std::uint8_t>& bytes) {
  for (const std::int64_t value : table.values.values())
    for (unsigned shift = 0; shift < 64; shift += 8)
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift));
}

std::vector<std::uint8_t> npy_of(const SymbolTable& table) {
  auto bytes = npy_header(table.values.rows(), table.values.cols());
  append_npy_values(table, bytes);
  return bytes;
}

}  // namespace rgm
