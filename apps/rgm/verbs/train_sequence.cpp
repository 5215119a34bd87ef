#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "figures/sequence_figures.h"
#include "rgm/base/film.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"
#include "terminal/film_options.h"
#include "terminal/output.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"
#include "verbs/training_run.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct Options {
  std::vector<std::string> films;
  std::string output = "model.rgm", recipe = "video", extend;
  std::vector<std::string> overrides;
  FilmOptions film;
  CommonOptions common;
};

void run(const Options& options) {
  const auto& common = options.common;
  check_output(options.output);
  check_output(common.json);
  SequenceModel known;
  SequenceSettings settings;
  if (options.extend.empty()) {
    settings = load_recipe_as<SequenceSettings>(options.recipe, options.overrides);
  } else {
    known = read_model_as<SequenceModel>(options.extend);
    settings = settings_of(known, options.overrides);
  }
  const auto& size =
      options.extend.empty() ? settings.codec.preparation : known.codec.options().preparation;
  std::vector<Film> films;
  std::string names;
  for (const auto& name : options.films) {
    films.push_back(open_film(name, size.height, size.width, options.film, common));
    names += (names.empty() ? "" : ", ") + name;
  }
  SequenceTrainingOptions training;
  training.threads = common.threads;
  training.data_set = names;
  training.program_version = program_version();
  training.progress = progress_bar();
  if (!options.extend.empty()) training.extend = &known;
  SequenceTrainingResult result;
  with_checkpoints(options.output, [&](const std::filesystem::path& partial) {
    if (settings.passes > 0)
      training.checkpoint = [&](const SequenceModel& model) { write_model(partial, model); };
    result = train_sequence(films, settings, training);
    clear_progress_bar();
    write_model(options.output, result.model);
  });
  fmt::print("{}: {} on {} ({} frames), {}\n{}\n{}", options.output, settings.name, names,
             grouped(result.frames), file_size_text(options.output), training_text(result),
             levels_text(result.model));
  auto figures = training_figures(result);
  figures["recipe"] = settings.name;
  figures["films"] = options.films;
  write_json(common.json, figures);
}

}  // namespace

void add_train_sequence(Verb train) {
  auto options = std::make_shared<Options>();
  const auto verb = train.add_verb(
      "sequence", "Learn a model of video: codec, structure in space and time, transitions");
  verb.add_option(
          "films", options->films,
          "Films: a video file (MP4, AVI, WebM …), a folder of pictures, or a named clip (see rgm fetch)")
      .required();
  verb.add_option("-o,--output", options->output, "Model file to write").shows_default();
  const auto extend =
      verb.add_option("--extend", options->extend,
                      "Go on with this model: what it knows stays, the new films are added");
  add_recipe_options(verb, options->recipe, options->overrides)
      .excludes(extend);  // it goes on with its own settings
  add_film_options(verb, options->film);
  add_data_options(verb, options->common);
  verb.runs([options] { run(*options); });
}

}  // namespace rgm::app
