// A game for programs in other languages, over pipes: reads commands, a line each, and answers each
// with a line of numbers.
//
//   serve_game GAME      GAME: pong, breakout or arcade
//
//   (at first)           → NUMBER_OF_ACTIONS NUMBER_OF_PIXELS SYMBOLS_A_PIXEL
//   reset SEED           → REWARD COST PIXEL…
//   step ACTION          → REWARD COST PIXEL…

#include <charconv>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>

#include "rgm/base/error.h"
#include "rgm/env/grid_game.h"

namespace {

/// The number after `command` and a space.
std::uint64_t argument(std::string_view line, std::string_view command) {
  const auto text = line.substr(command.size() + 1);
  std::uint64_t result = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  rgm::require(error == std::errc{} && end == text.data() + text.size(), command,
               ": expected a number, got ", text);
  return result;
}

void serve(rgm::Environment& game) {
  const auto& spaces = game.spaces();
  const auto& pixels = spaces.stream("pixels");
  const auto first = spaces.first_modality("pixels");
  std::cout << spaces.actions.size() << ' ' << pixels.num_symbols.size() << ' '
            << pixels.num_symbols[0] << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::span<const rgm::Symbol> seen;
    if (line.starts_with("reset "))
      seen = game.reset(argument(line, "reset"));
    else if (line.starts_with("step "))
      seen = game.step(argument(line, "step"));
    else
      rgm::fail("command: expected reset SEED or step ACTION, got ", line);
    std::cout << seen[spaces.first_modality("reward")] << ' '
              << seen[spaces.first_modality("cost")];
    for (const auto symbol : seen.subspan(first, pixels.num_symbols.size()))
      std::cout << ' ' << symbol;
    std::cout << std::endl;
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::ios::sync_with_stdio(false);
  try {
    rgm::require(count == 2, "usage: serve_game GAME");
    rgm::GridGame game(rgm::game_rules(arguments[1]));
    serve(game);
  } catch (const std::exception& error) {
    std::cerr << "serve_game: error: " << error.what() << '\n';
    return 2;
  }
}
