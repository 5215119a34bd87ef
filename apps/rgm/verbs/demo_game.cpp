#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "figures/dqn_results.h"
#include "figures/game_brittleness_figures.h"
#include "figures/game_comparison_figures.h"
#include "figures/game_figures.h"
#include "report/game_report.h"
#include "report/page.h"
#include "rgm/base/stopwatch.h"
#include "terminal/game_screen.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

constexpr std::size_t kDiaryEntries = 6;
constexpr double kShownPerSecond = 160;  // of the last game, in a terminal

struct Options {
  std::string game, recipe, report, dqn, command;
  std::size_t frames = 0, rows = 0, columns = 0, seeds = 10;
  double sticky = -1;  // below 0: as the recipe says
  bool full = false;
  std::vector<std::string> overrides;
  CommonOptions common;
};

/// Stops the computation after Ctrl-C, but draws no bar where the game itself is drawn.
Progress progress_beside(const GameScreen& screen) {
  if (!screen.is_there()) return progress_bar();
  return [bar = progress_bar()](std::string_view stage, std::size_t, std::size_t total) {
    bar(stage, total, total);
  };
}

/// The long experiments, and what else is wanted for them.
struct LongOptions {
  ComparisonOptions comparison;
  BrittlenessOptions brittleness;
  std::vector<PlayerRuns> dqn;
};

/// Refuses what could not be done, before any work.
LongOptions long_options(const Options& options, const GameSetup& setup) {
  LongOptions result;
  result.comparison.seeds = result.brittleness.seeds = options.seeds;
  result.comparison.progress = result.brittleness.progress = progress_bar();
  check_comparison(setup, result.comparison);
  result.brittleness.recovery_frames =
      std::min(result.brittleness.recovery_frames, setup.settings.frames);
  result.brittleness.threads = options.common.threads;
  check_brittleness(result.brittleness);
  if (!options.dqn.empty()) result.dqn = read_dqn(options.dqn, setup);
  return result;
}

/// Other players on the same seeds, and disturbed games; `keep` is called in between, so that
/// nothing is lost.
void run_long(const LongOptions& options, GameResults& results, const std::function<void()>& keep) {
  const auto& setup = results.demonstration.setup;
  results.comparison = compare_players(setup, options.comparison);
  results.comparison->players.insert(results.comparison->players.end(), options.dqn.begin(),
                                     options.dqn.end());
  clear_progress_bar();
  print("\n{}", Lines{comparison_text(*results.comparison)});
  flush_output();
  keep();
  results.brittleness = brittleness_experiment(setup, options.brittleness);
  clear_progress_bar();
  print("{}", Lines{brittleness_text(results.brittleness)});
  keep();
}

void run(const Options& options) {
  const Stopwatch watch;
  const auto& common = options.common;
  for (const auto& path : {options.report, common.json}) check_output(path);
  auto setup = game_setup(options.game, options.recipe, options.overrides);
  if (options.frames > 0) setup.settings.frames = options.frames;
  if (options.rows > 0) setup.settings.game.rows = options.rows;
  if (options.columns > 0) setup.settings.game.columns = options.columns;
  if (options.sticky >= 0) setup.settings.game.sticky = options.sticky;
  const auto& settings = setup.settings;
  LongOptions further;
  if (options.full) further = long_options(options, setup);
  print("{}: recipe {}, {} frames, seed {}\n\n", setup.game, settings.name, settings.frames,
        common.seed);
  flush_output();

  GameResults results;
  results.program_version = program_version();
  results.command = options.command;
  const auto rules = game_rules(setup.game, settings.game);
  const auto spaces = GridGame(rules).spaces();
  GameScreen screen(*rules, spaces);
  std::size_t frame = 0;
  const std::size_t diary_frames = std::max<std::size_t>(1, settings.frames / kDiaryEntries);
  const auto for_diary = [&] {  // of learning alone, not of what is played after reduction
    return frame >= settings.agent.random_frames && frame <= settings.frames &&
           frame % diary_frames == 0;
  };
  auto& d = results.demonstration =
      demonstrate_game(setup, common.seed,
                       {[&] { return ++frame, for_diary() || screen.is_due(); },
                        [&](const WatchedFrame& shown) {
                          if (for_diary()) results.learning.push_back(shown);
                          screen.show(shown);
                        }},
                       progress_beside(screen));
  if (screen.is_there() || !options.report.empty())
    watch_play(*d.game, *d.agent, kFramesPerGame, common.seed,
               {[] { return true; },
                [&](const WatchedFrame& shown) {
                  results.closing.push_back(shown);
                  screen.show_in_time(shown, kShownPerSecond);
                }},
               progress_beside(screen));
  const auto keep = [&] {
    results.seconds = watch.seconds();
    results.peak_memory_bytes = peak_memory_bytes();
    if (!options.report.empty()) write_game_report(options.report, results);
    write_json(common.json, game_figures(results));
  };
  print("{}{}", Lines{game_text(d)}, Lines{targets_text(game_targets(d))});
  keep();
  if (!options.report.empty()) print("\n  report        {}\n", options.report);
  flush_output();
  if (options.full) run_long(further, results, keep);
}

}  // namespace

void add_demo_game(Verb demo, const std::string& game, const std::string& description) {
  auto options = std::make_shared<Options>();
  options->game = game;
  options->report = game + ".html";
  const auto verb = demo.add_verb(game, description);
  verb.add_option("--report", options->report, "HTML report to write; empty: none")
      .writes_file(Option::Output::kOptional)
      .overwrites(is_report)
      .shows_default();
  options->recipe = game_recipe(game);
  add_recipe_options(verb, options->recipe, options->overrides);
  verb.add_option("--frames", options->frames, "Play so many frames; 0: as many as the recipe says")
      .zero_or_in_range(kFramesPerGame, std::size_t{10'000'000});
  verb.add_option("--sticky", options->sticky,
                  "Probability that an action is not obeyed: the one before is taken again")
      .in_range(0.0, 1.0);
  verb.add_option("--rows", options->rows, "Rows of the screen; 0: as many as the recipe says")
      .zero_or_in_range(3, 64);
  verb.add_option("--columns", options->columns,
                  "Columns of the screen; 0: as many as the recipe says")
      .zero_or_in_range(3, 64);
  const auto full = verb.add_flag("--full", options->full,
                                  "Also the long experiments: other players, disturbed games");
  verb.add_option("--seeds", options->seeds, "How many seeds of the long experiments, from 100 on")
      .in_range(2, 1000)
      .needs(full)
      .shows_default();
  verb.add_option("--dqn", options->dqn,
                  "Results of scripts/dqn_baseline.py to set beside the others")
      .reads_file()
      .needs(full);
  add_seed_option(verb, options->common);
  add_threads_option(verb, options->common);
  add_json_option(verb, options->common);
  verb.runs([options, verb] {
    options->command = verb.command_line();
    run(*options);
  });
}

}  // namespace rgm::app
