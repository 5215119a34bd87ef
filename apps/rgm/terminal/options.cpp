#include "terminal/options.h"

namespace rgm::app {

void add_seed_option(Verb verb, CommonOptions& options) {
  verb.add_option("--seed", options.seed,
                  "Seed of all randomness; the same seed gives the same result")
      .shows_default();
}

void add_threads_option(Verb verb, CommonOptions& options) {
  verb.add_option("--threads", options.threads,
                  "Threads; 0: all cores. Results do not depend on it")
      .in_range(0, 4096)
      .shows_default();
}

void add_json_option(Verb verb, CommonOptions& options) {
  verb.add_option("--json", options.json, "Write the figures to this file as JSON")
      .writes_file(Option::Output::kOptional);
}

void add_cache_option(Verb verb, CommonOptions& options) {
  verb.add_option(
      "--cache", options.cache,
      "Folder of fetched data sets (otherwise $RGM_CACHE, $XDG_CACHE_HOME/rgm or ~/.cache/rgm)");
}

void add_data_options(Verb verb, CommonOptions& options) {
  add_threads_option(verb, options);
  add_json_option(verb, options);
  add_cache_option(verb, options);
}

Option add_resume_option(Verb verb, bool& resume) {
  return verb.add_flag(
      "--resume", resume,
      "Go on from the checkpoint that an interrupted run of the same command left");
}

RecipeOptions add_recipe_options(Verb verb, std::string& name, std::vector<std::string>& overrides,
                                 const std::string& also) {
  const auto recipe =
      verb.add_option(
              "--recipe", name,
              "A recipe that comes with the program (see rgm recipes), or the path of a recipe file" +
                  also)
          .reads_file()
          .shows_default();
  const auto set = verb.add_option("--set", overrides,
                                   "Override a setting of the recipe: key=value (see rgm recipes)")
                       .one_at_a_time();
  return {recipe, set};
}

}  // namespace rgm::app
