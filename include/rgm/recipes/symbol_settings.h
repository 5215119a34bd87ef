#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rgm/model/kinds.h"
#include "rgm/structure/sequence_structure.h"

namespace rgm {

/// Every setting of recipes for sequences of symbols, described once in symbol_settings.cpp.
/// Defaults are those of the recipe `symbols`, chosen on English text (docs/symbols.md).
struct SymbolSettings {
  static constexpr std::string_view kModel = "symbols";  ///< `model` of a recipe file of symbols

  SymbolSettings();

  std::string name = "custom";
  std::size_t symbols = 0;  ///< of each column: 0 … symbols − 1; 0: those that training shows
  SequenceStructureOptions structure;  ///< states are the distinct joint outcomes
  KindsOptions kinds;                  ///< of change; number 0: none
  std::size_t passes = 0;              ///< EM passes after structure learning
};

/// The options of structure learning that the settings stand for.
SequenceStructureOptions structure_options(const SymbolSettings& settings);

}  // namespace rgm
