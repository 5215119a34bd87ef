#include "rgm/recipes/sequence_settings.h"

#include <gtest/gtest.h>

#include "rgm/base/error.h"
#include "support/learning_support.h"

namespace rgm {
namespace {

using test::error_of;

TEST(SequenceRecipes, ThatComeWithTheProgramGiveThemselvesAgain) {
  EXPECT_EQ(recipe_names("sequence"),
            (std::vector<std::string>{"video", "video-fine", "video-stream"}));
  for (const auto& name : recipe_names("sequence")) {
    const auto settings = load_sequence_recipe(name);
    EXPECT_EQ(settings.name, name);
    const std::string text = to_toml(settings);
    EXPECT_EQ(to_toml(parse_sequence_recipe(text, "again")), text);
  }
}

TEST(SequenceRecipes, DefaultsAreThoseOfTheVideoRecipe) {
  auto defaults = parse_sequence_recipe("model = \"sequence\"", "empty");
  EXPECT_EQ(defaults.name, "custom");
  defaults.name = "video";
  EXPECT_EQ(to_toml(defaults), to_toml(load_sequence_recipe("video")));
  EXPECT_EQ(load_sequence_recipe("video-fine").codec.tile_spacing, 16);
}

TEST(SequenceRecipes, ReadEverySetting) {
  const auto settings = parse_sequence_recipe(
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
  EXPECT_NE(error_of([] { load_recipe("video"); }).find("expected \"images\", got \"sequence\""),
            std::string::npos);
  EXPECT_NE(
      error_of([] { load_sequence_recipe("paper"); }).find("expected \"sequence\", got \"images\""),
      std::string::npos);
  EXPECT_NE(error_of([] {
              load_sequence_recipe("video", std::vector<std::string>{"codec.bins=8"});
            }).find("odd"),
            std::string::npos);
  EXPECT_NE(error_of([] {
              load_sequence_recipe("video", std::vector<std::string>{"codec.basis=dct"});
            }).find("cosines"),
            std::string::npos);
}

}  // namespace
}  // namespace rgm
