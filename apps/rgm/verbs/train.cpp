#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

#include "figures/image_figures.h"
#include "figures/levels.h"
#include "rgm/base/error.h"
#include "rgm/experiments/image_data.h"
#include "rgm/pipelines/settings_search.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"
#include "terminal/data_kind.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"
#include "verbs/training_run.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

/// In place of a recipe: `generative`, what suits the images being tried on some held out of them.
constexpr const char* kAuto = "auto";

struct Options {
  std::string data, output = "model.rgm", recipe = kAuto, test, like, fit, ground;
  double validation = 0;
  std::vector<std::string> overrides;
  bool resume = false;
  CommonOptions common;
};

/// Settings by --set, and by the options that are shorter names of some.
std::vector<std::string> overrides_of(const Options& options) {
  auto overrides = options.overrides;
  if (!options.fit.empty()) overrides.push_back("data.fit=" + options.fit);
  if (!options.ground.empty()) overrides.push_back("data.ground=" + options.ground);
  return overrides;
}

/// The sizes of pictures in their files, and what they were brought to.
std::string sizes_text(const PictureSurvey& survey, const Images& images) {
  const auto& [least, most] = std::pair(survey.smallest, survey.largest);
  const auto range = [](std::size_t from, std::size_t to) {
    return from == to ? fmt::format("{}", from) : fmt::format("{} to {}", from, to);
  };
  std::string text = fmt::format("{} by {} pixels", range(least.height, most.height),
                                 range(least.width, most.width));
  if (!survey.one_size() || least.height != images.height || least.width != images.width)
    text += fmt::format(", brought to {} by {}", images.height, images.width);
  return text + (images.channels == 3 ? " in colour" : "");
}

/// What is learnt from: "photos: 80 images of 28 by 28 pixels, 2 classes: left 40, up 40".
std::string data_text(const std::string& name, const TrainingData& training) {
  constexpr std::size_t kShownClasses = 12;
  const auto& data = training.images;
  std::string text = fmt::format("{}: {} images of {}, ", name, grouped(data.images.count()),
                                 sizes_text(training.survey, data.images));
  if (data.labels.empty()) return text + "no labels: the model will not classify";
  const std::size_t classes = data.class_names.size();
  text += fmt::format("{} class{}: ", classes, classes == 1 ? "" : "es");
  std::vector<std::size_t> sizes(classes);
  for (const int label : data.labels) ++sizes[static_cast<std::size_t>(label)];
  for (std::size_t k = 0; k < std::min(classes, kShownClasses); ++k)
    text += fmt::format("{}{} {}", k == 0 ? "" : ", ", data.class_names[k], grouped(sizes[k]));
  if (classes > kShownClasses) text += fmt::format(" and {} more", classes - kShownClasses);
  return text;
}

/// The images to test with, none or such as the model can be tested with: that is known before it
/// is trained.
LabelledImages test_images(const Options& options, const ImageSettings& settings,
                           TrainingData& training, const DataSetOptions& data_options) {
  LabelledImages test = std::move(training.held_out);
  if (!options.test.empty()) {
    DataSetOptions reading = data_options;
    reading.loading = settings.loading;
    reading.spread_classes = false;
    LoadedImages loaded = load_in_shape(options.test, shape_of(training.images.images), reading);
    add_notes(training.notes, loaded.notes);
    test = std::move(loaded.data);
  }
  if (test.images.count() > 0)
    with_prefix(options.test.empty() ? options.data : options.test,
                [&] { match_labels(training.images.class_names, test, &training.notes); });
  return test;
}

/// Settings that suit the images; those of `overrides` stay.
SettingsSearch searched(const LabelledImages& images, const ImageSettings& settings,
                        const std::vector<std::string>& overrides, const CommonOptions& common) {
  SettingsSearchOptions options{common.seed, common.threads, progress_bar(), {}};
  for (const auto& text : overrides) options.fixed.push_back(text.substr(0, text.find('=')));
  auto search = search_settings(images, settings, options);
  clear_progress_bar();
  print("{}\n", Lines{search_text(search)});
  std::fflush(stdout);
  return search;
}

/// What the model keeps as the name of its data. A share of small classes is what it comes to, at
/// least one of each, so it is told in images.
std::string data_name(const Options& options, const LabelledImages& test) {
  return options.validation > 0 ? fmt::format("{} without {} held out (--validation {})",
                                              options.data, test.images.count(), options.validation)
                                : options.data;
}

