#pragma once

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <functional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/nearest_name.h"
#include "rgm/recipes/settings.h"

// A table of settings: from one row a setting follow the parser of recipe files, overrides of the
// command line, the text of a recipe and the reference of settings. `Settings` is the plain struct
// that the rows point into.

namespace rgm::detail {

/// One setting: its description, and how it is read from and written as TOML.
template <class Settings>
struct Setting {
  SettingDescription about;
  std::function<void(Settings&, const toml::node&, const std::string& where)> read;
  std::function<std::string(const Settings&)> write;
};

template <class Settings>
using SettingsTable = std::vector<Setting<Settings>>;

[[noreturn]] inline void fail_value(const std::string& where, const SettingDescription& about,
                                    const std::string& got) {
  fail(where, ": ", about.key, ": expected ", about.range, ", got ", got);
}

inline std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

inline std::string text_of(const toml::node& node) {
  std::ostringstream text;
  node.visit([&](const auto& value) { text << value; });
  return one_line(text.str());
}

/// The shortest text that reads back as the same number, marked as a TOML float.
inline std::string shortest(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  return text.find_first_of(".ein") == std::string::npos ? text + ".0"
                                                         : text;  // "inf" is a float as it is
}

template <class Settings>
Setting<Settings> real(SettingDescription about, const std::function<double&(Settings&)>& member,
                       double low, double high) {
  return {about,
          [=](Settings& s, const toml::node& node, const std::string& where) {
            const auto value = node.value<double>();
            if (!node.is_number() || !value || !(*value >= low && *value <= high))
              fail_value(where, about, text_of(node));
            member(s) = *value;
          },
          [=](const Settings& s) { return shortest(member(const_cast<Settings&>(s))); }};
}

template <class Settings, class Integer = std::size_t>
Setting<Settings> count(SettingDescription about,
                        const std::type_identity_t<std::function<Integer&(Settings&)>>& member,
                        std::int64_t low, std::int64_t high) {
  return {about,
          [=](Settings& s, const toml::node& node, const std::string& where) {
            const auto value = node.value<std::int64_t>();
            if (!node.is_integer() || !value || *value < low || *value > high)
              fail_value(where, about, text_of(node));
            member(s) = static_cast<Integer>(*value);
          },
          [=](const Settings& s) { return std::to_string(member(const_cast<Settings&>(s))); }};
}

/// A choice between two words; `member`, a truth value or an enumeration, has its second value for
/// the second.
template <class Settings, class Choice = bool>
Setting<Settings> choice(SettingDescription about,
                         const std::type_identity_t<std::function<Choice&(Settings&)>>& member,
                         const std::string& first, const std::string& second) {
  return {about,
          [=](Settings& s, const toml::node& node, const std::string& where) {
            const auto value = node.value<std::string>();
            if (!value || (*value != first && *value != second))
              fail_value(where, about, text_of(node));
            member(s) = static_cast<Choice>(*value == second);
          },
          [=](const Settings& s) {
            return '"' +
                   (member(const_cast<Settings&>(s)) == static_cast<Choice>(1) ? second : first) +
                   '"';
          }};
}

/// The name of a recipe.
template <class Settings>
Setting<Settings> recipe_name() {
  return {{"name", "a word", "name of the recipe, kept in the model"},
          [](Settings& s, const toml::node& node, const std::string& where) {
            const auto value = node.value<std::string>();
            if (!value) fail(where, ": name: expected a word, got ", text_of(node));
            s.name = *value;
          },
          [](const Settings& s) {
            std::ostringstream text;
            text << toml::value<std::string>(s.name);
            return text.str();
          }};
}

inline constexpr double kHuge = 1e12;
inline constexpr std::int64_t kMany = 1'000'000'000;

template <class Settings>
void apply(const SettingsTable<Settings>& table, Settings& settings, const std::string& key,
           const toml::node& node, const std::string& where) {
  std::vector<std::string> known;
  for (const auto& setting : table) {
    if (setting.about.key == key) return setting.read(settings, node, where);
    known.emplace_back(setting.about.key);
  }
  if (const auto* section = node.as_table()) {
    for (const auto& [name, value] : *section)
      apply(table, settings,
            key.empty() ? std::string(name.str()) : key + '.' + std::string(name.str()), value,
            where);
    return;
  }
  const auto nearest = nearest_name(key, known);
  fail(where, ": unknown setting ", key, nearest.empty() ? "" : ", did you mean " + nearest + "?");
}

inline toml::table parse_toml(std::string_view text, const std::string& where) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    fail(where, ", line ", error.source().begin.line, ": expected TOML: ", error.description());
  }
}

