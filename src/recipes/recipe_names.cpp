#include <string>
#include <string_view>
#include <vector>

#include "builtin_recipes.h"
#include "rgm/base/error.h"
#include "rgm/base/nearest_name.h"
#include "rgm/recipes/recipe.h"

namespace rgm {

std::vector<std::string> recipe_names(std::string_view model) {
  std::vector<std::string> names;
  for (const auto& recipe : kBuiltinRecipes)
    if (model.empty() || recipe.model == model) names.emplace_back(recipe.name);
  return names;
}

std::string recipe_text(std::string_view name) {
  for (const auto& recipe : kBuiltinRecipes)
    if (recipe.name == name) return std::string(recipe.text);
  const auto names = recipe_names();
  const auto nearest = nearest_name(name, names);
  std::string known;
  for (const auto& n : names) known += (known.empty() ? "" : ", ") + n;
  fail("recipe ", name, ": expected one of ", known, ", or the path of a recipe file",
       nearest.empty() ? "" : "; did you mean " + nearest + "?");
}

}  // namespace rgm