/// Evaluates the model, if there are images to test it with, and gives its figures.
Json tested(const Options& options, const TrainingResult& result, const LabelledImages& test) {
  const auto& model = result.model;
  if (test.images.count() == 0)
    return {{"train_images", model.provenance.units_seen},
            {"recipe", model.provenance.recipe},
            {"seed", options.common.seed},
            {"train_seconds", result.seconds},
            {"training_log_evidence", result.log_evidence},
            {"peak_memory_bytes", peak_memory_bytes()}};
  const auto evaluation = evaluate(model, test, options.common.threads, progress_bar());
  clear_progress_bar();
  const bool held_out = options.test.empty();
  const std::string protocol = held_out ? "held out" : "benchmark";
  print("\n{}", Lines{evaluation_text(model, evaluation, protocol)});
  auto figures = evaluation_figures(model, evaluation, protocol, &result);
  figures["test_data"] = held_out
                             ? fmt::format("{} held out of {} (--validation {})",
                                           test.images.count(), options.data, options.validation)
                             : options.test;
  return figures;
}

void run(const Options& options) {
  const auto& common = options.common;
  check_output(options.output);
  check_output(common.json);
  ImageModel like;
  if (!options.like.empty()) like = read_model_as<ImageModel>(options.like);
  const auto* const begin_with = options.like.empty() ? nullptr : &like;
  const auto overrides = overrides_of(options);
  const bool searches = begin_with == nullptr && options.recipe == kAuto;
  auto settings =
      begin_with == nullptr
          ? load_recipe_as<ImageSettings>(searches ? "generative" : options.recipe, overrides)
          : parse_recipe_as<ImageSettings>(like.provenance.settings, options.like, overrides);
  for (const auto* name : {&options.data, &options.test}) expect_pictures(*name);
  const DataSetOptions data_options{common.cache, common.threads, progress_bar()};
  auto data = load_for_training(options.data, settings, data_options,
                                {options.validation, common.seed}, begin_with);
  const auto test = test_images(options, settings, data, data_options);
  print_notes(data.notes);
  const auto name = data_name(options, test);
  print("{}\n", data_text(name, data));
  if (options.validation > 0)
    print("{} {} held out to test with\n", grouped(test.images.count()),
          test.images.count() == 1 ? "image is" : "images are");
  std::fflush(stdout);
  SettingsSearch search;
  if (searches) {
    search = searched(data.images, settings, overrides, common);
    settings = search.settings;
    settings.name = kAuto;
  }

  const auto result = run_training(data.images, name, settings, common, options.output,
                                   options.resume, nullptr, begin_with);
  print("{}: {} on {} ({} images, seed {}), {}\n{}\n{}", options.output, settings.name, name,
        grouped(result.model.provenance.units_seen), common.seed, file_size_text(options.output),
        Lines{training_text(result)}, Lines{levels_text(result.model)});
  auto figures = tested(options, result, test);
  if (searches) figures["search"] = search_figures(search);
  write_json(common.json, figures);
}

/// Adds the options that say how pictures are read.
void add_reading_options(Verb verb, Options& options) {
  verb.add_option(
      "--fit", options.fit,
      "How pictures of another aspect are brought to size: stretch, crop or pad (data.fit)");
  verb.add_option("--ground", options.ground,
                  "What lies under transparent pixels: white, black or #rrggbb (data.ground)");
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
  const auto test =
      verb.add_option("--test", options->test, "Also evaluate on these images").reads_file();
  verb.add_option("--validation", options->validation,
                  "Learn without this share of each class, drawn by --seed, and evaluate on it")
      .in_range(0.0, 0.99)
      .excludes(test);
  add_reading_options(verb, *options);
  const auto like =
      verb.add_option(
              "--like", options->like,
              "Begin with the codec and the trees of this model: what several learn so in one pass each can be merged")
          .reads_model();
  add_recipe_options(
      verb, options->recipe, options->overrides,
      "; auto: generative, its settings being tried on some of the images, held out for that")
      .recipe.excludes(like);
  add_seed_option(verb, options->common);
  add_resume_option(verb, options->resume);
  add_data_options(verb, options->common);
  verb.runs([options] { run(*options); });
}

}  // namespace rgm::app
