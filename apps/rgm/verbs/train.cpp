#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "figures/image_figures.h"
#include "rgm/media/data_set.h"
#include "rgm/recipes/recipe.h"
#include "terminal/output.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"
#include "verbs/training_run.h"
#include "verbs/verbs.h"

namespace rgm::app {

void add_train(CLI::App& app) {
  struct Options {
    std::string data, output = "model.rgm", recipe = "generative", test;
    std::vector<std::string> overrides;
    CommonOptions common;
  };
  auto options = std::make_shared<Options>();
  auto* train = app.add_subcommand("train", "Train a model");
  train->require_subcommand(1);
  add_train_sequence(*train);
  add_train_game(*train);
  auto* verb = train->add_subcommand(
      "images", "Grow and train a model of images, and a classifier if they have classes");
  verb->add_option(
          "data", options->data,
          "Images: mnist:train, fashion-mnist:train, an IDX file, a folder with a folder a class, …[begin:end]")
      ->required();
  verb->add_option("-o,--output", options->output, "Model file to write")->capture_default_str();
  verb->add_option("--test", options->test, "Also evaluate on these images");
  add_recipe_options(*verb, options->recipe, options->overrides);
  add_common_options(*verb, options->common);
  add_json_option(*verb, options->common);
  add_cache_option(*verb, options->common);
  verb->callback([options] {
    const auto& common = options->common;
    check_output(options->output);
    check_output(common.json);
    const auto settings = load_recipe_as<ImageSettings>(options->recipe, options->overrides);
    const DataSetOptions data_options{common.cache, common.threads, progress_bar()};
    const auto data = load_data_set(options->data, data_options);
    LabelledImages test;
    if (!options->test.empty()) test = load_data_set(options->test, data_options);
    const auto result = run_training(data, options->data, settings, common, options->output);
    fmt::print("{}: {} on {} ({} images, seed {}), {}\n{}\n{}", options->output, settings.name,
               options->data, grouped(result.model.provenance.units_seen), common.seed,
               bytes_text(static_cast<double>(std::filesystem::file_size(options->output))),
               training_text(result), levels_text(result.model));
    if (options->test.empty()) {
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
    fmt::print("\n{}", evaluation_text(result.model, evaluation, "benchmark"));
    auto figures = evaluation_figures(result.model, evaluation, "benchmark", &result);
    figures["test_data"] = options->test;
    write_json(common.json, figures);
  });
}

}  // namespace rgm::app
