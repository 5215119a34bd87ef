#include "rgm/recipes/settings.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <functional>
#include <sstream>

#include "builtin_recipes.h"
#include "rgm/base/error.h"
#include "rgm/base/nearest_name.h"

namespace rgm {
namespace {

using Settings = ImageSettings;

/// One setting: its description, and how it is read from and written as TOML.
struct Setting {
  SettingDescription about;
  std::function<void(Settings&, const toml::node&, const std::string& where)> read;
  std::function<std::string(const Settings&)> write;
};

[[noreturn]] void fail_value(const std::string& where, const SettingDescription& about, const std::string& got) {
  fail(where, ": ", about.key, ": expected ", about.range, ", got ", got);
}

std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

std::string text_of(const toml::node& node) {
  std::ostringstream text;
  node.visit([&](const auto& value) { text << value; });
  return one_line(text.str());
}

/// The shortest text that reads back as the same number, marked as a TOML float.
std::string shortest(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

Setting real(SettingDescription about, const std::function<double&(Settings&)>& member, double low, double high) {
  return {about,
          [=](Settings& s, const toml::node& node, const std::string& where) {
            const auto value = node.value<double>();
            if (!node.is_number() || !value || !(*value >= low && *value <= high)) fail_value(where, about, text_of(node));
            member(s) = *value;
          },
          [=](const Settings& s) { return shortest(member(const_cast<Settings&>(s))); }};
}

Setting count(SettingDescription about, const std::function<std::size_t&(Settings&)>& member, std::int64_t low,
              std::int64_t high) {
  return {about,
          [=](Settings& s, const toml::node& node, const std::string& where) {
            const auto value = node.value<std::int64_t>();
            if (!node.is_integer() || !value || *value < low || *value > high) fail_value(where, about, text_of(node));
            member(s) = static_cast<std::size_t>(*value);
          },
          [=](const Settings& s) { return std::to_string(member(const_cast<Settings&>(s))); }};
}

/// A choice between two words; `member` is true for the second.
Setting choice(SettingDescription about, const std::function<bool&(Settings&)>& member, const std::string& no,
               const std::string& yes) {
  return {about,
          [=](Settings& s, const toml::node& node, const std::string& where) {
            const auto value = node.value<std::string>();
            if (!value || (*value != no && *value != yes)) fail_value(where, about, text_of(node));
            member(s) = *value == yes;
          },
          [=](const Settings& s) { return '"' + (member(const_cast<Settings&>(s)) ? yes : no) + '"'; }};
}

constexpr double kHuge = 1e12;
constexpr std::int64_t kMany = 1'000'000'000;

const std::vector<Setting>& settings_table() {
  static const std::vector<Setting> table{
      {{"name", "a word", "name of the recipe, kept in the model"},
       [](Settings& s, const toml::node& node, const std::string& where) {
         const auto value = node.value<std::string>();
         if (!value) fail(where, ": name: expected a word, got ", text_of(node));
         s.name = *value;
       },
       [](const Settings& s) {
         std::ostringstream text;
         text << toml::value<std::string>(s.name);
         return text.str();
       }},
      count(
          {"data.train_images", "0 or more", "learn from that many of the first images; 0: all"},
          [](Settings & s) -> auto& { return s.train_images; }, 0, kMany),
      count(
          {"codec.height", "4 to 1024", "height of the prepared picture, pixels"},
          [](Settings & s) -> auto& { return s.codec.preparation.height; }, 4, 1024),
      count(
          {"codec.width", "4 to 1024", "width of the prepared picture, pixels"},
          [](Settings & s) -> auto& { return s.codec.preparation.width; }, 4, 1024),
      real(
          {"codec.smoothing", "0 to 100", "Gaussian smoothing, full width at half maximum, prepared pixels; 0: none"},
          [](Settings & s) -> auto& { return s.codec.preparation.smoothing; }, 0, 100),
      real(
          {"codec.histogram_width", "0 or more", "S of the histogram equalisation by rank; 0: none"},
          [](Settings & s) -> auto& { return s.codec.preparation.histogram_width; }, 0, kHuge),
      real(
          {"codec.tile_spacing", "1 to 512", "d, distance between tiles, prepared pixels"},
          [](Settings & s) -> auto& { return s.codec.tile_spacing; }, 1, 512),
      count(
          {"codec.bins", "an odd number from 3 to 999", "nb, outcomes a modality"},
          [](Settings & s) -> auto& { return s.codec.bins; }, 3, 999),
      count(
          {"codec.max_modes", "1 to 1000", "mm, most modes a tile"}, [](Settings & s) -> auto& { return s.codec.max_modes; },
          1, 1000),
      real(
          {"codec.mode_price", "above 0", "su: a mode is kept if its normalised squared singular value exceeds 1/su"},
          [](Settings & s) -> auto& { return s.codec.mode_price; }, 1e-6, kHuge),
      choice(
          {"codec.outcomes", "\"hard\" or \"soft\"", "nearest bin alone, or shared between the two nearest"},
          [](Settings & s) -> auto& { return s.codec.soft_bins; }, "hard", "soft"),
      count(
          {"codec.fit_images", "1 or more", "basis and ranges come from that many of the first training images"},
          [](Settings & s) -> auto& { return s.codec_fit_images; }, 1, kMany),
      choice(
          {"structure.trees", "\"shared\" or \"per-class\"",
           "one tree with the class above its top, or a tree a class, compared by evidence"},
          [](Settings & s) -> auto& { return s.tree_per_class; }, "shared", "per-class"),
      count(
          {"structure.exemplars", "1 to 60000", "images a class from which states are made"},
          [](Settings & s) -> auto& { return s.exemplars; }, 1, 60000),
      choice(
          {"structure.exemplar_choice", "\"first\" or \"random\"", "the first images of a class, or drawn at random"},
          [](Settings & s) -> auto& { return s.random_exemplars; }, "first", "random"),
      real(
          {"structure.outcome_concentration", "0 to 1e6", "prior counts of every outcome at level 0"},
          [](Settings & s) -> auto& { return s.structure.outcome_concentration; }, 0, 1e6),
      real(
          {"structure.state_concentration", "0 to 1e6", "prior counts of a column above level 0, spread over its outcomes"},
          [](Settings & s) -> auto& { return s.structure.state_concentration; }, 0, 1e6),
      real(
          {"structure.class_concentration", "0 to 1e6", "prior counts of a class's column, spread over the top states"},
          [](Settings & s) -> auto& { return s.structure.class_concentration; }, 0, 1e6),
      choice(
          {"learning.method", "\"em\" or \"online\"",
           "batch expectation maximisation, or active learning, one image at a time"},
          [](Settings & s) -> auto& { return s.online; }, "em", "online"),
      choice(
          {"learning.soft_evidence", "\"count\" or \"likelihood\"",
           "reading of soft outcomes: shares of a count, or likelihood evidence"},
          [](Settings & s) -> auto& { return s.likelihood_reading; }, "count", "likelihood"),
      count(
          {"learning.passes", "0 to 10000", "EM passes over the images"}, [](Settings & s) -> auto& { return s.passes; }, 0,
          10000),
      count(
          {"learning.affine_copies", "0 to 1000", "affine copies of every training image that EM also sees"},
          [](Settings & s) -> auto& { return s.affine_copies; }, 0, 1000),
      real(
          {"learning.rotation", "0 to 180", "affine copies: rotation, standard deviation, degrees"},
          [](Settings & s) -> auto& { return s.jitter.rotation; }, 0, 180),
      real(
          {"learning.scale", "0 to 10", "affine copies: log-scale, standard deviation"},
          [](Settings & s) -> auto& { return s.jitter.scale; }, 0, 10),
      real(
          {"learning.shear", "0 to 10", "affine copies: shear, standard deviation"},
          [](Settings & s) -> auto& { return s.jitter.shear; }, 0, 10),
      real(
          {"learning.shift", "0 to 1000", "affine copies: shift, standard deviation, pixels of the original"},
          [](Settings & s) -> auto& { return s.jitter.shift; }, 0, 1000),
      real(
          {"active.precision", "0 or more", "beta of the choice whether a mapping learns from an image"},
          [](Settings & s) -> auto& { return s.active.precision; }, 0, kHuge),
      real(
          {"active.capacity", "above 0", "eta: the total count that a mapping tends to (forgetting)"},
          [](Settings & s) -> auto& { return s.active.capacity; }, 1e-6, kHuge),
      real(
          {"active.state_cut", "0 to 0.1", "states of smaller posterior probability get no counts"},
          [](Settings & s) -> auto& { return s.active.state_cut; }, 0, 0.1),
      count(
          {"contrastive.passes", "0 to 10000", "contrastive passes after learning; discriminative, needs per-class trees"},
          [](Settings & s) -> auto& { return s.contrastive_passes; }, 0, 10000),
      count(
          {"contrastive.chunk", "1 or more", "images between two updates"},
          [](Settings & s) -> auto& { return s.contrastive.chunk; }, 1, kMany),
      real(
          {"contrastive.temperature", "0 to 1e6", "kappa: the model's guess is softmax(kappa ln evidence)"},
          [](Settings & s) -> auto& { return s.contrastive.temperature; }, 0, 1e6),
      real(
          {"contrastive.rate", "0 to 1e6", "c: counts added for each expected count"},
          [](Settings & s) -> auto& { return s.contrastive.rate; }, 0, 1e6),
      real(
          {"contrastive.smallest_weight", "0 to 1", "images of smaller weight add nothing"},
          [](Settings & s) -> auto& { return s.contrastive.smallest_weight; }, 0, 1),
  };
  return table;
}

void apply(Settings& settings, const std::string& key, const toml::node& node, const std::string& where) {
  std::vector<std::string> known;
  for (const auto& setting : settings_table()) {
    if (setting.about.key == key) return setting.read(settings, node, where);
    known.emplace_back(setting.about.key);
  }
  if (const auto* section = node.as_table()) {
    for (const auto& [name, value] : *section)
      apply(settings, key.empty() ? std::string(name.str()) : key + '.' + std::string(name.str()), value, where);
    return;
  }
  const auto nearest = nearest_name(key, known);
  fail(where, ": unknown setting ", key, nearest.empty() ? "" : ", did you mean " + nearest + "?");
}

void check(const Settings& s, const std::string& where) {
  require(s.codec.bins % 2 == 1, where, ": codec.bins: expected an odd number from 3 to 999, got ", s.codec.bins);
  require(s.contrastive_passes == 0 || s.tree_per_class, where,
          ": contrastive.passes: expected 0 with structure.trees = \"shared\", got ", s.contrastive_passes);
  require(!s.online || !s.tree_per_class, where,
          ": learning.method: expected \"em\" with structure.trees = \"per-class\", got \"online\"");
}

toml::table parse_toml(std::string_view text, const std::string& where) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    fail(where, ", line ", error.source().begin.line, ": expected TOML: ", error.description());
  }
}

void apply_overrides(Settings& settings, std::span<const std::string> overrides) {
  for (const auto& text : overrides) {
    const auto equals = text.find('=');
    require(equals != std::string::npos && equals > 0, "--set ", one_line(text), ": expected key=value");
    const std::string key = text.substr(0, equals), value = text.substr(equals + 1), where = one_line("--set " + text);
    toml::table parsed;
    try {
      parsed = toml::parse("value = " + value);
    } catch (const toml::parse_error&) {
      parsed.insert("value", value);  // a bare word is a string
    }
    require(parsed.size() == 1, where, ": expected one value");
    apply(settings, key, *parsed.get("value"), where);
  }
}

}  // namespace

