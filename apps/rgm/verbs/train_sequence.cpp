#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>
#include <variant>

#include "figures/sequence_figures.h"
#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/base/film_parts.h"
#include "rgm/media/symbol_file.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"
#include "terminal/film_options.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"
#include "verbs/sequence_verbs.h"
#include "verbs/symbol_verbs.h"
#include "verbs/training_run.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct Options {
  std::vector<std::string> data;
  std::string output = "model.rgm", recipe, extend, like;
  std::vector<std::string> overrides, masks;
  std::string missing;
  FilmOptions film;
  bool resume = false;
  CommonOptions common;

  /// The model that learning goes on with or takes the codec of; empty: none.
  const std::string& known() const { return extend.empty() ? like : extend; }
};

/// Learns from data, films or tables, and tells of it.
template <class Data, class Settings>
void learn(const std::vector<Data>& data, const Settings& settings, const SequenceModel& known,
           const Options& options, Matrix<std::uint8_t> mask = {}) {
  std::string names;
  for (const auto& name : options.data) names += (names.empty() ? "" : ", ") + name;
  if (!options.missing.empty()) names += " without frames " + options.missing;
  for (const auto& pixels : options.masks) names += " without pixels " + pixels;
  SequenceTrainingOptions training;
  training.mask = std::move(mask);
  training.threads = options.common.threads;
  training.data_set = names;
  training.program_version = program_version();
  training.progress = progress_bar();
  if (!options.extend.empty()) training.extend = &known;
  if (!options.like.empty()) training.like = &known;
  SequenceTrainingResult result;
  with_checkpoints(options.output, options.resume, [&](Checkpoint& checkpoint) {
    SequenceModel unfinished;
    training.resume = checkpoint.read(unfinished);
    if (settings.passes > 0)
      training.checkpoint = [&](const SequenceModel& model) { checkpoint.write(model); };
    result = train_sequence(std::span(data), settings, training);
    clear_progress_bar();
    write_model(options.output, result.model);
  });
  std::string units{unit_name(result.model.front_end)};
  if (const auto* symbols = std::get_if<SymbolCodec>(&result.model.front_end))
    units += " of " + columns_text(*symbols);
  print("{}: {} on {} ({}), {}\n{}\n{}", options.output, settings.name, names,
        counted_units(result.units, units), file_size_text(options.output),
        Lines{training_text(result)}, Lines{levels_text(result.model)});
  auto figures = training_figures(result);
  figures["recipe"] = settings.name;
  figures["films"] = options.data;
  write_json(options.common.json, figures);
}

/// Models of older versions have no kinds of change, whatever the settings say that they keep.
void note_lack_of_kinds(const SequenceModel& known, const KindsOptions& kinds,
                        const Options& options) {
  if (!options.known().empty() && known.tree.kinds.empty() && kinds.number > 0)
    print_note(options.known() + " has no kinds of change, so neither has the model made now");
}

void learn_films(const SequenceModel& known, const Options& options) {
  const auto settings =
      options.known().empty()
          ? sized_by(load_recipe_as<SequenceSettings>(
                         options.recipe.empty() ? "video" : options.recipe, options.overrides),
                     options.data.front(), options.common)
          : settings_of(known, options.overrides);
  note_lack_of_kinds(known, settings.kinds, options);
  const auto& size = options.known().empty()
                         ? settings.codec.preparation
                         : film_codec(known.front_end).voxels.options().preparation;
  std::vector<Film> films;
  const bool is_new = options.known().empty();
  FilmShape first = is_new ? FilmShape{} : shape_of(film_codec(known.front_end));
  for (const auto& name : options.data) {
    films.push_back(open_film(name, size.height, size.width, options.film, options.common));
    const auto shape = shape_of(films.back(), options.common);
    if (is_new && films.size() == 1) first = shape;
    note_differences(name, shape, first, is_new ? "the first film" : "the model");
  }
  if (!options.missing.empty()) {
    require(films.size() == 1, "--missing: expected one film, got ", films.size());
    auto parts = parts_without(films.front(), parse_indices(options.missing, "--missing"),
                               settings.codec.frames_per_voxel);
    films = std::move(parts.films);
    if (parts.beside > 0)
      print_note(counted_units(parts.beside, "more frames") +
                 (parts.beside == 1 ? " is left out, which shares a step with those of --missing"
                                    : " are left out, which share steps with those of --missing"));
  }
  learn(films, settings, known, options, mask_of(options.masks, size.height, size.width));
}

void learn_symbols(const SequenceModel& known, const Options& options) {
  const auto settings =
      options.known().empty()
          ? load_recipe_as<SymbolSettings>(options.recipe.empty() ? "symbols" : options.recipe,
                                           options.overrides)
          : symbol_settings_of(known, options.overrides);
  note_lack_of_kinds(known, settings.kinds, options);
  std::vector<SymbolTable> tables;
  for (const auto& name : options.data) tables.push_back(open_symbols(name, options.film));
  learn(tables, settings, known, options);
}

void run(const Options& options, Verb verb) {
  check_output(options.output);
  check_output(options.common.json);
  SequenceModel known;
  if (!options.known().empty()) known = read_model_as<SequenceModel>(options.known());
  if (std::ranges::any_of(options.data, is_symbol_file)) {
    verb.refuse_given({"--allow-truncated", "--fps", "--ground", "--missing", "--mask"},
                      kOnlyForFilms);
    learn_symbols(known, options);
  } else {
    learn_films(known, options);
  }
}

}  // namespace

void add_train_sequence(Verb train) {
  auto options = std::make_shared<Options>();
  const auto verb = train.add_verb(
      "sequence",
      "Learn a model of video or of symbols: codec, structure in space and time, transitions");
  verb.add_option(
          "data", options->data,
          "Films: a video file (MP4, AVI, WebM …), a folder of pictures, or a named clip (see rgm fetch); or tables of symbols (.npy, .csv)")
      .reads_file()
      .required();
  verb.add_option("-o,--output", options->output, "Model file to write")
      .writes_model()
      .shows_default();
  const auto extend =
      verb.add_option("--extend", options->extend,
                      "Go on with this model: what it knows stays, the new data are added")
          .reads_model();
  const auto like =
      verb.add_option(
              "--like", options->like,
              "Learn apart, with the codec and the groups of this model, so that both can be merged")
          .reads_model();
  like.excludes(extend);
  const auto recipe = add_recipe_options(verb, options->recipe, options->overrides).recipe;
  recipe.excludes(extend);  // it goes on with its own settings
  recipe.excludes(like);
  verb.add_option(
      "--missing", options->missing,
      "Frames that are not to be learnt, as in 3,4,7 or 20:30 (end excluded): the film is learnt as the parts around them");
  verb.add_option(
          "--mask", options->masks,
          "A rectangle that is not to be learnt, ROW,COLUMN,HEIGHT,WIDTH in pixels of the model")
      .one_at_a_time()
      .excludes(extend);  // what it knows shows all pixels
  add_film_options(verb, options->film);
  add_data_options(verb, options->common);
  add_seed_option(verb, options->common);  // as all that trains; nothing is drawn here so far
  add_resume_option(verb, options->resume);
  verb.runs([options, verb] { run(*options, verb); });
}

}  // namespace rgm::app
