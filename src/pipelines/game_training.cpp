#include "rgm/pipelines/game_training.h"

#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/base/stopwatch.h"
#include "rgm/compression/model_checksum.h"
#include "rgm/recipes/recipe.h"
#include "same_training.h"

namespace rgm {
namespace {

// Streams of the seed, one for each use of randomness.
enum GameStream : std::uint64_t { kAgent = 1, kGame = 2 };

GameModel knowledge_of(const PlayModel& model, const GameSettings& settings) {
  return {model.spaces, model.tree, model.controlled, settings.agent.structure};
}

void check_game(const PlayModel& model, const GridGame& game, std::string_view name) {
  require(model.game == name, "train: game: expected ", model.game,
          ", that of the model to go on with, got ", name);
  require(model.spaces == game.spaces(),
          "train: game: expected what the model to go on with has seen, a screen of ",
          model.options.rows, " × ", model.options.columns, " cells, got ", game.rules().rows(),
          " × ", game.rules().columns());
}

std::uint64_t checksum_of(const GameModel& model) {
  Hierarchy known = model.tree();
  known.levels.back().factors.front().transition = model.controlled();
  return 3 * model_checksum(model.tree()) + model_checksum(known);
}

/// Says when it is time for a checkpoint.
class Checkpoints {
 public:
  Checkpoints(std::size_t first, std::size_t every) : every_(every), last_(first) {}

  bool due(std::size_t frames) {
    constexpr double kSeconds = 10;
    if (frames < last_ + every_ && watch_.seconds() < kSeconds) return false;
    last_ = frames;
    watch_ = {};
    return true;
  }

 private:
  std::size_t every_, last_;
  Stopwatch watch_;
};

}  // namespace

GameTrainingResult train_game(std::string_view game, const GameSettings& settings,
                              const GameTrainingOptions& options) {
  const Stopwatch total;
  GridGame environment(game_rules(game, settings.game));
  if (options.extend != nullptr) {
    check_game(*options.extend, environment, game);
    check_kept_settings(settings_of(*options.extend), settings);
  }
  const std::size_t seen = options.extend != nullptr ? options.extend->provenance.units_seen : 0;
  const Random chance = Random(options.seed).fork(seen);
  const std::uint64_t agent_seed = chance.fork(kAgent).bits();
  Agent agent = options.extend != nullptr ? Agent(knowledge_of(*options.extend, settings),
                                                  settings.agent, agent_seed, seen)
                                          : Agent(environment.spaces(), settings.agent, agent_seed);

  const auto model_so_far = [&] {
    return PlayModel{std::string(game),
                     settings.game,
                     environment.spaces(),
                     agent.model().tree(),
                     agent.model().controlled(),
                     {options.program_version, settings.name, to_toml(settings), std::string(game),
                      options.seed, agent.frames_seen()}};
  };
  std::size_t again = 0;  // frames that are played again
  if (options.resume != nullptr) {
    const auto& kept = training_to_resume(options.resume->unfinished, options.resume->provenance,
                                          {options.program_version, settings.name,
                                           to_toml(settings), std::string(game), options.seed});
    again = kept.actions.size();
    require(again <= settings.frames && options.resume->provenance.units_seen == seen + again,
            "train: resume: expected the model to go on with that the checkpoint was made with");
    agent.relive({kept.actions, kept.values});
  }
  Checkpoints checkpoints(again, options.checkpoint_frames);
  const Progress watch = [&](std::string_view stage, std::size_t done, std::size_t frames) {
    if (options.resume != nullptr && done == again)
      check_same_data(*options.resume->unfinished, checksum_of(agent.model()));
    if (options.checkpoint && done > again && done < frames && agent.model().num_states() > 0 &&
        checkpoints.due(done)) {
      auto model = model_so_far();
      auto [actions, values] = agent.past();
      model.unfinished = {checksum_of(agent.model()), 0, 0, 0, {}, std::move(actions),
                          std::move(values)};
      options.checkpoint(model);
    }
    report(options.progress, stage, done, frames);
  };
  GameTrainingResult result;
  result.record = play(environment, agent, settings.frames, chance.fork(kGame).bits(), watch);
  agent.learn();  // from the frames of a game that was not played to its end
  require(agent.model().num_states() > 0, "train: nothing was learnt from ", settings.frames,
          " frames: expected more of them",
          settings.agent.experience == Experience::kRewarded
              ? ", with a reward among those of random play"
              : "");
  result.model = model_so_far();
  result.stages = agent.stages();
  result.hidden = agent.hidden_world();
  result.seconds = total.seconds();
  return result;
}

GameSettings settings_of(const PlayModel& model, std::span<const std::string> overrides) {
  return parse_recipe_as<GameSettings>(model.provenance.settings, "the model's settings",
                                       overrides);
}

GridGame game_of(const PlayModel& model) {
  GridGame game(game_rules(model.game, model.options));
  require(game.spaces() == model.spaces, "model: game: expected a model of what ", model.game,
          " shows, got one of something else");
  return game;
}

Agent agent_of(const PlayModel& model, std::uint64_t seed, bool learning) {
  auto settings = settings_of(model);
  const std::size_t seen = model.provenance.units_seen;
  settings.agent.learning = learning;
  return {knowledge_of(model, settings), settings.agent, Random(seed).fork(kAgent).bits(), seen};
}

}  // namespace rgm
