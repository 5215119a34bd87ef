#include "rgm/recipes/settings.h"

#include "builtin_recipes.h"
#include "settings_table.h"

namespace rgm {
namespace {

using Settings = ImageSettings;
using detail::choice, detail::count, detail::kHuge, detail::kMany, detail::real,
    detail::recipe_name;

const detail::SettingsTable<Settings>& settings_table() {
  static const detail::SettingsTable<Settings> table{
      recipe_name<Settings>(),
      count<Settings>(
          {"data.train_images", "0 or more", "learn from that many of the first images; 0: all"},
          [](Settings & s) -> auto& { return s.train_images; }, 0, kMany),
      count<Settings>(
          {"codec.height", "4 to 1024", "height of the prepared picture, pixels"},
          [](Settings & s) -> auto& { return s.codec.preparation.height; }, 4, 1024),
      count<Settings>(
          {"codec.width", "4 to 1024", "width of the prepared picture, pixels"},
          [](Settings & s) -> auto& { return s.codec.preparation.width; }, 4, 1024),
      real<Settings>(
          {"codec.smoothing", "0 to 100",
           "Gaussian smoothing, full width at half maximum, prepared pixels; 0: none"},
          [](Settings & s) -> auto& { return s.codec.preparation.smoothing; }, 0, 100),
      real<Settings>(
          {"codec.histogram_width", "0 or more",
           "S of the histogram equalisation by rank; 0: none"},
          [](Settings & s) -> auto& { return s.codec.preparation.histogram_width; }, 0, kHuge),
      real<Settings>(
          {"codec.tile_spacing", "1 to 512", "d, distance between tiles, prepared pixels"},
          [](Settings & s) -> auto& { return s.codec.tile_spacing; }, 1, 512),
      count<Settings>(
          {"codec.bins", "an odd number from 3 to 999", "nb, outcomes a modality"},
          [](Settings & s) -> auto& { return s.codec.bins; }, 3, 999),
      count<Settings>(
          {"codec.max_modes", "1 to 1000", "mm, most modes a tile"},
          [](Settings & s) -> auto& { return s.codec.max_modes; }, 1, 1000),
      real<Settings>(
          {"codec.mode_price", "above 0",
           "su: a mode is kept if its normalised squared singular value exceeds 1/su"},
          [](Settings & s) -> auto& { return s.codec.mode_price; }, 1e-6, kHuge),
      choice<Settings>(
          {"codec.outcomes", "\"hard\" or \"soft\"",
           "nearest bin alone, or shared between the two nearest"},
          [](Settings & s) -> auto& { return s.codec.soft_bins; }, "hard", "soft"),
      count<Settings>(
          {"codec.fit_images", "1 or more",
           "basis and ranges come from that many of the first training images"},
          [](Settings & s) -> auto& { return s.codec_fit_images; }, 1, kMany),
      choice<Settings>(
          {"structure.trees", "\"shared\" or \"per-class\"",
           "one tree with the class above its top, or a tree a class, compared by evidence"},
          [](Settings & s) -> auto& { return s.tree_per_class; }, "shared", "per-class"),
      count<Settings>(
          {"structure.exemplars", "1 to 60000", "images a class from which states are made"},
          [](Settings & s) -> auto& { return s.exemplars; }, 1, 60000),
      choice<Settings>(
          {"structure.exemplar_choice", "\"first\" or \"random\"",
           "the first images of a class, or drawn at random"},
          [](Settings & s) -> auto& { return s.random_exemplars; }, "first", "random"),
      real<Settings>(
          {"structure.outcome_concentration", "0 to 1e6",
           "prior counts of every outcome at level 0"},
          [](Settings & s) -> auto& { return s.structure.outcome_concentration; }, 0, 1e6),
      real<Settings>(
          {"structure.state_concentration", "0 to 1e6",
           "prior counts of a column above level 0, spread over its outcomes"},
          [](Settings & s) -> auto& { return s.structure.state_concentration; }, 0, 1e6),
      real<Settings>(
          {"structure.class_concentration", "0 to 1e6",
           "prior counts of a class's column, spread over the top states"},
          [](Settings & s) -> auto& { return s.structure.class_concentration; }, 0, 1e6),
      choice<Settings>(
          {"learning.method", "\"em\" or \"online\"",
           "batch expectation maximisation, or active learning, one image at a time"},
          [](Settings & s) -> auto& { return s.online; }, "em", "online"),
      choice<Settings>(
          {"learning.soft_evidence", "\"count\" or \"likelihood\"",
           "reading of soft outcomes: shares of a count, or likelihood evidence"},
          [](Settings & s) -> auto& { return s.likelihood_reading; }, "count", "likelihood"),
      count<Settings>(
          {"learning.passes", "0 to 10000", "EM passes over the images"},
          [](Settings & s) -> auto& { return s.passes; }, 0, 10000),
      count<Settings>(
          {"learning.affine_copies", "0 to 1000",
           "affine copies of every training image that EM also sees"},
          [](Settings & s) -> auto& { return s.affine_copies; }, 0, 1000),
      real<Settings>(
          {"learning.rotation", "0 to 180", "affine copies: rotation, standard deviation, degrees"},
          [](Settings & s) -> auto& { return s.jitter.rotation; }, 0, 180),
      real<Settings>(
          {"learning.scale", "0 to 10", "affine copies: log-scale, standard deviation"},
          [](Settings & s) -> auto& { return s.jitter.scale; }, 0, 10),
      real<Settings>(
          {"learning.shear", "0 to 10", "affine copies: shear, standard deviation"},
          [](Settings & s) -> auto& { return s.jitter.shear; }, 0, 10),
      real<Settings>(
          {"learning.shift", "0 to 1000",
           "affine copies: shift, standard deviation, pixels of the original"},
          [](Settings & s) -> auto& { return s.jitter.shift; }, 0, 1000),
      real<Settings>(
          {"active.precision", "0 or more",
           "beta of the choice whether a mapping learns from an image"},
          [](Settings & s) -> auto& { return s.active.precision; }, 0, kHuge),
      real<Settings>(
          {"active.capacity", "above 0",
           "eta: the total count that a mapping tends to (forgetting)"},
          [](Settings & s) -> auto& { return s.active.capacity; }, 1e-6, kHuge),
      real<Settings>(
          {"active.state_cut", "0 to 0.1", "states of smaller posterior probability get no counts"},
          [](Settings & s) -> auto& { return s.active.state_cut; }, 0, 0.1),
      count<Settings>(
          {"contrastive.passes", "0 to 10000",
           "contrastive passes after learning; discriminative, needs per-class trees"},
          [](Settings & s) -> auto& { return s.contrastive_passes; }, 0, 10000),
      count<Settings>(
          {"contrastive.chunk", "1 or more", "images between two updates"},
          [](Settings & s) -> auto& { return s.contrastive.chunk; }, 1, kMany),
      real<Settings>(
          {"contrastive.temperature", "0 to 1e6",
           "kappa: the model's guess is softmax(kappa ln evidence)"},
          [](Settings & s) -> auto& { return s.contrastive.temperature; }, 0, 1e6),
      real<Settings>(
          {"contrastive.rate", "0 to 1e6", "c: counts added for each expected count"},
          [](Settings & s) -> auto& { return s.contrastive.rate; }, 0, 1e6),
      real<Settings>(
          {"contrastive.smallest_weight", "0 to 1", "images of smaller weight add nothing"},
          [](Settings & s) -> auto& { return s.contrastive.smallest_weight; }, 0, 1),
  };
  return table;
}

void check(const Settings& s, const std::string& where) {
  require(s.codec.bins % 2 == 1, where, ": codec.bins: expected an odd number from 3 to 999, got ",
          s.codec.bins);
  require(s.contrastive_passes == 0 || s.tree_per_class, where,
          ": contrastive.passes: expected 0 with structure.trees = \"shared\", got ",
          s.contrastive_passes);
  require(
      !s.online || !s.tree_per_class, where,
      ": learning.method: expected \"em\" with structure.trees = \"per-class\", got \"online\"");
}

}  // namespace

std::vector<SettingDescription> describe_settings() { return detail::describe(settings_table()); }

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

ImageSettings parse_recipe(std::string_view toml_text, std::string_view where,
                           std::span<const std::string> overrides) {
  const auto settings =
      detail::parse(settings_table(), "images", toml_text, std::string(where), overrides);
  check(settings, std::string(where));
  return settings;
}

ImageSettings load_recipe(const std::string& name_or_path, std::span<const std::string> overrides) {
  return parse_recipe(detail::read_recipe(name_or_path), detail::recipe_place(name_or_path),
                      overrides);
}

std::string to_toml(const ImageSettings& settings) {
  return detail::write(settings_table(), settings);
}

}  // namespace rgm
