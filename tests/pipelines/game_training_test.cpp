#include "rgm/pipelines/game_training.h"

#include <gtest/gtest.h>

#include <numeric>

#include "rgm/agent/baselines.h"
#include "rgm/base/error.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"
#include "support/learning_support.h"

namespace rgm {
namespace {

using test::error_of;

/// Pong on a small screen, which is learnt in a moment.
GameSettings small_pong() {
  return load_recipe_as<GameSettings>(
      "game",
      std::vector<std::string>{"game.rows=6", "game.columns=5", "frames=3000",
                               "learning.random_frames=500", "planning.novelty_frames=2000"});
}

const GameTrainingResult& trained() {
  static const auto result =
      train_game("pong", small_pong(), {.seed = 3, .program_version = "1.2.3"});
  return result;
}

std::size_t hits(const PlayRecord& record) {
  return std::accumulate(record.hits.begin(), record.hits.end(), std::size_t{0});
}
std::size_t misses(const PlayRecord& record) {
  return std::accumulate(record.misses.begin(), record.misses.end(), std::size_t{0});
}

TEST(GameTraining, SaysWhereTheModelComesFrom) {
  const auto& model = trained().model;
  EXPECT_NO_THROW(model.validate());
  EXPECT_EQ(model.game, "pong");
  EXPECT_EQ(model.options, small_pong().game);
  EXPECT_EQ(model.spaces, GridGame(pong_rules(model.options)).spaces());
  EXPECT_EQ(model.provenance.units_seen, 3000U);
  EXPECT_EQ(model.provenance.seed, 3U);
  EXPECT_EQ(model.provenance.program_version, "1.2.3");
  EXPECT_EQ(model.provenance.recipe, "game");
  EXPECT_EQ(to_toml(settings_of(model)), to_toml(small_pong()));
  EXPECT_EQ(settings_of(model, std::vector<std::string>{"planning.novelty=3"}).agent.novelty, 3);
  EXPECT_EQ(trained().record.frames(), 3000U);
}

TEST(GameTraining, IsTheSameAgain) {
  const auto again = train_game("pong", small_pong(), {.seed = 3, .program_version = "1.2.3"});
  EXPECT_EQ(encode_model(again.model), encode_model(trained().model));
  EXPECT_EQ(again.record.hits, trained().record.hits);
  EXPECT_NE(encode_model(train_game("pong", small_pong(), {.seed = 4}).model),
            encode_model(trained().model));
}

/// What an agent does and sees, frame by frame.
std::vector<std::size_t> walk(Agent agent, GridGame game, std::size_t frames) {
  std::vector<std::size_t> result;
  agent.begin(game.reset(5));
  for (std::size_t t = 0; t < frames; ++t) {
    const std::size_t action = agent.act();
    agent.observe(action, game.step(action));
    result.push_back(action);
    result.push_back(game.state());
    result.push_back(agent.present().value_or(static_cast<std::size_t>(-1)));
  }
  return result;
}

TEST(GameTraining, AModelPlaysTheSameAfterItWasWrittenAndRead) {
  for (const char* recipe : {"game", "game-paper"}) {
    auto settings = load_recipe_as<GameSettings>(
        recipe, std::vector<std::string>{"frames=4000", "learning.random_frames=2000",
                                         "game.rows=6", "game.columns=5"});
    GridGame game(pong_rules(settings.game));
    Agent agent(game.spaces(), settings.agent, 1);
    play(game, agent, settings.frames, 2);
    agent.learn();
    const PlayModel model{"pong",
                          settings.game,
                          game.spaces(),
                          agent.model().tree(),
                          agent.model().controlled(),
                          {"", recipe, to_toml(settings), "pong", 1, agent.frames_seen()}};
    const PlayModel read = parse_model_as<PlayModel>(encode_model(model), "model");

    // Everything that is known of the game …
    const GameModel known(read.spaces, read.tree, read.controlled, settings.agent.structure);
    ASSERT_EQ(known.num_states(), agent.model().num_states());
    EXPECT_EQ(known.window(), agent.model().window());
    EXPECT_EQ(known.reward(), agent.model().reward());
    EXPECT_EQ(known.cost(), agent.model().cost());
    for (std::size_t s = 0; s < known.num_states(); ++s) {
      const auto a = known.consequences(s), b = agent.model().consequences(s);
      EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end())) << s;
    }
    // … and what is done with it, whether learning goes on or not.
    for (const bool learning : {false, true})
      EXPECT_EQ(walk(agent_of(read, 9, learning), game_of(read), 600),
                walk(agent_of(model, 9, learning), game, 600));
  }
}

