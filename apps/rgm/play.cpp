#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "figures.h"
#include "film_options.h"
#include "film_writer.h"
#include "play_pictures.h"
#include "progress_bar.h"
#include "rgm/recipes/game_training.h"
#include "rgm/storage/model_file.h"
#include "table.h"
#include "terminal.h"
#include "verbs.h"

namespace rgm::app {
namespace {

struct PlayOptions {
  std::string model, output;
  std::optional<std::size_t> frames;
  double frames_per_second = 8;
  bool human = false, watch = true, learn = false, why = false;
  CommonOptions common;
};

constexpr std::size_t kFrames = 256;

/// A game that a model's agent plays, or that a person plays while the agent looks on.
class Session {
 public:
  Session(const PlayModel& model, const PlayOptions& options)
      : options_(options),
        game_(game_of(model)),
        agent_(agent_of(model, options.common.seed, options.learn)),
        cells_(game_.rules().rows() * game_.rules().columns()),
        columns_(options.watch && !options.why ? terminal_columns() : 0),
        film_(options.output, options.frames_per_second, 1) {
    if (options.human) keyboard_.emplace();
  }

  void play() {
    const std::size_t frames = options_.frames.value_or(options_.human ? 0 : kFrames);
    const Progress stop_if_interrupted = progress_bar();
    const auto first = game_.reset(options_.common.seed);
    agent_.begin(first);
    picture_ = {{first.begin(), first.begin() + static_cast<std::ptrdiff_t>(cells_)},
                std::vector<Symbol>(cells_, kMissingSymbol)};
    show("");
    next_ = Clock::now();
    while (frames == 0 || frame_ < frames) {
      stop_if_interrupted("play", 0, 0);
      std::size_t action = agent_.act();
      const auto explanation = columns_ > 0 || options_.why ? agent_.why().text(game_.spaces()) : "";
      if (options_.why) fmt::print("{}\n", explanation);
      if (const auto key = wait(); keyboard_) {
        if (key == Key::kQuit) break;
        action = key == Key::kLeft ? 0 : key == Key::kRight ? 2 : 1;
      }
      step(action);
      show(options_.human ? "the model: " + explanation : explanation);
    }
    film_.close();
  }

  void report() const {
    const double scale = frame_ > 0 ? 256 / static_cast<double>(frame_) : 0;
    fmt::print("{}: {} frames, {} hits, {} misses; per 256 frames {:.1f} and {:.1f}\n", options_.model, grouped(frame_),
               grouped(hits_), grouped(misses_), scale * static_cast<double>(hits_), scale * static_cast<double>(misses_));
    write_json(options_.common.json, {{"frames", frame_},
                                      {"hits", hits_},
                                      {"misses", misses_},
                                      {"hits_per_256", scale * static_cast<double>(hits_)},
                                      {"misses_per_256", scale * static_cast<double>(misses_)},
                                      {"states", agent_.model().num_states()},
                                      {"seed", options_.common.seed},
                                      {"human", options_.human}});
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// Waits for the next frame if somebody watches or plays.
  Key wait() {
    next_ += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / options_.frames_per_second));
    if (keyboard_) return keyboard_->wait_until(next_);
    if (columns_ > 0) std::this_thread::sleep_until(next_);
    return Key::kNone;
  }

  void step(std::size_t action) {
    if (columns_ > 0 || !options_.output.empty()) {
      picture_.predicted = likeliest_screen(agent_.predict(action), cells_);
      for (const std::size_t g : agent_.model().ignored()) picture_.predicted[g] = kMissingSymbol;
    }
    const auto observation = game_.step(action);
    agent_.observe(action, observation);
    ++frame_;
    hits_ += observation[game_.spaces().first_modality("reward")] == 1 ? 1 : 0;
    misses_ += observation[game_.spaces().first_modality("cost")] == 1 ? 1 : 0;
    picture_.seen.assign(observation.begin(), observation.begin() + static_cast<std::ptrdiff_t>(cells_));
  }

  void show(const std::string& explanation) {
    const auto& rules = game_.rules();
    if (!options_.output.empty()) film_.write(draw(picture_, rules));
    if (columns_ == 0) return;
    auto lines = heading_text(rules) + coloured_text(picture_, rules);
    lines += fmt::format("  frame {}   hits {}   misses {}{}\n", frame_, hits_, misses_,
                         options_.human ? "   (arrows or a, d; q ends)" : "");
    screen_.draw(lines + "  " + first_characters(explanation, columns_ > 3 ? columns_ - 3 : 0) + '\n');
  }

  const PlayOptions& options_;
  GridGame game_;
  Agent agent_;
  std::size_t cells_, columns_;  // columns of the terminal, if somebody watches
  FilmWriter film_;
  Screen screen_;
  std::optional<Keyboard> keyboard_;
  PlayPicture picture_;
  Clock::time_point next_;
  std::size_t frame_ = 0, hits_ = 0, misses_ = 0;
};

void run(const PlayOptions& options) {
  check_film_output(options.output);
  check_output(options.common.json);
  const auto model = read_play_model(options.model);
  Session session(model, options);
  session.play();
  session.report();
}

}  // namespace

void add_play(CLI::App& app) {
  auto options = std::make_shared<PlayOptions>();
  auto* verb =
      app.add_subcommand("play", "Play the game of a model: its agent plays, live in the terminal, or a person does");
  verb->add_option("model", options->model, "Model file of a game (.rgm)")->required();
  verb->add_option("--frames", options->frames,
                   fmt::format("Frames to play; 0: until q or Ctrl-C (otherwise {}, of a person until q)", kFrames))
      ->check(CLI::Range(std::size_t{0}, std::size_t{1'000'000'000}));
  verb->add_option("--fps", options->frames_per_second, "Frames a second, of what is watched, played or written")
      ->check(CLI::Range(1.0, 1000.0))
      ->capture_default_str();
  auto* human = verb->add_flag("--human", options->human, "You play, with the arrow keys or a and d; q ends");
  verb->add_flag("--watch,!--no-watch", options->watch,
                 "Show the game and what the agent predicts, if standard output is a terminal (on by default)");
  verb->add_flag("--learn", options->learn, "The agent learns from this play (the model file stays as it is)");
  verb->add_flag("--why", options->why, "Print why each action is chosen, a line a decision")->excludes(human);
  verb->add_option("-o,--output,--out", options->output,
                   "Film of the game and the predictions: .mp4, .webm, .avi, or a folder, with a slash at its end");
  add_seed_option(*verb, options->common);
  add_json_option(*verb, options->common);
  verb->callback([options] { run(*options); });
}

}  // namespace rgm::app
