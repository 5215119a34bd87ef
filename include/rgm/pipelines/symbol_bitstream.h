#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "rgm/base/progress.h"
#include "rgm/base/symbol_table.h"
#include "rgm/compression/bitstream.h"
#include "rgm/trained/sequence_model.h"

namespace rgm {

/// How large a table of symbols became.
struct SymbolBitstream {
  std::size_t rows = 0, columns = 0, bytes = 0;
  double bits = 0;  ///< −log₂ of the probability that the coder gave the symbols

  double bits_per_symbol() const {
    return 8.0 * static_cast<double>(bytes) / static_cast<double>(rows * columns);
  }
};

/// Encodes a table under a model, which the decoder must have, without loss. `kinds`: as of
/// `SequenceCoderOptions`. `Error` if a cell is missing, or as of `SymbolCodec::encode`.
SymbolBitstream encode_symbol_stream(const SequenceModel& model, const SymbolTable& table,
                                     bool kinds, const ByteSink& sink,
                                     const Progress& progress = {});
/// Encodes a table without a model: its alphabets and column names lie in the stream, and a
/// structure grows on both sides alike. `Error` if a cell is missing, or as of `SymbolCodec::fit`.
SymbolBitstream encode_symbol_stream(const SymbolTable& table, const ByteSink& sink,
                                     const Progress& progress = {});

/// Whether a stream is one of symbols; otherwise it is one of a film.
bool is_symbol_stream(const BitstreamHeader& header);

struct DecodedSymbols {
  std::size_t rows = 0;
  bool complete = false;  ///< to its end, and as many rows as its header says
  std::string message;    ///< what is wrong with it otherwise
};

/// Decodes a stream from its first row up to the end or the damage, some rows at a time. `model`
/// unless the stream needs none. `Error` if its header is not one of symbols, or the model is
/// missing or another one.
DecodedSymbols decode_symbol_stream(BitstreamReader& reader, const SequenceModel* model,
                                    const std::function<void(const SymbolTable&)>& take,
                                    const Progress& progress = {});

}  // namespace rgm
