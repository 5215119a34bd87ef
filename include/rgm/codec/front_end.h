#pragma once

#include <cstddef>
#include <string_view>
#include <variant>
#include <vector>

#include "rgm/codec/film_codec.h"
#include "rgm/codec/symbol_codec.h"

namespace rgm {

/// What turns data into the outcomes of a sequence and back. All that lies behind the outcomes
/// (structure, inference, surprise, completion, generation, bitstreams, merging) knows no more of
/// it than the functions below.
using FrontEnd = std::variant<FilmCodec, SymbolCodec>;

/// Outcomes that each modality may have, [modality].
std::vector<std::size_t> num_outcomes(const FrontEnd& front_end);
/// Where each modality is, [modality]; empty if places mean nothing, as for symbols, whose columns
/// are grouped by mutual information.
std::vector<Location> locations(const FrontEnd& front_end);
/// Modalities that change together, those of a tile, or all columns of a table,
/// [cell][modality].
std::vector<std::vector<std::size_t>> cells(const FrontEnd& front_end);
/// Whether outcomes are steps of a scale, as the bins of a picture are.
bool are_ordered(const FrontEnd& front_end);
/// What people count of the data, "frames" or "rows", and how many of it a step has.
std::string_view unit_name(const FrontEnd& front_end);
std::size_t units_per_step(const FrontEnd& front_end);

/// The front end as the kind that a job needs. `Error` that says which kind was expected.
const FilmCodec& film_codec(const FrontEnd& front_end);
const SymbolCodec& symbol_codec(const FrontEnd& front_end);
const FilmCodec& film_codec(FrontEnd&&) = delete;
const SymbolCodec& symbol_codec(FrontEnd&&) = delete;

/// `Error` that names what differs unless both front ends turn equal data into equal outcomes:
/// equal sizes, modes and ranges, bit for bit, or equal alphabets. Frame rates and column names may
/// differ.
void check_same_outcomes(const FrontEnd& expected, const FrontEnd& got);

}  // namespace rgm