std::vector<SettingDescription> describe_settings() {
  std::vector<SettingDescription> result;
  for (const auto& setting : settings_table()) result.push_back(setting.about);
  return result;
}

std::vector<std::string> recipe_names() {
  std::vector<std::string> names;
  for (const auto& recipe : kBuiltinRecipes) names.emplace_back(recipe.name);
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

ImageSettings parse_recipe(std::string_view toml_text, std::string_view where, std::span<const std::string> overrides) {
  Settings settings;
  apply(settings, "", parse_toml(toml_text, std::string(where)), std::string(where));
  apply_overrides(settings, overrides);
  check(settings, std::string(where));
  return settings;
}

ImageSettings load_recipe(const std::string& name_or_path, std::span<const std::string> overrides) {
  if (name_or_path.find('/') == std::string::npos && !name_or_path.ends_with(".toml"))
    return parse_recipe(recipe_text(name_or_path), "recipe " + name_or_path, overrides);
  std::ifstream file(name_or_path);
  require(file.good(), name_or_path, ": cannot be read, expected a recipe file (TOML)");
  std::stringstream text;
  text << file.rdbuf();
  return parse_recipe(text.str(), name_or_path, overrides);
}

std::string to_toml(const ImageSettings& settings) {
  std::ostringstream text;
  std::string_view section;
  for (const auto& setting : settings_table()) {
    const auto dot = setting.about.key.find('.');
    if (dot != std::string_view::npos && setting.about.key.substr(0, dot) != section) {
      section = setting.about.key.substr(0, dot);
      text << "\n[" << section << "]\n";
    }
    text << (dot == std::string_view::npos ? setting.about.key : setting.about.key.substr(dot + 1)) << " = "
         << setting.write(settings) << '\n';
  }
  return text.str();
}

}  // namespace rgm
