#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/agent/agent.h"
#include "rgm/env/grid_rules.h"
#include "rgm/recipes/settings.h"

namespace rgm {

/// Every setting of the game recipes, described once in game_settings.cpp. Defaults are those of
/// the recipe `game`.
struct GameSettings {
  std::string name = "custom";
  std::size_t frames = 20'000;  ///< played in all
  GameOptions game;
  AgentOptions agent;
};

/// The recipe that suits a game best: `game-arcade` for arcade, `game` for all others.
std::string game_recipe(std::string_view game);

/// All settings of games, in the order of a recipe file.
std::vector<SettingDescription> describe_game_settings();

/// As `load_recipe`, of recipes that say `model = "game"`.
GameSettings load_game_recipe(const std::string& name_or_path,
                              std::span<const std::string> overrides = {});
/// As `parse_recipe`.
GameSettings parse_game_recipe(std::string_view toml_text, std::string_view where,
                               std::span<const std::string> overrides = {});

/// `Error` if the settings asked for differ from a model's where whoever goes on with that model
/// cannot change them: what was decided when it began to learn.
void check_kept_settings(const GameSettings& model, const GameSettings& asked);

/// All settings as a recipe file that gives the same settings when parsed.
std::string to_toml(const GameSettings& settings);

}  // namespace rgm
