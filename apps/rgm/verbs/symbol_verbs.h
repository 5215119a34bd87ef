#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/base/symbol_table.h"
#include "rgm/compression/bitstream.h"
#include "rgm/pipelines/sequence_tasks.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/trained/sequence_model.h"
#include "terminal/film_options.h"
#include "terminal/options.h"

namespace rgm::app {

// What the verbs do with symbols in place of films: tables in .npy or .csv files. Every function
// checks its outputs before it works.

/// The rows of a table that the options choose, as they choose frames of a film.
SymbolTable open_symbols(const std::string& name, const FilmOptions& options);

/// Most columns that a line for people names.
inline constexpr std::size_t kMaxNamedColumns = 8;
/// What such a line says of the others: " and 3 more", or nothing.
std::string more_columns(const SymbolCodec& codec);
/// How many columns there are, and the names of the first.
std::string columns_text(const SymbolCodec& codec);

/// Where a verb writes its table. `Error` unless that ends in .npy or .csv.
std::string symbol_output(const std::string& output);

/// Why a verb refuses an option (`Verb::refuse_given`).
inline constexpr std::string_view kOnlyForFilms = "only for films, got symbols";
inline constexpr std::string_view kOnlyForSequences =
    "only for models of a sequence, got one of images";

void generate_table(const SequenceModel& model, const std::string& path, const std::string& output,
                    std::size_t rows, std::uint64_t seed,
                    const SequenceGenerationOptions& generation);
void predict_table(const SequenceModel& model, const SymbolTable& past, const std::string& output,
                   std::size_t rows, const std::string& json);
void complete_table(const SequenceModel& model, const SymbolTable& table, const std::string& output,
                    const std::string& json);
void surprise_of_table(const SequenceModel& model, const SymbolTable& table, bool learn_on,
                       const std::string& output, const std::string& json);
/// Without a model: adaptive.
void encode_table(const SequenceModel* model, const SymbolTable& table, bool kinds,
                  const std::string& output, const std::string& json);
/// `FileError` at the end, when what came before is written, if the stream is damaged.
void decode_table(BitstreamReader& reader, const SequenceModel* model, const std::string& stream,
                  const std::string& output, const std::string& json);

}  // namespace rgm::app
