#pragma once

#include <cstddef>
#include <cstdint>

#include "rgm/base/matrix.h"
#include "rgm/base/progress.h"
#include "rgm/base/symbol_table.h"
#include "rgm/pipelines/sequence_tasks.h"
#include "rgm/trained/sequence_model.h"

namespace rgm {

// The tasks of `sequence_tasks.h` for models of symbols. `Error` if a model is of something else,
// or as of `SymbolCodec::encode`.

/// Draws a table of `rows` rows from a model. `Error` as of `generate_outcomes`.
SymbolTable generate_symbols(const SequenceModel& model, std::size_t rows, std::uint64_t seed,
                             const SequenceGenerationOptions& options = {});

/// What is known of a cell that was not observed.
struct SymbolBelief {
  std::int64_t symbol = SymbolTable::kMissing;  ///< the most probable one, the least of equals
  double probability = 0;                       ///< of that symbol
  double entropy = 0;                           ///< of all symbols, nats
};

/// The `rows` rows that come after a table, [row, column]: each cell by itself, given all before.
/// `Error` if that is more than half of `kMaxGeneratedOutcomes` cells.
Matrix<SymbolBelief> predict_symbols(const SequenceModel& model, const SymbolTable& past,
                                     std::size_t rows, const Progress& progress = {});

struct CompletedSymbols {
  SymbolTable table;             ///< missing cells have their most probable symbol
  Matrix<SymbolBelief> beliefs;  ///< [row, column]; of observed cells the symbol, with certainty
  std::size_t missing = 0;       ///< cells that were
  double log_evidence = 0;       ///< of what was observed, nats
};

/// Fills in the missing cells of a table from all that was observed before and after, each cell by
/// itself.
CompletedSymbols complete_symbols(const SequenceModel& model, const SymbolTable& table,
                                  const Progress& progress = {});

}  // namespace rgm
