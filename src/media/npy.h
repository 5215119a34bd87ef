#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rgm/base/symbol_table.h"

namespace rgm {

/// What stands before the values of an NPY file that we write: as long for any number of rows.
std::vector<std::uint8_t> npy_header(std::size_t rows, std::size_t columns);
/// The values, as they follow it.
void append_npy_values(const SymbolTable& table, std::vector<std::uint8_t>& bytes);

}  // namespace rgm
