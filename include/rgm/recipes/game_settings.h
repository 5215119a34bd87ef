#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rgm/agent/agent.h"
#include "rgm/env/grid_rules.h"

namespace rgm {

/// Every setting of the game recipes, described once in game_settings.cpp. Defaults are those of
/// the recipe `game`.
struct GameSettings {
  static constexpr std::string_view kModel = "game";  ///< `model` of a recipe file of games

  std::string name = "custom";
  std::size_t frames = 20'000;  ///< played in all
  GameOptions game;
  AgentOptions agent;
};

/// The recipe that suits a game best: `game-arcade` for arcade, `game` for all others.
std::string game_recipe(std::string_view game);

}  // namespace rgm
