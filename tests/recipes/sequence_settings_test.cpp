#include "rgm/recipes/sequence_settings.h"

#include <gtest/gtest.h>

#include "rgm/base/error.h"
#include "rgm/recipes/recipe.h"
#include "support/learning_support.h"

namespace rgm {
namespace {

using test::error_of;

TEST(SequenceRecipes, ThatComeWithTheProgramGiveThemselvesAgain) {
  EXPECT_EQ(recipe_names("sequence"),
            (std::vector<std::string>{"video", "video-fine", "video-stream"}));
  for (const auto& name : recipe_names("sequence")) {
    const auto settings = load_recipe_as<SequenceSettings>(name);
    EXPECT_EQ(settings.name, name);
    const std::string text = to_toml(settings);
    EXPECT_EQ(to_toml(parse_recipe_as<SequenceSettings>(text, "again")), text);
  }
}

TEST(SequenceRecipes, DefaultsAreThoseOfTheVideoRecipe) {
  auto defaults = parse_recipe_as<SequenceSettings>("model = \"sequence\"", "empty");
  EXPECT_EQ(defaults.name, "custom");
  defaults.name = "video";
  EXPECT_EQ(to_toml(defaults), to_toml(load_recipe_as<SequenceSettings>("video")));
  EXPECT_EQ(load_recipe_as<SequenceSettings>("video-fine").codec.tile_spacing, 16);
}

TEST(SequenceRecipes, LeaveTheSizeToTheFilm) {
  const auto video = load_recipe_as<SequenceSettings>("video");
  const auto sized = sized_for(video, 90, 120);
  EXPECT_EQ(sized.codec.preparation.height, 90);
  EXPECT_EQ(sized.codec.preparation.width, 120);
  const auto given = load_recipe_as<SequenceSettings>(
      "video", std::vector<std::string>{"codec.height=128", "codec.width=128"});
  EXPECT_EQ(to_toml(sized_for(given, 90, 120)), to_toml(given));
  EXPECT_EQ(to_toml(sized_for(sized, 480, 640)), to_toml(sized));
  EXPECT_NE(error_of([] {
              load_recipe_as<SequenceSettings>("video", std::vector<std::string>{"codec.height=3"});
            }).find("0, or 4 to 4096"),
            std::string::npos);
}

TEST(SequenceRecipes, ReadEverySetting) {
  const auto settings = parse_recipe_as<SequenceSettings>(
      "model = \"sequence\"", "r",
      std::vector<std::string>{"codec.basis=cosines", "structure.phases=one", "structure.paths=one",
                               "codec.outcomes=soft", "structure.max_levels=1",
                               "learning.passes=2"});
  EXPECT_EQ(settings.codec.basis, CodecBasis::kCosines);
  EXPECT_FALSE(settings.structure.all_phases);
  EXPECT_FALSE(settings.structure.paths);
  EXPECT_TRUE(settings.codec.soft_bins);
  EXPECT_EQ(settings.structure.max_levels, 1U);
  EXPECT_EQ(settings.passes, 2U);
}

TEST(SequenceRecipes, KindsDoNotMix) {
  EXPECT_NE(error_of([] {
              load_recipe_as<ImageSettings>("video");
            }).find("expected \"images\", got \"sequence\""),
            std::string::npos);
  EXPECT_NE(error_of([] {
              load_recipe_as<SequenceSettings>("paper");
            }).find("expected \"sequence\", got \"images\""),
            std::string::npos);
  EXPECT_NE(error_of([] {
              load_recipe_as<SequenceSettings>("video", std::vector<std::string>{"codec.bins=8"});
            }).find("odd"),
            std::string::npos);
  EXPECT_NE(error_of([] {
              load_recipe_as<SequenceSettings>("video",
                                               std::vector<std::string>{"codec.basis=dct"});
            }).find("cosines"),
            std::string::npos);
}

TEST(SequenceRecipes, SomeSettingsAModelKeeps) {
  const auto error = [](const std::string& change) {
    return error_of([&] {
      check_kept_settings(load_recipe("video"), load_recipe("video", std::vector{change}));
    });
  };
  EXPECT_EQ(error("codec.bins=11"),
            "train: codec.bins: expected 9, which the model to go on with keeps, got 11");
  for (const char* change :
       {"codec.height=64", "codec.width=64", "codec.frames_per_voxel=1", "codec.tile_spacing=16",
        "codec.max_modes=3", "codec.mode_price=1", "codec.outcomes=soft", "codec.basis=cosines",
        "codec.fit_voxels=7", "structure.time_scale=3", "structure.max_levels=3",
        "structure.outcome_concentration=1", "structure.restart_concentration=1"})
    EXPECT_NE(error(change).find("keeps"), std::string::npos) << change;
  for (const char* change :
       {"name=other", "structure.phases=one", "structure.paths=one", "structure.states=evidence",
        "structure.new_state_concentration=2", "structure.max_states=7",
        "structure.state_concentration=1", "structure.path_concentration=1", "learning.passes=2",
        "learning.soft_evidence=count", "codec.pixels=1000"})
    EXPECT_EQ(error(change), "") << change;
}

}  // namespace
}  // namespace rgm
