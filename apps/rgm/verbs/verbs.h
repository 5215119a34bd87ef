#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "terminal/options.h"

namespace rgm::app {

// Each adds one verb, in the file of its name; the verb runs when the command line has been parsed.
void add_train(CLI::App& app);
void add_evaluate(CLI::App& app);
void add_predict(CLI::App& app);
void add_generate(CLI::App& app);
void add_info(CLI::App& app);
void add_demo(CLI::App& app);
void add_fetch(CLI::App& app);
void add_recipes(CLI::App& app);
void add_version(CLI::App& app);
void add_complete(CLI::App& app);
void add_surprise(CLI::App& app);
void add_encode(CLI::App& app);
void add_decode(CLI::App& app);
void add_play(CLI::App& app);
/// Adds `video` to the verb `demo`.
void add_demo_video(CLI::App& demo);
/// Adds a game to the verb `demo`.
void add_demo_game(CLI::App& demo, const std::string& game, const std::string& description);
/// Adds `sequence` to the verb `train`.
void add_train_sequence(CLI::App& train);
/// Adds `game` to the verb `train`.
void add_train_game(CLI::App& train);

}  // namespace rgm::app
