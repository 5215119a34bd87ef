#include "rgm/recipes/game_settings.h"

#include <gtest/gtest.h>

#include <cmath>

#include "rgm/base/error.h"
#include "rgm/recipes/recipe.h"
#include "support/learning_support.h"

namespace rgm {
namespace {

using test::error_of;

TEST(GameRecipes, ThatComeWithTheProgramGiveThemselvesAgain) {
  EXPECT_EQ(recipe_names("game"),
            (std::vector<std::string>{"episodes", "game", "game-arcade", "game-paper"}));
  for (const auto& name : recipe_names("game")) {
    const auto settings = load_recipe_as<GameSettings>(name);
    EXPECT_EQ(settings.name, name);
    const std::string text = to_toml(settings);
    EXPECT_EQ(to_toml(parse_recipe_as<GameSettings>(text, "again")), text);
  }
  for (const auto& game : game_names())
    EXPECT_NO_THROW(load_recipe_as<GameSettings>(game_recipe(game)));
  EXPECT_EQ(game_recipe("arcade"), "game-arcade");
}

TEST(GameRecipes, DefaultsAreThoseOfTheGameRecipe) {
  auto defaults = parse_recipe_as<GameSettings>("model = \"game\"", "empty");
  EXPECT_EQ(defaults.name, "custom");
  defaults.name = "game";
  EXPECT_EQ(to_toml(defaults), to_toml(load_recipe_as<GameSettings>("game")));
  EXPECT_EQ(to_toml(GameSettings{}),
            to_toml(parse_recipe_as<GameSettings>("model = \"game\"", "empty")));
}

TEST(GameRecipes, ThePapersWay) {
  const auto settings = load_recipe_as<GameSettings>("game-paper");
  EXPECT_EQ(settings.agent.random_frames, 10'000U);
  EXPECT_EQ(settings.agent.experience, Experience::kRewarded);
  EXPECT_EQ(settings.agent.planning, PlanningMethod::kInduction);
  EXPECT_TRUE(settings.agent.basin);
}

TEST(GameRecipes, Episodes) {
  const auto settings = load_recipe_as<GameSettings>("episodes");
  EXPECT_EQ(settings.agent.structure.time_scale, 1U);
  EXPECT_EQ(settings.agent.curiosity, Curiosity::kInformation);
  EXPECT_EQ(load_recipe_as<GameSettings>("game").agent.curiosity, Curiosity::kNovelty);
}

TEST(GameRecipes, EverySettingIsReadAndWritten) {
  const std::vector<std::string> changes{"frames=7",
                                         "game.rows=20",
                                         "game.columns=11",
                                         "game.paddle_speed=2",
                                         "game.start=random",
                                         "game.spread=3",
                                         "game.bombs=1",
                                         "game.sticky=0.25",
                                         "structure.max_levels=3",
                                         "structure.time_scale=1",
                                         "structure.group_size=5",
                                         "structure.frames=99",
                                         "structure.noise=keep",
                                         "structure.outcome_concentration=0.5",
                                         "structure.state_concentration=0.25",
                                         "structure.path_concentration=0.125",
                                         "learning.random_frames=0",
                                         "learning.game_frames=100",
                                         "learning.experience=rewarded",
                                         "learning.own_play=ignore",
                                         "planning.method=induction",
                                         "planning.within=basin",
                                         "planning.merge_frames=4",
                                         "planning.selection=explicit",
                                         "planning.discount=0.5",
                                         "planning.cost_weight=1.5",
                                         "planning.novelty=2.5",
                                         "planning.novelty_frames=77",
                                         "planning.curiosity=information",
                                         "planning.information=0.5",
                                         "planning.precision=8.5",
                                         "recognition.exploring=infer",
                                         "recognition.unseen=infer",
                                         "recognition.jump_concentration=1.25"};
  EXPECT_EQ(changes.size() + 1, describe_settings(GameSettings{}).size());  // and the name
  const auto changed = parse_recipe_as<GameSettings>("model = \"game\"", "r", changes);
  const std::string before = to_toml(GameSettings{}), after = to_toml(changed);
  std::istringstream old_lines(before), new_lines(after);
  std::size_t same = 0;
  for (std::string a, b; std::getline(old_lines, a) && std::getline(new_lines, b);)
    if (a.find('=') != std::string::npos && a == b) ++same;
  EXPECT_EQ(same, 2U) << after;  // model and name
  EXPECT_EQ(to_toml(parse_recipe_as<GameSettings>(after, "again")), after);
  EXPECT_EQ(changed.game.spread, 3);
  EXPECT_TRUE(changed.game.random_start);
  EXPECT_FALSE(changed.agent.learning);
  EXPECT_EQ(changed.agent.selection, ActionSelection::kExplicit);
  EXPECT_EQ(changed.agent.precision, 8.5);
}

TEST(GameRecipes, PrecisionMayBeInfinite) {
  EXPECT_NE(to_toml(GameSettings{}).find("precision = inf\n"), std::string::npos);
  for (const char* text : {"planning.precision=inf", "planning.precision=+inf"})
    EXPECT_TRUE(std::isinf(
        parse_recipe_as<GameSettings>("model = \"game\"", "r", std::vector<std::string>{text})
            .agent.precision));
}

TEST(GameRecipes, SomeSettingsAModelKeeps) {
  const auto known = load_recipe_as<GameSettings>("game");
  const auto error = [&](const char* change) {
    return error_of([&] {
      check_kept_settings(known,
                          load_recipe_as<GameSettings>("game", std::vector<std::string>{change}));
    });
  };
  EXPECT_EQ(error("structure.max_levels=3"),
            "train: structure.max_levels: expected 2, which the model to go on with keeps, got 3");
  for (const char* change : {"structure.group_size=5", "structure.frames=99",
                             "structure.outcome_concentration=0.5", "learning.random_frames=1"})
    EXPECT_NE(error(change).find("keeps"), std::string::npos) << change;
  for (const char* change :
       {"frames=7", "structure.noise=keep", "structure.state_concentration=0.5",
        "learning.own_play=ignore", "planning.novelty=2.5", "recognition.exploring=infer",
        "structure.max_levels=2"})
    EXPECT_NO_THROW(check_kept_settings(
        known, load_recipe_as<GameSettings>("game", std::vector<std::string>{change})))
        << change;
}

TEST(GameRecipes, RefuseWhatIsOutOfRangeOrOfAnotherKind) {
  const auto error = [](const char* change) {
    return error_of(
        [&] { load_recipe_as<GameSettings>("game", std::vector<std::string>{change}); });
  };
  EXPECT_EQ(error("planning.discount=1"),
            "setting planning.discount=1: planning.discount: expected 0 to 0.999999, got 1");
  for (const char* bad :
       {"planning.precision=0", "planning.precision=nan", "game.spread=-2", "game.bombs=6",
        "frames=0", "planning.novelty=inf", "structure.max_levels=9", "structure.max_levels=1",
        "learning.experience=none"})
    EXPECT_NE(error(bad).find(": expected "), std::string::npos) << bad;
  EXPECT_NE(error("planning.novelti=1").find("did you mean planning.novelty?"), std::string::npos);
  EXPECT_NE(error_of([] {
              load_recipe_as<GameSettings>("video");
            }).find("expected \"game\", got \"sequence\""),
            std::string::npos);
  EXPECT_NE(error_of([] {
              load_recipe_as<ImageSettings>("game");
            }).find("expected \"images\", got \"game\""),
            std::string::npos);
}

}  // namespace
}  // namespace rgm
