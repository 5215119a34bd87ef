#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "terminal/verb.h"

namespace rgm::app {

/// Options that several verbs take.
struct CommonOptions {
  std::uint64_t seed = 0;
  int threads = 0;
  std::string json;   ///< file for figures; empty: none
  std::string cache;  ///< folder of fetched data sets; empty: the usual one
};

/// Adds --seed.
void add_seed_option(Verb verb, CommonOptions& options);
/// Adds --threads.
void add_threads_option(Verb verb, CommonOptions& options);
/// Adds --json.
void add_json_option(Verb verb, CommonOptions& options);
/// Adds --cache.
void add_cache_option(Verb verb, CommonOptions& options);
/// Adds --threads, --json and --cache, of verbs that read data sets or clips and measure.
void add_data_options(Verb verb, CommonOptions& options);
/// Adds --resume.
Option add_resume_option(Verb verb, bool& resume);
/// What `add_recipe_options` adds: --recipe and --set.
struct RecipeOptions {
  Option recipe, set;
};
/// `also` says what else may stand for a recipe.
RecipeOptions add_recipe_options(Verb verb, std::string& recipe,
                                 std::vector<std::string>& overrides, const std::string& also = "");

}  // namespace rgm::app
