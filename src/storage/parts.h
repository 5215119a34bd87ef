#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "groups.h"
#include "rgm/base/error.h"
#include "rgm/codec/image_codec.h"
#include "rgm/codec/symbol_codec.h"
#include "rgm/env/environment.h"
#include "rgm/env/grid_rules.h"
#include "rgm/model/hierarchy.h"
#include "rgm/trained/appearance.h"
#include "rgm/trained/training_state.h"

// The parts of a model file (docs/model_file.md): what its groups hold, and how they are written
// and read.

namespace rgm::storage {

/// The value of an enumeration whose word is `word`.
template <class Enum, std::size_t n>
Enum from_word(const std::string& word, const std::array<std::string_view, n>& words,
               const std::string& where) {
  const auto at = std::ranges::find(words, word);
  require(at != words.end(), where, ": unknown word");
  return static_cast<Enum>(at - words.begin());
}

template <class Enum, std::size_t n>
std::string to_word(Enum value, const std::array<std::string_view, n>& words) {
  return std::string(words.at(static_cast<std::size_t>(value)));
}

/// Calls `make`, whose errors then begin with the name of the group that it reads.
template <class Make>
auto within(const InputGroup& group, Make make) {
  return with_prefix(group.name(), make);
}

/// More than any model needs; what uses a model may take memory in proportion, which no size of a
/// file bounds.
inline constexpr std::uint64_t kMaxStreams = 1000, kMaxAllOutcomes = 1 << 24;
/// Positions, in prepared pixels.
inline constexpr double kMaxLocation = 1e6;

void write_codec(const OutputGroup& group, const ImageCodec& codec);
ImageCodec read_codec(const InputGroup& group);

void write_symbols(const OutputGroup& group, const SymbolCodec& codec);
SymbolCodec read_symbols(const InputGroup& group);

void write_tree(const OutputGroup& group, const Hierarchy& tree);
/// Valid as a hierarchy.
Hierarchy read_tree(const InputGroup& group);

/// Of a tree that has kinds.
void write_kinds(const OutputGroup& group, const Kinds& kinds);
/// Valid kinds; whether they are those of a tree is for the tree to say.
Kinds read_kinds(const InputGroup& group);

void write_transition(const OutputGroup& group, const Transition& transition);
/// Distinct arcs between its states, under paths below `num_paths`; finite counts.
Transition read_transition(const InputGroup& group, std::size_t num_paths);
/// The same of flat tables: how many arcs leave each state, and those in turn.
Transition read_arcs(std::span<const std::uint32_t> sizes,
                     std::span<const std::uint32_t> next_states,
                     std::span<const std::uint32_t> paths, std::span<const double> counts,
                     std::size_t num_paths);

void write_game(const OutputGroup& group, const std::string& name, const GameOptions& options);
void read_game(const InputGroup& group, std::string& name, GameOptions& options);

void write_spaces(const OutputGroup& group, const EnvironmentSpaces& spaces);
EnvironmentSpaces read_spaces(const InputGroup& group);

void write_appearance(const OutputGroup& group, const Appearance& appearance);
/// Valid; unknown if nothing of it is there.
Appearance read_appearance(const InputGroup& group);

void write_training(const OutputGroup& group, const TrainingState& state);
TrainingState read_training(const InputGroup& group);

}  // namespace rgm::storage
