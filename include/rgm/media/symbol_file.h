#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rgm/base/symbol_table.h"

namespace rgm {

class NewFile;

/// Whether a name ends as a table of symbols does, .npy or .csv, in small or capital letters; also
/// .npz, so that who brings one is told by `check_symbol_file` what is expected in its place.
bool is_symbol_file(const std::filesystem::path& path);

/// `Error` unless a table of symbols of that name can be read and written: .npy or .csv.
void check_symbol_file(const std::filesystem::path& path);

/// Reads a table of symbols, by its ending an NPY or a CSV file.
///
/// *NPY* (NumPy's format, versions 1 to 3): integers of 1 to 8 bytes, signed or not, or truth
/// values, of either byte order, of rank 1 (one column) or 2 [row, column] in C or Fortran order;
/// −1 is missing. *CSV*: whole numbers with commas between them, a row a line; an empty cell or −1
/// is missing; spaces around a number do not count; a first line none of whose cells reads as a
/// number (and not all are empty) names the columns, in quotation marks if need be. A file of one
/// column may hold empty lines, which are missing; empty lines at the end of any file are passed
/// over. Lines end with LF or CR LF; a byte order mark is passed over.
///
/// `Error` that names the file and what is wrong with it, in NPY files row and column counted from
/// 0, in CSV files line and column counted from 1: truncated, too long, another type or rank, no
/// rows, a first line of both names and numbers, values below −1 or from 2^63 on, lines of
/// different lengths. The memory taken is bounded by what the file really holds.
SymbolTable read_symbols(const std::filesystem::path& path);

/// `read_symbols` of a file in memory; `name` stands for it in error messages.
SymbolTable parse_npy_symbols(std::span<const std::uint8_t> bytes, const std::string& name);
SymbolTable parse_csv_symbols(std::span<const std::uint8_t> bytes, const std::string& name);

/// Writes a table, by the ending of `path`: NPY as little-endian int64 [row, column] (column names
/// are left out) or CSV (missing cells are empty; −1 if there is but one column). `Error` for
/// another ending.
void write_symbols(const std::filesystem::path& path, const SymbolTable& table);

/// Writes such a table some rows at a time, so that it need not be in memory as a whole. It
/// appears, whole, when `close` is called (`NewFile`). Column names are those of the first rows;
/// all have as many columns, or `Error`.
class SymbolWriter {
 public:
  explicit SymbolWriter(const std::filesystem::path& path);
  ~SymbolWriter();
  SymbolWriter(const SymbolWriter&) = delete;
  SymbolWriter& operator=(const SymbolWriter&) = delete;

  void write(const SymbolTable& rows);
  /// `Error` if there are no rows, or if NPY, which says their number first, goes to a device.
  void close();

 private:
  std::string name_;
  bool npy_;
  std::unique_ptr<NewFile> file_;
  std::size_t rows_ = 0, columns_ = 0;
};

/// The bytes of such a file.
std::vector<std::uint8_t> npy_of(const SymbolTable& table);
std::string csv_of(const SymbolTable& table);

}  // namespace rgm
