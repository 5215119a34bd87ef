#include "rgm/codec/symbol_codec.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <unordered_set>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/plain_text.h"

namespace rgm {
namespace {

/// What `body` returns; its errors begin with the name of the table, if that has one.
template <class Body>
auto within(const SymbolTable& table, Body&& body) {
  return table.name.empty() ? body() : with_prefix(table.name, body);
}

void check_count(std::size_t columns) {
  require(columns <= SymbolCodec::kMaxColumns, "symbols: expected at most ",
          SymbolCodec::kMaxColumns, " columns, got ", columns);
}

void check_names(const std::vector<std::string>& names) {
  for (std::size_t c = 0; c < names.size(); ++c)
    require(names[c].size() <= SymbolCodec::kMaxNameBytes && is_plain_text(names[c]),
            "symbols: name of column ", c, ": expected at most ", SymbolCodec::kMaxNameBytes,
            " bytes of UTF-8 text without control characters");
}

}  // namespace

SymbolCodec SymbolCodec::fit(std::span<const SymbolTable> tables, std::size_t symbols) {
  require(!tables.empty(), "symbols: expected at least one table, got none");
  require(symbols <= Outcome::kMaxOutcomes, "symbols: number of symbols: expected at most ",
          Outcome::kMaxOutcomes, ", got ", symbols);
  SymbolCodec codec;
  codec.alphabets_.resize(tables.front().values.cols());
  check_count(codec.num_columns());
  for (const auto& table : tables)
    if (codec.columns_.empty()) codec.columns_ = table.columns;
  check_names(codec.columns_);
  std::vector<std::unordered_set<std::int64_t>> seen(codec.alphabets_.size());
  const auto last = symbols > 0 ? static_cast<std::int64_t>(symbols) - 1
                                : std::numeric_limits<std::int64_t>::max();
  const auto see = [&](const SymbolTable& table) {
    codec.check_columns(table);
    for (std::size_t r = 0; r < table.values.rows(); ++r)
      for (std::size_t c = 0; c < seen.size(); ++c) {
        const std::int64_t value = table.values(r, c);
        require(value >= SymbolTable::kMissing && value <= last, "symbols: row ", r, ", column ",
                codec.column_text(c), ": expected ", SymbolTable::kMissing, " (missing) to ", last,
                ", got ", value);
        if (value != SymbolTable::kMissing) seen[c].insert(value);
      }
  };
  for (const auto& table : tables) within(table, [&] { see(table); });
  for (std::size_t c = 0; c < seen.size(); ++c) {
    auto& alphabet = codec.alphabets_[c];
    require(!seen[c].empty(), "symbols: column ", codec.column_text(c),
            ": expected at least one symbol, all are missing");
    if (symbols > 0) {
      alphabet.resize(symbols);
      std::iota(alphabet.begin(), alphabet.end(), std::int64_t{0});
    } else {
      require(seen[c].size() <= Outcome::kMaxOutcomes, "symbols: column ", codec.column_text(c),
              ": expected at most ", Outcome::kMaxOutcomes, " different symbols, got ",
              seen[c].size());
      alphabet.assign(seen[c].begin(), seen[c].end());
      std::ranges::sort(alphabet);
    }
  }
  return codec;
}

SymbolCodec SymbolCodec::from_parts(std::vector<std::string> columns,
                                    std::vector<std::vector<std::int64_t>> alphabets) {
  SymbolCodec codec;
  codec.columns_ = std::move(columns);
  codec.alphabets_ = std::move(alphabets);
  const std::size_t count = codec.num_columns();
  require(count > 0, "symbols: expected at least one column, got none");
  check_count(count);
  require(codec.columns_.empty() || codec.columns_.size() == count,
          "symbols: names of the columns: expected none or ", count, ", got ",
          codec.columns_.size());
  check_names(codec.columns_);
  for (std::size_t c = 0; c < count; ++c) {
    const auto& alphabet = codec.alphabets_[c];
    require(!alphabet.empty() && alphabet.size() <= Outcome::kMaxOutcomes, "symbols: column ",
            codec.column_text(c), ": expected 1 to ", Outcome::kMaxOutcomes, " symbols, got ",
            alphabet.size());
    require(alphabet.front() >= 0 &&
                std::ranges::adjacent_find(alphabet, std::greater_equal<>{}) == alphabet.end(),
            "symbols: column ", codec.column_text(c),
            ": expected different symbols from 0 on, ascending");
  }
  return codec;
}

std::string SymbolCodec::column_text(std::size_t column) const {
  return columns_.empty() ? std::to_string(column) : '"' + columns_[column] + '"';
}

void SymbolCodec::check_columns(const SymbolTable& table) const {
  require(!table.values.empty(), "symbols: expected at least one row, got none");
  require(table.values.cols() == num_columns(), "symbols: expected ", num_columns(),
          num_columns() == 1 ? " column, got " : " columns, got ", table.values.cols());
  require(table.columns.empty() || table.columns.size() == num_columns(),
          "symbols: names of the columns: expected none or ", num_columns(), ", got ",
          table.columns.size());
  if (columns_.empty()) return;
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    require(table.columns[c] == columns_[c], "symbols: column ", c, ": expected the name ",
            columns_[c], ", got ", table.columns[c]);
}

Outcomes SymbolCodec::encode(const SymbolTable& table) const {
  return within(table, [&] { return outcomes_of(table); });
}

Outcomes SymbolCodec::outcomes_of(const SymbolTable& table) const {
  check_columns(table);
  Outcomes outcomes(table.values.rows(), num_columns());
  for (std::size_t r = 0; r < outcomes.items(); ++r)
    for (std::size_t c = 0; c < num_columns(); ++c) {
      const std::int64_t value = table.values(r, c);
      if (value == SymbolTable::kMissing) continue;
      const auto& symbols = alphabets_[c];
      const auto at = std::ranges::lower_bound(symbols, value);
      require(at != symbols.end() && *at == value, "symbols: row ", r, ", column ", column_text(c),
              ": expected one of the ", symbols.size(), " symbols that the model knows, ",
              symbols.front(), " to ", symbols.back(), ", or ", SymbolTable::kMissing,
              " (missing), got ", value);
      outcomes(r, c).token = static_cast<std::uint16_t>(at - symbols.begin());
    }
  return outcomes;
}

SymbolTable SymbolCodec::decode(const Outcomes& outcomes) const {
  require(outcomes.modalities() == num_columns(), "symbols: outcomes: expected ", num_columns(),
          " modalities, got ", outcomes.modalities());
  SymbolTable table{columns_,
                    Matrix<std::int64_t>(outcomes.items(), num_columns(), SymbolTable::kMissing)};
  for (std::size_t r = 0; r < outcomes.items(); ++r)
    for (std::size_t c = 0; c < num_columns(); ++c) {
      const Outcome outcome = outcomes(r, c);
      if (outcome.missing()) continue;
      require(outcome.share == 0 && outcome.token < alphabets_[c].size(),
              "symbols: outcome of row ", r, ", column ", column_text(c),
              ": expected a hard one below ", alphabets_[c].size());
      table.values(r, c) = alphabets_[c][outcome.token];
    }
  return table;
}

}  // namespace rgm
