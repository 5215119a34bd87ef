#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "figures/video_figures.h"
#include "report/page.h"
#include "report/video_report.h"
#include "rgm/base/film.h"
#include "rgm/base/parallel.h"
#include "rgm/base/stopwatch.h"
#include "rgm/media/synthetic_clips.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"
#include "terminal/film_options.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct Options {
  std::string report = "video.html", output, clip, command;
  std::size_t frames = 0;
  bool full = false;
  std::vector<std::string> overrides;
  CommonOptions common;
};

constexpr std::size_t kFewestFrames = 48;  // for half of them to hold anomalies
constexpr std::size_t kBirdPeriod = 128, kForeignFrames = 100;

/// A recipe at the size of the paper's films, and at whatever else is asked for.
SequenceSettings recipe_of(const Options& options, const std::string& name,
                           std::vector<std::string> settings = {}) {
  settings.insert(settings.begin(), {"codec.height=128", "codec.width=128"});
  settings.insert(settings.end(), options.overrides.begin(), options.overrides.end());
  return load_recipe_as<SequenceSettings>(name, settings);
}

/// States found by evidence: for films that do not come back.
SequenceSettings by_evidence(const Options& options, const std::string& name) {
  return recipe_of(options, name,
                   {"structure.states=\"evidence\"", "structure.outcome_concentration=0.5"});
}

LoopOptions loop_options(const Options& options) {
  LoopOptions loop;
  loop.threads = options.common.threads;
  loop.seed = options.common.seed;
  loop.program_version = program_version();
  loop.progress = progress_bar();
  return loop;
}

void add_loop(const Options& options, const Images& film, const std::string& name,
              double frames_per_second, std::size_t period, const std::string& recipe,
              VideoResults& results) {
  results.loops.push_back(loop_experiment(film, name, frames_per_second, period,
                                          recipe_of(options, recipe), loop_options(options)));
  clear_progress_bar();
  print("{}", Lines{loop_text(results.loops.back())});
  flush_output();
}

/// The bird at two scales, and a real film that is made to come back.
void run_loops(const Options& options, VideoResults& results) {
  const auto codec = recipe_of(options, "video").codec;
  const auto& size = codec.preparation;
  const auto whole = [&](std::size_t frames) {
    return frames - frames % codec.frames_per_voxel;
  };  // voxels
  const std::size_t period = whole(options.frames > 0 ? options.frames : kBirdPeriod),
                    again = std::max(whole(period / 4), codec.frames_per_voxel);
  const auto bird = flapping_bird({size.height, size.width, period + again, period});
  for (const char* recipe : {"video", "video-fine"})
    add_loop(options, bird, "bird", 25, period, recipe, results);
  const std::string name = options.clip.empty() ? "flame" : options.clip;
  const auto film =
      open_film(name, size.height, size.width, {.frames = options.frames}, options.common);
  auto frames = frames_of(film, 0, period);
  frames.pixels.resize(whole(frames.count()) * frames.pixels_per_image());
  const std::size_t turn = frames.count();
  add_loop(options, looped(frames, std::min(turn, again)), name, film.frames_per_second, turn,
           "video", results);
}

/// Learns the first half of a real film and follows the rest, with a state for every joint outcome
/// and with fewer.
void run_films(const Options& options, VideoResults& results) {
  const auto size = recipe_of(options, "video").codec.preparation;
  const auto open = [&](const std::string& name, std::size_t frames) {
    return open_film(name, size.height, size.width, {.frames = frames}, options.common);
  };
  // What is foreign to a film, and which: the films that are to be followed.
  std::vector<std::pair<std::string, std::string>> films{{"opencv:vtest", "opencv:Megamind"}};
  if (options.full) films.emplace_back("opencv:Megamind", "opencv:vtest");
  if (!options.clip.empty()) films = {{options.clip, ""}};
  for (const auto& [name, other] : films) {
    const auto foreign =
        other.empty() ? flapping_bird({size.height, size.width, kForeignFrames, kForeignFrames})
                      : frames_of(open(other, kForeignFrames));
    const auto film = open(name, options.frames);
    const std::size_t frames = frames_of(film).count();
    const std::pair<std::string, SequenceSettings> variants[] = {
        {"", recipe_of(options, "video")}, {"states by evidence", by_evidence(options, "video")}};
    for (const auto& [variant, settings] : variants) {
      ContinuationOptions continuation;
      continuation.threads = options.common.threads;
      continuation.program_version = program_version();
      continuation.anomalies.seed = options.common.seed;
      continuation.anomalies.runs =
          std::clamp<std::size_t>(frames / 2 / (6 * continuation.anomalies.frames_per_run), 1, 8);
      results.films.push_back(
          continuation_experiment(film, frames / 4 * 2, foreign, settings, continuation));
      results.films.back().variant = variant;
      clear_progress_bar();
      print("{}", Lines{film_text(results.films.back())});
      flush_output();
    }
  }
}

