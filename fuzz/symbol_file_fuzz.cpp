#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "rgm/base/error.h"
#include "rgm/media/symbol_file.h"

namespace {

/// A table that was read is not empty, holds symbols or missing cells, and comes back from a file
/// of its own.
void check(const rgm::SymbolTable& table) {
  if (table.values.empty()) std::abort();
  if (!table.columns.empty() && table.columns.size() != table.values.cols()) std::abort();
  for (const auto value : table.values.values())
    if (value < rgm::SymbolTable::kMissing) std::abort();
  if (rgm::parse_npy_symbols(rgm::npy_of(table), "again").values != table.values) std::abort();
  const std::string text = rgm::csv_of(table);
  const auto again = rgm::parse_csv_symbols(
      {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, "again");
  if (again.values != table.values) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const auto parse : {rgm::parse_npy_symbols, rgm::parse_csv_symbols}) {
    try {
      const auto table = parse({data, size}, "fuzz");
      check(table);
    } catch (const rgm::Error&) {
    }
  }
  return 0;
}
