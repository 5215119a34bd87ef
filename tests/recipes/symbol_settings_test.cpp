#include "rgm/recipes/symbol_settings.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "rgm/recipes/recipe.h"
#include "support/error_of.h"

namespace rgm {
namespace {

using test::error_of;

TEST(SymbolSettings, DefaultsAreThoseOfTheRecipe) {
  auto defaults = parse_recipe_as<SymbolSettings>("model = \"symbols\"", "empty");
  defaults.name = "symbols";
  EXPECT_EQ(to_toml(defaults), to_toml(load_recipe_as<SymbolSettings>("symbols")));
  EXPECT_EQ(recipe_names("symbols"), std::vector<std::string>{"symbols"});
}

TEST(SymbolSettings, StandForDistinctStates) {
  const auto options = structure_options(parse_recipe_as<SymbolSettings>(
      "model = \"symbols\"", "r", std::vector<std::string>{"structure.group_size=1"}));
  EXPECT_TRUE(std::isinf(options.new_state_concentration));
  EXPECT_TRUE(options.incomplete_ends);
  EXPECT_EQ(options.group_size, 1U);
}

TEST(SymbolSettings, LevelsFitTogether) {
  const auto error = error_of([] {
    parse_recipe_as<SymbolSettings>("model = \"symbols\"\n[structure]\nmin_levels = 5", "r",
                                    std::vector<std::string>{"structure.max_levels=4"});
  });
  EXPECT_EQ(error,
            "r: structure.max_levels: expected 0, or at least structure.min_levels, 5, got 4");
}

}  // namespace
}  // namespace rgm
