#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "figures/game_training_figures.h"
#include "figures/play_pictures.h"
#include "rgm/base/film.h"
#include "rgm/pipelines/game_training.h"
#include "rgm/storage/model_file.h"
#include "terminal/film_options.h"
#include "terminal/film_writer.h"
#include "terminal/game_screen.h"
#include "terminal/keyboard.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct PlayOptions {
  std::string model, output;
  std::optional<std::size_t> frames;
  double frames_per_second = 8;
  bool human = false, watch = true, learn = false, why = false;
  CommonOptions common;
};

/// A game that a model's agent plays, or that a person plays while the agent looks on.
class Session {
 public:
  Session(const PlayModel& model, const PlayOptions& options)
      : options_(options),
        game_(game_of(model)),
        agent_(agent_of(model, options.common.seed, options.learn)),
        screen_(game_.rules(), game_.spaces()),
        watched_(screen_.is_there() && options.watch && !options.why),
        film_(options.output, options.frames_per_second, 1) {
    if (options.human) keyboard_.emplace();
  }

  void play() {
    const std::size_t frames = options_.frames.value_or(options_.human ? 0 : kFramesPerGame);
    const auto first = game_.reset(options_.common.seed);
    agent_.begin(first);
    write({{first.begin(), first.end()}, std::vector<Symbol>(first.size(), kMissingSymbol), {}});
    if (options_.human)
      print("The arrows, or a and d, move; q ends. Below: what the model would do, and why.\n");
    next_ = Clock::now();
    try {
      play_frames(frames);
    } catch (const Interrupted&) {
      if (frames > 0) throw;
      interrupted_ = true;  // the only end that there is: what was played is kept
    }
    film_.close();
  }

  bool interrupted() const { return interrupted_; }

  void report() const {
    const std::size_t frames = record_.frames(), hits = events_at_end(record_.hits, frames),
                      misses = events_at_end(record_.misses, frames);
    const auto rates = rates_at_end(record_, frames);
    print("{}: {} frames, {} hits, {} misses; per 256 frames {:.1f} and {:.1f}\n", options_.model,
          grouped(frames), grouped(hits), grouped(misses), rates.hits, rates.misses);
    write_json(options_.common.json, {{"frames", frames},
                                      {"hits", hits},
                                      {"misses", misses},
                                      {"hits_per_256", rates.hits},
                                      {"misses_per_256", rates.misses},
                                      {"states", agent_.model().num_states()},
                                      {"seed", options_.common.seed},
                                      {"human", options_.human}});
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// `Interrupted` by a signal or by the key Ctrl-C.
  void play_frames(std::size_t frames) {
    const Progress stop_if_interrupted = progress_bar();
    while (frames == 0 || record_.frames() < frames) {
      stop_if_interrupted("play", 0, 0);
      if (output_problem() != 0 && (frames == 0 || !writes())) return;  // it is for nobody
      std::size_t action = agent_.act();
      if (options_.why) print("{}\n", agent_.why().text(game_.spaces()));
      if (const auto key = wait(); keyboard_) {
        if (key == Key::kQuit) return;
        action = key == Key::kLeft ? 0 : key == Key::kRight ? 2 : 1;
      }
      step(action);
    }
  }

  /// Whether something is left of the game when it is over.
  bool writes() const { return !options_.output.empty() || !options_.common.json.empty(); }

  /// Waits for the next frame if somebody watches or plays.
  Key wait() {
    next_ += std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(1 / options_.frames_per_second));
    if (keyboard_) return keyboard_->wait_until(next_);
    if (watched_) std::this_thread::sleep_until(next_);
    return Key::kNone;
  }

  void step(std::size_t action) {
    const bool shown = watched_ || !options_.output.empty();
    WatchedFrame frame;
    if (shown) {
      frame.expected = expected_frame(agent_, action);
      frame.decision = agent_.why();
    }
    const auto observation = game_.step(action);
    agent_.observe(action, observation);
    record_.hits.push_back(observation[game_.spaces().first_modality("reward")] == 1 ? 1 : 0);
    record_.misses.push_back(observation[game_.spaces().first_modality("cost")] == 1 ? 1 : 0);
    if (!shown) return;
    frame.shown.assign(observation.begin(), observation.end());
    frame.hits = events_at_end(record_.hits);
    frame.misses = events_at_end(record_.misses);
    write(frame);
    if (watched_) screen_.show(frame);
  }

  void write(const WatchedFrame& frame) {
    if (!options_.output.empty()) film_.write(draw(frame, game_.rules()));
  }

  const PlayOptions& options_;
  GridGame game_;
  Agent agent_;
  GameScreen screen_;
  bool watched_;
  FilmWriter film_;
  std::optional<Keyboard> keyboard_;
  Clock::time_point next_;
  PlayRecord record_;
  bool interrupted_ = false;
};

void run(const PlayOptions& options) {
  check_film_output(options.output);
  check_output(options.common.json);
  const auto model = read_model_as<PlayModel>(options.model);
  Session session(model, options);
  session.play();
  session.report();
  if (session.interrupted()) throw Interrupted();
}

}  // namespace

void add_play(Verb app) {
  auto options = std::make_shared<PlayOptions>();
  const auto verb = app.add_verb(
      "play", "Play the game of a model: its agent plays, live in the terminal, or a person does");
  verb.add_option("model", options->model, "Model file of a game (.rgm)").reads_model().required();
  verb.add_option(
          "--frames", options->frames,
          fmt::format("Frames to play; 0: until q or Ctrl-C (otherwise {}, of a person until q)",
                      kFramesPerGame))
      .in_range(std::size_t{0}, std::size_t{1'000'000'000});
  verb.add_option("--fps", options->frames_per_second,
                  "Frames a second, of what is watched, played or written")
      .in_range(1.0, 1000.0)
      .shows_default();
  const auto human =
      verb.add_flag("--human", options->human, "You play, with the arrow keys or a and d; q ends");
  verb.add_flag(
      "--watch,!--no-watch", options->watch,
      "Show the game and what the agent predicts, if standard output is a terminal (on by default)");
  verb.add_flag("--learn", options->learn,
                "The agent learns from this play (the model file stays as it is)");
  verb.add_flag("--why", options->why, "Print why each action is chosen, a line a decision")
      .excludes(human);
  verb.add_option(
          "-o,--output,--out", options->output,
          "Film of the game and the predictions: .mp4, .webm, .avi, or a folder, with a slash at its end")
      .writes_file(Option::Output::kOptional);
  add_seed_option(verb, options->common);
  add_json_option(verb, options->common);
  verb.runs([options] { run(*options); });
}

}  // namespace rgm::app
