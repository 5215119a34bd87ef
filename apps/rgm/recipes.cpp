#include <fmt/format.h>

#include <memory>

#include "rgm/recipes/settings.h"
#include "verbs.h"

namespace rgm::app {
namespace {

struct RecipesOptions {
  std::string name;
  bool markdown = false;
};

/// The settings' reference: defaults are read off the text that `to_toml` writes, in the same order.
void print_markdown() {
  fmt::print(
      "# Settings of the image recipes\n\nMade by `rgm recipes --markdown`. Defaults are those of a recipe file that leaves "
      "the "
      "setting out.\n\n| setting | default | range | meaning |\n|---|---|---|---|\n");
  std::istringstream defaults(to_toml(ImageSettings{}));
  const auto settings = describe_settings();
  auto setting = settings.begin();
  for (std::string line; std::getline(defaults, line);) {
    const auto equals = line.find(" = ");
    if (equals == std::string::npos) continue;
    fmt::print("| `{}` | `{}` | {} | {} |\n", setting->key, line.substr(equals + 3), setting->range, setting->text);
    ++setting;
  }
}

}  // namespace

void add_recipes(CLI::App& app) {
  auto options = std::make_shared<RecipesOptions>();
  auto* verb = app.add_subcommand("recipes", "List the recipes, print one to copy and change, or describe all settings");
  verb->add_option("name", options->name, "Recipe to print");
  verb->add_flag("--markdown", options->markdown, "Describe all settings as a Markdown table");
  verb->callback([options] {
    if (options->markdown) return print_markdown();
    if (!options->name.empty()) return fmt::print("{}", recipe_text(options->name));
    for (const auto& name : recipe_names()) {
      const auto text = recipe_text(name);
      std::string about;
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line) && line.starts_with("# ");) about += line.substr(1);
      fmt::print("{:<12}{}\n", name, about);
    }
  });
}

}  // namespace rgm::app
