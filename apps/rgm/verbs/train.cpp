#include <fmt/format.h>

#include <memory>

#include "figures/image_figures.h"
#include "figures/levels.h"
#include "rgm/media/data_set.h"
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
  std::string data, output = "model.rgm", recipe = "generative", test, like;
  std::vector<std::string> overrides;
  bool resume = false;
  CommonOptions common;
};

void run(const Options& options) {
  const auto& common = options.common;
  check_output(options.output);
  check_output(common.json);
  ImageModel like;
  if (!options.like.empty()) like = read_model_as<ImageModel>(options.like);
  const auto settings = options.like.empty()
                            ? load_recipe_as<ImageSettings>(options.recipe, options.overrides)
                            : parse_recipe_as<ImageSettings>(like.provenance.settings, options.like,
                                                             options.overrides);
  const DataSetOptions data_options{common.cache, common.threads, progress_bar()};
  const auto data = load_data_set(options.data, data_options);
  LabelledImages test;
  if (!options.test.empty()) test = load_data_set(options.test, data_options);
  const auto result = run_training(data, options.data, settings, common, options.output,
                                   options.resume, nullptr, options.like.empty() ? nullptr : &like);
  print("{}: {} on {} ({} images, seed {}), {}\n{}\n{}", options.output, settings.name,
        options.data, grouped(result.model.provenance.units_seen), common.seed,
        file_size_text(options.output), Lines{training_text(result)},
        Lines{levels_text(result.model)});
  if (options.test.empty()) {
    write_json(common.json, {{"train_images", result.model.provenance.units_seen},
                             {"recipe", settings.name},
                             {"seed", common.seed},
                             {"train_seconds", result.seconds},
                             {"training_log_evidence", result.log_evidence},
                             {"peak_memory_bytes", peak_memory_bytes()}});
    return;
  }
  const auto evaluation = evaluate(result.model, test, common.threads, progress_bar());
  clear_progress_bar();
  print("\n{}", Lines{evaluation_text(result.model, evaluation, "benchmark")});
  auto figures = evaluation_figures(result.model, evaluation, "benchmark", &result);
  figures["test_data"] = options.test;
  write_json(common.json, figures);
}

}  // namespace

void add_train(Verb app) {
  auto options = std::make_shared<Options>();
  const auto train = app.add_verb("train", "Train a model");
  train.needs_verb();
  add_train_sequence(train);
  add_train_game(train);
  const auto verb = train.add_verb(
      "images", "Grow and train a model of images, and a classifier if they have classes");
  verb.add_option(
          "data", options->data,
          "Images: mnist:train, fashion-mnist:train, an IDX file, a folder with a folder a class, …[begin:end]")
      .reads_file()
      .required();
  verb.add_option("-o,--output", options->output, "Model file to write")
      .writes_model()
      .shows_default();
  verb.add_option("--test", options->test, "Also evaluate on these images").reads_file();
  const auto like =
      verb.add_option(
              "--like", options->like,
              "Begin with the codec and the trees of this model: what several learn so in one pass each can be merged")
          .reads_file();
  add_recipe_options(verb, options->recipe, options->overrides).recipe.excludes(like);
  add_seed_option(verb, options->common);
  add_resume_option(verb, options->resume);
  add_data_options(verb, options->common);
  verb.runs([options] { run(*options); });
}

}  // namespace rgm::app
