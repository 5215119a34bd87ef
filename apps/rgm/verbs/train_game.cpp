#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "figures/game_training_figures.h"
#include "rgm/pipelines/game_training.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"
#include "verbs/training_run.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct Options {
  std::string game, output = "model.rgm", recipe, extend;
  std::vector<std::string> overrides;
  std::optional<std::size_t> frames;
  bool resume = false;
  CommonOptions common;
};

void run(const Options& options) {
  const auto& common = options.common;
  check_output(options.output);
  check_output(common.json);
  PlayModel known;
  GameSettings settings;
  if (options.extend.empty()) {
    game_rules(options.game);  // an unknown game is said first
    settings = load_recipe_as<GameSettings>(
        options.recipe.empty() ? game_recipe(options.game) : options.recipe, options.overrides);
  } else {
    known = read_model_as<PlayModel>(options.extend);
    settings = settings_of(known, options.overrides);
  }
  if (options.frames) settings.frames = *options.frames;
  GameTrainingOptions training;
  training.seed = common.seed;
  training.program_version = program_version();
  training.progress = progress_bar();
  if (!options.extend.empty()) training.extend = &known;
  GameTrainingResult result;
  with_checkpoints(options.output, options.resume, [&](Checkpoint& checkpoint) {
    PlayModel unfinished;
    training.resume = checkpoint.read(unfinished);
    training.checkpoint = [&](const PlayModel& model) { checkpoint.write(model); };
    result = train_game(options.game, settings, training);
    clear_progress_bar();
    write_model(options.output, result.model);
  });
  print("{}: {} on {} ({} frames seen, seed {}), {}\n{}", options.output, settings.name,
        options.game, grouped(result.model.provenance.units_seen), common.seed,
        file_size_text(options.output), Lines{training_text(result)});
  write_json(common.json, training_figures(result));
}

}  // namespace

void add_train_game(Verb train) {
  auto options = std::make_shared<Options>();
  const auto verb = train.add_verb(
      "game", "Let an agent play a game that it knows nothing of, and keep what it learns");
  verb.add_option("game", options->game, "pong, breakout or arcade").required();
  verb.add_option("-o,--output,--out", options->output, "Model file to write")
      .writes_model()
      .shows_default();
  const auto extend = verb.add_option("--extend", options->extend,
                                      "Go on with this model of the game: what it knows stays")
                          .reads_model();
  verb.add_option("--frames", options->frames, "Frames to play (otherwise the recipe's)")
      .in_range(std::size_t{1}, std::size_t{1'000'000'000});
  add_recipe_options(verb, options->recipe, options->overrides)
      .recipe.excludes(extend);  // it goes on with its own settings
  add_seed_option(verb, options->common);
  add_resume_option(verb, options->resume);
  add_json_option(verb, options->common);
  verb.runs([options] { run(*options); });
}

}  // namespace rgm::app