TEST(GameTraining, AModelThatWasReadPlaysWell) {
  const PlayModel read = parse_model_as<PlayModel>(encode_model(trained().model), "model");
  auto game = game_of(read);
  auto agent = agent_of(read, 1);
  const auto record = play(game, agent, 1024, 1);
  const auto random = random_player(game.spaces(), 1);
  const auto random_record = play(game, *random, 1024, 1);
  EXPECT_GT(hits(record), 4 * hits(random_record));
  EXPECT_LT(5 * misses(record), misses(random_record));
  EXPECT_EQ(agent.frames_seen(), 3000U + 1024U);
  EXPECT_EQ(agent.model().num_states(), read.controlled.num_states());  // it has learnt nothing
}

TEST(GameTraining, GoesOnWithAModel) {
  auto settings = small_pong();
  settings.frames = 1000;
  const auto more = train_game("pong", settings, {.extend = &trained().model});
  EXPECT_EQ(more.model.provenance.units_seen, 4000U);
  EXPECT_GE(more.model.controlled.num_states(), trained().model.controlled.num_states());
  EXPECT_EQ(more.record.frames(), 1000U);
  EXPECT_LT(4 * misses(more.record), misses(trained().record));  // it need not begin anew
}

TEST(GameTraining, KeepsCheckpoints) {
  auto settings = small_pong();
  settings.frames = 12'000;
  std::vector<std::uint64_t> frames;
  PlayModel last;
  const auto result = train_game("pong", settings, {.checkpoint = [&](const PlayModel& model) {
                                   model.validate();
                                   frames.push_back(model.provenance.units_seen);
                                   last = model;
                                 }});
  ASSERT_FALSE(frames.empty());
  EXPECT_LE(frames.front(), 10'240U);
  EXPECT_LT(frames.back(), 12'000U);
  auto game = game_of(last);
  auto agent = agent_of(last, 0);
  EXPECT_GT(hits(play(game, agent, 256, 0)), 0U);
  // They change nothing.
  EXPECT_EQ(encode_model(train_game("pong", settings).model), encode_model(result.model));
}

TEST(GameTraining, StopsWhenItIsAskedTo) {
  const Progress stop = [](std::string_view, std::size_t done, std::size_t) {
    if (done > 600) throw Interrupted();
  };
  EXPECT_THROW(train_game("pong", small_pong(), {.progress = stop}), Interrupted);
}

TEST(GameTraining, RefusesWhatDoesNotFit) {
  const auto error = [](std::string_view game, GameSettings settings,
                        const PlayModel* extend = nullptr) {
    return error_of([&] { train_game(game, settings, {.extend = extend}); });
  };
  auto settings = small_pong();
  EXPECT_NE(error("pongg", settings).find("did you mean pong?"), std::string::npos);
  EXPECT_NE(error("breakout", settings, &trained().model)
                .find("expected pong, that of the model to go on with, got breakout"),
            std::string::npos);
  settings.game.rows = 7;
  EXPECT_NE(error("pong", settings, &trained().model).find("a screen of 6 × 5 cells, got 7 × 5"),
            std::string::npos);
  auto deeper = small_pong();
  deeper.agent.structure.max_levels = 3;
  EXPECT_NE(error("pong", deeper, &trained().model).find("structure.max_levels: expected 2"),
            std::string::npos);
  settings.frames = 1;
  settings.agent.experience = Experience::kRewarded;
  EXPECT_NE(error("pong", settings).find("nothing was learnt from 1 frames"), std::string::npos);

  PlayModel other = trained().model;
  other.game = "chess";
  EXPECT_NE(
      error_of([&] { game_of(other); }).find("game: expected pong, breakout or arcade, got chess"),
      std::string::npos);
  other.game = "breakout";
  EXPECT_NE(error_of([&] { game_of(other); }).find("game"), std::string::npos);
}

}  // namespace
}  // namespace rgm
