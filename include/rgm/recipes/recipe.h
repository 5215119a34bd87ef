#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rgm/recipes/game_settings.h"
#include "rgm/recipes/image_settings.h"
#include "rgm/recipes/sequence_settings.h"
#include "rgm/recipes/symbol_settings.h"

namespace rgm {

/// What a recipe file says: the settings of one kind of model, which the file names in `model`
/// ("images", "sequence", "symbols" or "game"; a file that names none is of images).
using Recipe = std::variant<ImageSettings, SequenceSettings, SymbolSettings, GameSettings>;

/// Names of the recipes that come with the program: of those of one `model` ("images", "sequence",
/// "symbols", "game"), or of all, first those of images, then of sequences, of symbols and of
/// games, each by the alphabet.
std::vector<std::string> recipe_names(std::string_view model = "");
/// The text of a recipe that comes with the program. `Error` with the nearest name if there is
/// none.
std::string recipe_text(std::string_view name);

/// A recipe: a name that comes with the program, or the path of a TOML file; then `overrides`, each
/// "key=value". `Error` for what is no TOML, an unknown `model`, unknown keys (with the nearest
/// known one), wrong types, values out of range and settings that contradict each other.
Recipe load_recipe(const std::string& name_or_path, std::span<const std::string> overrides = {});
/// As above, from text; `where` names it in messages.
Recipe parse_recipe(std::string_view toml_text, std::string_view where,
                    std::span<const std::string> overrides = {});

/// As `load_recipe`, of one kind of settings; `Error` also if the recipe is of another.
template <class Settings>
Settings load_recipe_as(const std::string& name_or_path,
                        std::span<const std::string> overrides = {});
/// As `parse_recipe`, of one kind of settings; `Error` also if the text is of another.
template <class Settings>
Settings parse_recipe_as(std::string_view toml_text, std::string_view where,
                         std::span<const std::string> overrides = {});

/// All settings as a recipe file that gives the same settings when parsed.
std::string to_toml(const Recipe& recipe);

/// One setting, for people.
struct SettingDescription {
  std::string key;    ///< section.name
  std::string value;  ///< that of the recipe described, as in a recipe file
  std::string range;  ///< what is allowed
  std::string text;   ///< meaning and unit
};

/// All settings of a recipe, in the order of its file; of a kind, if the recipe is that of the
/// defaults, as in `describe_settings(GameSettings{})`.
std::vector<SettingDescription> describe_settings(const Recipe& recipe);

/// `Error` if the settings asked for differ from a model's where whoever goes on with that model
/// cannot change them: its codec, and what was decided when its structure began to grow.
void check_kept_settings(const Recipe& model, const Recipe& asked);

}  // namespace rgm
