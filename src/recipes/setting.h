#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rgm/agent/agent.h"
#include "rgm/base/picture_shape.h"
#include "rgm/codec/image_codec.h"
#include "rgm/recipes/recipe.h"
#include "rgm/structure/sequence_structure.h"

// The one description of a setting. From a row follow the reading and writing of recipe files, the
// overrides of the command line, what whoever goes on with a model keeps, and docs/settings.md.

namespace rgm::detail {

/// Any text.
struct AnyWord {};
/// Numbers, both ends included. At least `kHuge` is as good as no end, and above 0 but at most
/// `kTiny` as good as 0 excluded: such ends only keep arithmetic from overflow, and people are told
/// "or more" and "above 0".
struct Numbers {
  double least, most;
  bool odd = false;      ///< odd ones alone
  bool counts = false;   ///< none between 0 and `kLeastCount`
  bool or_zero = false;  ///< 0 too, which stands for a choice by the data
};
/// One of some words: of a truth value, or of an enumeration's values, in the order of these.
using Words = std::vector<std::string_view>;
/// A colour: "white", "black" or "#rrggbb".
struct Colour {};
using Range = std::variant<AnyWord, Numbers, Words, Colour>;

inline constexpr double kTiny = 1e-6, kHuge = 1e12;
/// Prior counts are shared out, and their quotients multiplied: smaller ones would underflow.
inline constexpr double kLeastCount = 1e-100;

constexpr Numbers between(double least, double most) { return {least, most}; }
constexpr Numbers prior_count() { return {0, 1e6, false, true}; }
constexpr Numbers at_least(double least) { return {least, kHuge}; }

/// One setting of one object, whose member it points to.
struct Setting {
  std::string_view key;  ///< section.name
  std::variant<std::string*, double*, std::size_t*, int*, bool*, CodecBasis*, Experience*,
               PlanningMethod*, ActionSelection*, Curiosity*, UnseenStates*, Fit*,
               std::array<std::uint8_t, 3>*>
      member;
  Range range;
  std::string text;   ///< meaning and unit, for people
  bool kept = false;  ///< whoever goes on with a model cannot change it
};
using Settings = std::vector<Setting>;

/// The last field of a row whose setting is kept.
inline constexpr bool kKept = true;

/// What is allowed, for people.
std::string range_text(const Setting& setting);

/// All settings of an object, in the order of a recipe file.
Settings settings_of(ImageSettings& images);
Settings settings_of(SequenceSettings& sequence);
Settings settings_of(SymbolSettings& symbols);
Settings settings_of(GameSettings& game);

/// `Error` if settings contradict each other, though each is within its range.
void check_together(const ImageSettings& images, const std::string& where);
void check_together(const SequenceSettings& sequence, const std::string& where);
void check_together(const SymbolSettings& symbols, const std::string& where);
inline void check_together(const GameSettings&, const std::string&) {}

// Rows that several kinds have.

/// Of `KindsOptions`; `check_kinds` for what no row can say.
Settings kinds_settings(KindsOptions& kinds);
void check_kinds(const KindsOptions& kinds, const std::string& where);
Settings joined(std::initializer_list<Settings> parts);
Settings name_setting(std::string& name);
/// `picture` is what people call one.
Settings size_settings(PreparationOptions& preparation, const std::string& picture);
/// The same where 0 leaves a side to the data, within `pixels` of a picture; others have at least
/// `least` pixels.
Settings size_settings(PreparationOptions& preparation, std::size_t& pixels,
                       const std::string& picture, double least = 4);
Settings tile_settings(CodecOptions& codec);
Settings episode_settings(SequenceStructureOptions& structure);
Settings level_settings(SequenceStructureOptions& structure);
Settings prior_settings(SequenceStructureOptions& structure);
Settings restart_setting(SequenceStructureOptions& structure);
Settings passes_setting(std::size_t& passes);
Settings soft_evidence_setting(bool& likelihood_reading);

}  // namespace rgm::detail
