#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace rgm::app {

/// Options that every verb takes.
struct CommonOptions {
  std::uint64_t seed = 0;
  int threads = 0;
  std::string json;   ///< file for figures; empty: none
  std::string cache;  ///< folder of fetched data sets; empty: the usual one
};

/// Adds --seed and --threads.
void add_common_options(CLI::App& verb, CommonOptions& options);
/// Adds --seed alone, where there is nothing that runs on several threads.
void add_seed_option(CLI::App& verb, CommonOptions& options);
/// Adds --json.
void add_json_option(CLI::App& verb, CommonOptions& options);
/// Adds --cache.
void add_cache_option(CLI::App& verb, CommonOptions& options);
/// Adds --recipe and --set.
void add_recipe_options(CLI::App& verb, std::string& recipe, std::vector<std::string>& overrides);

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

/// The program's version, e.g. 0.1.0.
std::string program_version();

}  // namespace rgm::app
