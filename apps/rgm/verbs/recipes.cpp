#include <fmt/format.h>

#include <memory>
#include <sstream>
#include <string>

#include "rgm/recipes/recipe.h"
#include "terminal/print.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct RecipesOptions {
  std::string name;
  bool markdown = false;
};

/// A table of the settings of one kind, with their defaults.
void print_table(const Recipe& defaults) {
  print("| setting | default | range | meaning |\n|---|---|---|---|\n");
  for (const auto& [key, value, range, text] : describe_settings(defaults))
    print("| `{}` | `{}` | {} | {} |\n", key, value, range, text);
}

void print_markdown() {
  print(
      "# Settings of the recipes\n\nMade by `rgm recipes --markdown`. Defaults are those of a recipe file that leaves the "
      "setting out.\n\n## Images\n\n");
  print_table(ImageSettings{});
  print("\n## Sequences\n\nA recipe file of a sequence says `model = \"sequence\"`.\n\n");
  print_table(SequenceSettings{});
  print("\n## Symbols\n\nA recipe file of sequences of symbols says `model = \"symbols\"`.\n\n");
  print_table(SymbolSettings{});
  print("\n## Games\n\nA recipe file of a game says `model = \"game\"`.\n\n");
  print_table(GameSettings{});
}

}  // namespace

void add_recipes(Verb app) {
  auto options = std::make_shared<RecipesOptions>();
  const auto verb = app.add_verb(
      "recipes", "List the recipes, print one to copy and change, or describe all settings");
  const auto recipe = verb.add_option("name", options->name, "Recipe to print");
  verb.add_flag("--markdown", options->markdown, "Describe all settings as a Markdown table")
      .excludes(recipe);
  verb.runs([options] {
    if (options->markdown) return print_markdown();
    if (!options->name.empty()) return print("{}", Lines{recipe_text(options->name)});
    for (const auto& name : recipe_names()) {
      const auto text = recipe_text(name);
      std::string about;
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line) && line.starts_with("# ");)
        about += line.substr(1);
      print("{:<13}{}\n", name, about);
    }
  });
}

}  // namespace rgm::app
