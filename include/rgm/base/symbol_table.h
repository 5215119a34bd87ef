#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rgm/base/matrix.h"

namespace rgm {

/// A sequence of symbols: whole numbers from 0 on, a row a step, a column a modality.
struct SymbolTable {
  /// The value of a cell in which nothing was observed.
  static constexpr std::int64_t kMissing = -1;

  std::vector<std::string> columns;  ///< names of the columns; empty: they have none
  Matrix<std::int64_t> values;       ///< [row, column]
  std::string name = {};             ///< its file, in messages of errors; empty: it has none
};

}  // namespace rgm
