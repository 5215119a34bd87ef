#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/codec/image_codec.h"
#include "rgm/learning/active_learning.h"
#include "rgm/learning/contrastive.h"
#include "rgm/structure/renormalise.h"

namespace rgm {

/// Every setting of the image recipes. What each means, its range and its key in a recipe file are
/// described once, in settings.cpp; parser, command line and docs/settings.md follow from there.
/// Defaults are those of the recipe `generative`.
struct ImageSettings {
  std::string name = "custom";
  std::size_t train_images = 0;

  CodecOptions codec;
  std::size_t codec_fit_images = 10000;

  bool tree_per_class = true;
  std::size_t exemplars = 128;
  bool random_exemplars = true;
  RenormaliseOptions structure;

  bool online = false;
  bool likelihood_reading = false;  ///< SoftReading::kLikelihood instead of kCount
  std::size_t passes = 5;
  std::size_t affine_copies = 4;
  AffineJitter jitter;
  ActiveOptions active;

  std::size_t contrastive_passes = 0;
  ContrastiveOptions contrastive;
};

/// One row of the settings' description.
struct SettingDescription {
  std::string_view key;    ///< section.name
  std::string_view range;  ///< what is allowed, for people
  std::string_view text;   ///< meaning and unit
};

/// All settings, in the order of a recipe file.
std::vector<SettingDescription> describe_settings();

/// Names of the recipes that come with the program, of models of "images" (paper, generative,
/// contrastive), of a "sequence" (video, video-fine, video-stream) or of a "game" (game,
/// game-arcade, game-paper); of all if `model` is empty.
std::vector<std::string> recipe_names(std::string_view model = "");
/// The text of a recipe that comes with the program. `Error` with the nearest name if there is
/// none.
std::string recipe_text(std::string_view name);

/// Settings of a recipe: a name that comes with the program, or the path of a TOML file; then
/// `overrides`, each "key=value". `Error` for what is no TOML, unknown keys (with the nearest known
/// one), wrong types and values out of range.
ImageSettings load_recipe(const std::string& name_or_path,
                          std::span<const std::string> overrides = {});
/// As above, from text; `where` names it in messages.
ImageSettings parse_recipe(std::string_view toml_text, std::string_view where,
                           std::span<const std::string> overrides = {});

/// All settings as a recipe file that gives the same settings when parsed.
std::string to_toml(const ImageSettings& settings);

}  // namespace rgm
