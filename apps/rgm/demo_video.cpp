#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

#include "figures.h"
#include "film_options.h"
#include "progress_bar.h"
#include "rgm/base/parallel.h"
#include "rgm/media/synthetic_clips.h"
#include "rgm/storage/model_file.h"
#include "verbs.h"
#include "video_report.h"

namespace rgm::app {
namespace {

struct Options {
  std::string report = "video.html", output, clip;
  std::size_t frames = 0;
  bool full = false;
  CommonOptions common;
};

constexpr std::size_t kBirdPeriod = 128, kForeignFrames = 100;

LoopOptions loop_options(const Options& options) {
  LoopOptions loop;
  loop.threads = options.common.threads;
  loop.seed = options.common.seed;
  loop.program_version = program_version();
  loop.progress = progress_bar();
  return loop;
}

void add_loop(const Options& options, const Images& film, const std::string& name, double frames_per_second,
              std::size_t period, const std::string& recipe, VideoResults& results) {
  results.loops.push_back(
      loop_experiment(film, name, frames_per_second, period, load_sequence_recipe(recipe), loop_options(options)));
  clear_progress_bar();
  fmt::print("{}", loop_text(results.loops.back()));
  std::fflush(stdout);
}

/// The bird at two scales, and a real film that is made to come back.
void run_loops(const Options& options, VideoResults& results) {
  const auto size = load_sequence_recipe("video").codec.preparation;
  const std::size_t period = options.frames > 0 ? options.frames & ~std::size_t{1} : kBirdPeriod,
                    again = period / 4 & ~std::size_t{1};
  const auto bird = flapping_bird({size.height, size.width, period + again, period});
  for (const char* recipe : {"video", "video-fine"}) add_loop(options, bird, "bird", 25, period, recipe, results);
  const std::string name = options.clip.empty() ? "flame" : options.clip;
  const auto film = open_film(name, size.height, size.width, {.frames = options.frames}, options.common);
  auto frames = frames_of(film, 0, period);
  frames.pixels.resize((frames.count() & ~std::size_t{1}) * frames.pixels_per_image());
  const std::size_t turn = frames.count();
  add_loop(options, looped(frames, std::min(turn, again)), name, film.frames_per_second, turn, "video", results);
}

/// Learns the first half of a real film and follows the rest, with a state for every joint outcome and with fewer.
void run_films(const Options& options, VideoResults& results) {
  const auto size = load_sequence_recipe("video").codec.preparation;
  const auto open = [&](const std::string& name, std::size_t frames) {
    return open_film(name, size.height, size.width, {.frames = frames}, options.common);
  };
  // What is foreign to a film, and which: the films that are to be followed.
  std::vector<std::pair<std::string, std::string>> films{{"opencv:vtest", "opencv:Megamind"}};
  if (options.full) films.emplace_back("opencv:Megamind", "opencv:vtest");
  if (!options.clip.empty()) films = {{options.clip, ""}};
  for (const auto& [name, other] : films) {
    const auto foreign = other.empty() ? flapping_bird({size.height, size.width, kForeignFrames, kForeignFrames})
                                       : frames_of(open(other, kForeignFrames));
    const auto film = open(name, options.frames);
    const std::size_t frames = frames_of(film).count();
    struct Variant {
      std::string name;
      std::vector<std::string> settings;
    };
    const Variant variants[] = {
        {"", {}}, {"states by evidence", {"structure.states=\"evidence\"", "structure.outcome_concentration=0.5"}}};
    for (const auto& variant : variants) {
      ContinuationOptions continuation;
      continuation.threads = options.common.threads;
      continuation.program_version = program_version();
      continuation.anomalies.seed = options.common.seed;
      continuation.anomalies.runs = std::clamp<std::size_t>(frames / 2 / (6 * continuation.anomalies.frames_per_run), 1, 8);
      auto settings = load_sequence_recipe("video", variant.settings);
      results.films.push_back(continuation_experiment(film, frames / 4 * 2, foreign, settings, continuation));
      results.films.back().variant = variant.name;
      clear_progress_bar();
      fmt::print("{}", film_text(results.films.back()));
      std::fflush(stdout);
    }
  }
}

/// Anomalies in two turns of the first loop's film, which the model knows.
void run_loop_anomalies(const Options& options, VideoResults& results) {
  const auto& loop = results.loops.front();
  const auto turn = frames_of(film_of(loop.original), 0, loop.period);
  const auto& other = results.loops.back();
  AnomalyOptions anomalies;
  anomalies.seed = options.common.seed;
  anomalies.runs = std::clamp<std::size_t>(2 * loop.period / (4 * anomalies.frames_per_run), 1, 8);
  results.loop_anomalies =
      anomaly_experiment(loop.training.model, loop.original, looped(turn, turn.count()),
                         frames_of(film_of(other.original), 0, other.period), anomalies, options.common.threads);
  fmt::print("anomalies in {}\n{}\n", loop.film, anomalies_text(results.loop_anomalies));
}

void run(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto& common = options.common;
  for (const auto& path : {options.output, options.report, common.json}) check_output(path);
  VideoResults results;
  results.seed = common.seed;
  results.program_version = program_version();
  results.command =
      fmt::format("rgm demo video --seed {}{}{}{}", common.seed, options.clip.empty() ? "" : " --clip " + options.clip,
                  options.frames == 0 ? "" : fmt::format(" --frames {}", options.frames), options.full ? " --full" : "");
  fmt::print("video: seed {}, {} threads\n\n", common.seed, resolve_threads(common.threads));
  run_loops(options, results);
  run_loop_anomalies(options, results);
  run_films(options, results);
  results.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  results.peak_memory_bytes = peak_memory_bytes();
  fmt::print("{}", targets_text(video_targets(results)));
  if (!options.output.empty()) {
    write_model(options.output, results.loops.front().training.model);
    fmt::print("\n  model         {}\n", options.output);
  }
  if (!options.report.empty()) {
    write_video_report(options.report, results);
    fmt::print("  report        {}\n", options.report);
  }
  write_json(common.json, video_figures(results));
}

}  // namespace

void add_demo_video(CLI::App& demo) {
  auto options = std::make_shared<Options>();
  auto* verb = demo.add_subcommand("video", "Films: learn, generate, complete, predict, find what is unusual, report");
  verb->add_option("--report", options->report, "HTML report to write; empty: none")->capture_default_str();
  verb->add_option("-o,--output", options->output, "Also keep the first model in this file");
  verb->add_option("--clip", options->clip, "A film (named clip, file or folder) in place of those of real things");
  verb->add_option("--frames", options->frames, "Use no more than that many frames of each film; 0: as many as intended")
      ->check(CLI::Range(std::size_t{16}, std::size_t{1000000}) | CLI::IsMember({0}));
  verb->add_flag("--full", options->full, "Also the long experiments: rate and distortion, scaling, ablations");
  add_common_options(*verb, options->common);
  add_json_option(*verb, options->common);
  add_cache_option(*verb, options->common);
  verb->callback([options] { run(*options); });
}

}  // namespace rgm::app
