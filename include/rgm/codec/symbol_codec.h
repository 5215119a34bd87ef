#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rgm/base/symbol_table.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// Symbols to outcomes and back: the front end for whoever brings tokens of their own.
///
/// A column is a modality, a row a step. Each column has an alphabet, its symbols in ascending
/// order; the outcome of a symbol is its index there, so that sparse numbers (MIDI pitches, code
/// points) cost nothing. A missing cell is a missing outcome. Lossless: decode(encode(table)) is
/// the table. Immutable.
///
///     const auto codec = SymbolCodec::fit(std::span(&table, 1));
///     const Outcomes outcomes = codec.encode(table);
class SymbolCodec {
 public:
  /// Most columns: grouping them by mutual information takes time that grows as their number to
  /// the power of four at worst.
  static constexpr std::size_t kMaxColumns = 1000;
  static constexpr std::size_t kMaxNameBytes = 1000;  ///< longest name of a column

  SymbolCodec() = default;

  /// The alphabets of some tables: the symbols that each column shows; or, if `symbols` is above 0,
  /// 0 … symbols − 1 in every column, so that what training does not show has a place (with no more
  /// than its prior probability). Column names are those of the first table that has any.
  ///
  /// `Error` if there is no table, a table has no rows or another number of columns or other names,
  /// a name is not as `from_parts` wants it, a column shows no symbol at all, a value is below −1
  /// or beyond what `symbols` allows, or there are more than `Outcome::kMaxOutcomes` symbols or
  /// `kMaxColumns` columns.
  static SymbolCodec fit(std::span<const SymbolTable> tables, std::size_t symbols = 0);
  /// From parts kept in a file: names, none or one a column, and alphabets, [column]. `Error` that
  /// names what is inconsistent; or if a name holds control characters, tabs excepted, or is longer
  /// than `kMaxNameBytes`.
  static SymbolCodec from_parts(std::vector<std::string> columns,
                                std::vector<std::vector<std::int64_t>> alphabets);

  std::size_t num_columns() const { return alphabets_.size(); }
  /// Names of the columns; empty if they have none.
  const std::vector<std::string>& columns() const { return columns_; }
  /// Its name in quotation marks, or its number.
  std::string column_text(std::size_t column) const;
  /// Symbols of a column, ascending; the index is the outcome.
  const std::vector<std::int64_t>& alphabet(std::size_t column) const { return alphabets_[column]; }

  /// Outcomes of a table, [row, column]. `Error` that names the table, if it has a name, and row
  /// and column, both counted from 0, of a symbol that is in no alphabet; or if the number of
  /// columns or their names differ.
  Outcomes encode(const SymbolTable& table) const;
  /// The table of hard or missing outcomes. `Error` if one is soft or out of range.
  SymbolTable decode(const Outcomes& outcomes) const;

  friend bool operator==(const SymbolCodec&, const SymbolCodec&) = default;

 private:
  void check_columns(const SymbolTable& table) const;
  Outcomes outcomes_of(const SymbolTable& table) const;

  std::vector<std::string> columns_;
  std::vector<std::vector<std::int64_t>> alphabets_;  // [column], ascending
};

}  // namespace rgm
