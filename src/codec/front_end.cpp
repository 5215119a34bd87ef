#include "rgm/codec/front_end.h"

#include "rgm/base/error.h"

namespace rgm {

std::vector<std::size_t> num_outcomes(const FrontEnd& front_end) {
  if (const auto* film = std::get_if<FilmCodec>(&front_end))
    return std::vector(film->voxels.num_modalities(), film->voxels.num_outcomes());
  const auto& symbols = std::get<SymbolCodec>(front_end);
  std::vector<std::size_t> result;
  for (std::size_t c = 0; c < symbols.num_columns(); ++c)
    result.push_back(symbols.alphabet(c).size());
  return result;
}

std::vector<Location> locations(const FrontEnd& front_end) {
  const auto* film = std::get_if<FilmCodec>(&front_end);
  return film != nullptr ? film->voxels.locations() : std::vector<Location>();
}

std::vector<std::vector<std::size_t>> cells(const FrontEnd& front_end) {
  std::vector<std::vector<std::size_t>> result;
  if (const auto* film = std::get_if<FilmCodec>(&front_end)) {
    const auto& tiles = film->voxels.tile_of_modality();
    for (std::size_t g = 0; g < tiles.size(); ++g) {
      if (g == 0 || tiles[g] != tiles[g - 1]) result.emplace_back();
      result.back().push_back(g);
    }
    return result;
  }
  result.resize(1);
  for (std::size_t c = 0; c < symbol_codec(front_end).num_columns(); ++c) result[0].push_back(c);
  return result;
}

bool are_ordered(const FrontEnd& front_end) { return std::holds_alternative<FilmCodec>(front_end); }

std::string_view unit_name(const FrontEnd& front_end) {
  return std::holds_alternative<FilmCodec>(front_end) ? "frames" : "rows";
}

std::size_t units_per_step(const FrontEnd& front_end) {
  const auto* film = std::get_if<FilmCodec>(&front_end);
  return film != nullptr ? film->voxels.options().frames_per_voxel : 1;
}

const FilmCodec& film_codec(const FrontEnd& front_end) {
  const auto* film = std::get_if<FilmCodec>(&front_end);
  require(film != nullptr, "model: expected a model of films, got one of symbols");
  return *film;
}

const SymbolCodec& symbol_codec(const FrontEnd& front_end) {
  const auto* symbols = std::get_if<SymbolCodec>(&front_end);
  require(symbols != nullptr, "model: expected a model of symbols, got one of films");
  return *symbols;
}

void check_same_outcomes(const FrontEnd& expected, const FrontEnd& got) {
  if (const auto* film = std::get_if<FilmCodec>(&expected))
    return check_same_outcomes(film->voxels, film_codec(got).voxels);
  const auto& symbols = std::get<SymbolCodec>(expected);
  const auto& others = symbol_codec(got);
  require(symbols.num_columns() == others.num_columns(), "symbols: expected ",
          symbols.num_columns(), " columns, got ", others.num_columns());
  for (std::size_t c = 0; c < symbols.num_columns(); ++c)
    require(symbols.alphabet(c) == others.alphabet(c), "symbols: column ", symbols.column_text(c),
            ": expected the same alphabet, of ", symbols.alphabet(c).size(), " symbols, got ",
            others.alphabet(c).size());
}

}  // namespace rgm