template <class Settings>
void apply_overrides(const SettingsTable<Settings>& table, Settings& settings,
                     std::span<const std::string> overrides) {
  for (const auto& text : overrides) {
    const auto equals = text.find('=');
    require(equals != std::string::npos && equals > 0, "--set ", one_line(text),
            ": expected key=value");
    const std::string key = text.substr(0, equals), value = text.substr(equals + 1),
                      where = one_line("--set " + text);
    toml::table parsed;
    try {
      parsed = toml::parse("value = " + value);
    } catch (const toml::parse_error&) {
      parsed.insert("value", value);  // a bare word is a string
    }
    require(parsed.size() == 1, where, ": expected one value");
    apply(table, settings, key, *parsed.get("value"), where);
  }
}

/// The settings that a recipe and overrides make. A recipe says in `model` what it is for, `kind`;
/// without it is for images.
template <class Settings>
Settings parse(const SettingsTable<Settings>& table, std::string_view kind, std::string_view text,
               const std::string& where, std::span<const std::string> overrides) {
  Settings settings;
  auto recipe = parse_toml(text, where);
  const auto model =
      recipe.get("model") ? recipe["model"].value_or(std::string()) : std::string("images");
  require(model == kind, where, ": model: expected \"", kind, "\", got \"", one_line(model), '"');
  recipe.erase("model");
  apply(table, settings, "", recipe, where);
  apply_overrides(table, settings, overrides);
  return settings;
}

/// The text of a recipe: one that comes with the program, or a file.
inline std::string read_recipe(const std::string& name_or_path) {
  if (name_or_path.find('/') == std::string::npos && !name_or_path.ends_with(".toml"))
    return recipe_text(name_or_path);
  std::ifstream file(name_or_path);
  require(file.good(), name_or_path, ": cannot be read, expected a recipe file (TOML)");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}
inline std::string recipe_place(const std::string& name_or_path) {
  const bool builtin =
      name_or_path.find('/') == std::string::npos && !name_or_path.ends_with(".toml");
  return builtin ? "recipe " + name_or_path : name_or_path;
}

template <class Settings>
std::string write(const SettingsTable<Settings>& table, const Settings& settings) {
  std::ostringstream text;
  std::string_view section;
  for (const auto& setting : table) {
    const auto dot = setting.about.key.find('.');
    if (dot != std::string_view::npos && setting.about.key.substr(0, dot) != section) {
      section = setting.about.key.substr(0, dot);
      text << "\n[" << section << "]\n";
    }
    text << (dot == std::string_view::npos ? setting.about.key : setting.about.key.substr(dot + 1))
         << " = " << setting.write(settings) << '\n';
  }
  return text.str();
}

/// `Error` for the first setting that going on with a model cannot change but that is asked for
/// otherwise, for it would have no effect, and the new file would not be true. `kept` are keys, or
/// sections with a dot at their end.
template <class Settings>
void check_kept(const SettingsTable<Settings>& table, std::span<const std::string_view> kept,
                const Settings& model, const Settings& asked) {
  for (const auto& setting : table) {
    const auto key = setting.about.key;
    const auto covers = [&](std::string_view name) {
      return name.ends_with('.') ? key.starts_with(name) : key == name;
    };
    if (std::ranges::none_of(kept, covers)) continue;
    const std::string of_model = setting.write(model), other = setting.write(asked);
    require(of_model == other, "train: ", key, ": expected ", of_model,
            ", which the model to go on with keeps, got ", other);
  }
}

template <class Settings>
std::vector<SettingDescription> describe(const SettingsTable<Settings>& table) {
  std::vector<SettingDescription> result;
  for (const auto& setting : table) result.push_back(setting.about);
  return result;
}

}  // namespace rgm::detail
