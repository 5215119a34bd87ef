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

}  // namespace rgm::app