/// Anomalies in two turns of the first loop's film, which the model knows.
void run_loop_anomalies(const Options& options, VideoResults& results) {
  const auto& loop = results.loops.front();
  const auto turn = cut(loop.original, 0, loop.period);
  const auto& other = results.loops.back();
  AnomalyOptions anomalies;
  anomalies.seed = options.common.seed;
  anomalies.runs = std::clamp<std::size_t>(2 * loop.period / (4 * anomalies.frames_per_run), 1, 8);
  results.loop_anomalies =
      anomaly_experiment(loop.training.model, loop.original, looped(turn, turn.count()),
                         cut(other.original, 0, other.period), anomalies, options.common.threads);
  print("anomalies in {}\n{}\n", loop.film, Lines{anomalies_text(results.loop_anomalies)});
}

/// Rate and distortion, ablations and scaling; all of them smaller if the films are to be short.
void run_long(const Options& options, VideoResults& results) {
  const auto& loop = results.loops.front();
  const auto settings = recipe_of(options, "video");
  const bool small = options.frames > 0;
  const std::string name = options.clip.empty() ? "opencv:vtest" : options.clip;
  const auto film =
      open_film(name, settings.codec.preparation.height, settings.codec.preparation.width,
                {.frames = options.frames}, options.common);
  const auto all = frames_of(film);
  const auto learnt = cut(all, 0, all.count() / 4 * 2),
             held_out = cut(all, all.count() / 4 * 2, all.count());

  RateOptions rate;
  rate.threads = options.common.threads;
  for (std::size_t bins : {5, 9, 17, 33})
    for (std::size_t modes : {6, 12, 24}) {
      rate.growing.push_back(recipe_of(options, "video-stream"));
      rate.growing.back().codec.bins = bins;
      rate.growing.back().codec.max_modes = modes;
    }
  if (small) {
    rate.bins = {9};
    rate.modes = {8};
    rate.prices = {32};
    rate.x264 = {30};
    rate.vp9 = {40};
    rate.growing.resize(1);
  }
  results.rates.push_back({loop.film, "the film itself",
                           rate_experiment(loop.original, loop.original, 25, settings, rate)});
  print("{}", Lines{rates_text(results.rates.back())});
  flush_output();
  results.rates.push_back({name, "its first half; coded is the second",
                           rate_experiment(learnt, held_out, film.frames_per_second,
                                           by_evidence(options, "video"), rate)});
  print("{}", Lines{rates_text(results.rates.back())});
  flush_output();

  results.ablations = ablation_experiment({loop.original, loop.period, learnt, held_out}, settings,
                                          options.common.threads);
  print("{}", Lines{ablations_text(results.ablations)});
  flush_output();

  ScalingOptions scaling;
  scaling.threads = options.common.threads;
  if (small)
    scaling.lengths = {options.frames, 2 * options.frames}, scaling.sides = {32, 64},
    scaling.frames = options.frames;
  auto finer = settings;
  finer.codec.tile_spacing = 16;  // so that small pictures have several levels, too
  results.scaling = scaling_experiment(finer, scaling);
  print("{}", Lines{scaling_text(results.scaling)});
}

void run(const Options& options) {
  const Stopwatch watch;
  const auto& common = options.common;
  for (const auto& path : {options.output, options.report, common.json}) check_output(path);
  VideoResults results;
  results.seed = common.seed;
  results.program_version = program_version();
  results.command = options.command;
  print("video: seed {}, {} threads\n\n", common.seed, resolve_threads(common.threads));
  run_loops(options, results);
  run_loop_anomalies(options, results);
  run_films(options, results);
  if (options.full) run_long(options, results);
  results.seconds = watch.seconds();
  results.peak_memory_bytes = peak_memory_bytes();
  print("{}", Lines{targets_text(video_targets(results))});
  if (!options.output.empty()) {
    write_model(options.output, results.loops.front().training.model);
    print("\n  model         {}\n", options.output);
  }
  if (!options.report.empty()) {
    write_video_report(options.report, results);
    print("  report        {}\n", options.report);
  }
  write_json(common.json, video_figures(results));
}

}  // namespace

void add_demo_video(Verb demo) {
  auto options = std::make_shared<Options>();
  const auto verb = demo.add_verb(
      "video", "Films: learn, generate, complete, predict, find what is unusual, report");
  verb.add_option("--report", options->report, "HTML report to write; empty: none")
      .writes_file(Option::Output::kOptional)
      .overwrites(is_report)
      .shows_default();
  verb.add_option("-o,--output", options->output, "Also keep the first model in this file")
      .writes_file(Option::Output::kOptional);
  verb.add_option("--clip", options->clip,
                  "A film (named clip, file or folder) in place of those of real things")
      .reads_file();
  verb.add_option("--frames", options->frames,
                  "Use no more than that many frames of each film; 0: as many as intended")
      .zero_or_in_range(kFewestFrames, std::size_t{1000000});
  verb.add_flag("--full", options->full,
                "Also the long experiments: rate and distortion, scaling, ablations");
  verb.add_option("--set", options->overrides,
                  "Change a setting of all recipes: key=value (see docs/settings.md)")
      .one_at_a_time();
  add_seed_option(verb, options->common);
  add_data_options(verb, options->common);
  verb.runs([options, verb] {
    options->command = verb.command_line();
    run(*options);
  });
}

}  // namespace rgm::app
