#include "rgm/recipes/recipe.h"

// This file alone reads and writes TOML: its header takes seconds to compile.
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <optional>
#include <type_traits>

#include "rgm/base/error.h"
#include "rgm/base/nearest_name.h"
#include "rgm/base/text.h"
#include "setting.h"

namespace rgm {
namespace {

using detail::check_together, detail::Setting, detail::settings_of;

std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

std::string shown(const toml::node& node) {
  return node.visit([&](const auto& value) { return one_line(text_of(value)); });
}

/// The shortest text that reads back as the same number, marked as a TOML float.
std::string shortest(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  return text.find_first_of(".ein") == std::string::npos ? text + ".0"
                                                         : text;  // "inf" is a float as it is
}

/// Sets a member to a value. False if that is of another type, or out of range.
template <class Member>
bool set(Member& member, const detail::Range& range, const toml::node& node) {
  if constexpr (std::is_same_v<Member, std::string>) {
    const auto value = node.value<std::string>();
    if (value) member = *value;
    return value.has_value();
  } else if constexpr (std::is_same_v<Member, bool> || std::is_enum_v<Member>) {
    const auto& words = std::get<detail::Words>(range);
    const auto word = std::ranges::find(words, node.value_or(std::string()));
    if (word == words.end()) return false;
    member = static_cast<Member>(word - words.begin());
    return true;
  } else if constexpr (std::is_same_v<Member, Rgb>) {
    const auto colour = parse_colour(node.value_or(std::string()));
    if (colour) member = *colour;
    return colour.has_value();
  } else {
    constexpr bool kWhole = std::is_integral_v<Member>;
    const auto [least, most, odd, counts, or_zero] = std::get<detail::Numbers>(range);
    const auto value = node.value<std::conditional_t<kWhole, std::int64_t, double>>();
    if (!value || !(kWhole ? node.is_integer() : node.is_number())) return false;
    const auto number = static_cast<double>(*value);
    if (!(number >= least && number <= most) && !(or_zero && number == 0)) return false;
    if (counts && number > 0 && number < detail::kLeastCount) return false;
    if constexpr (kWhole)
      if (odd && *value % 2 == 0) return false;
    member = static_cast<Member>(*value);
    return true;
  }
}

/// A member's value as a recipe file writes it.
template <class Member>
std::string value_of(const Member& member, const detail::Range& range) {
  if constexpr (std::is_same_v<Member, std::string>) {
    return text_of(toml::value<std::string>(member));
  } else if constexpr (std::is_same_v<Member, bool> || std::is_enum_v<Member>) {
    const auto& words = std::get<detail::Words>(range);
    return '"' + std::string(words.at(static_cast<std::size_t>(member))) + '"';
  } else if constexpr (std::is_same_v<Member, Rgb>) {
    return '"' + colour_text(member) + '"';
  } else if constexpr (std::is_same_v<Member, double>) {
    return shortest(member);
  } else {
    return std::to_string(member);
  }
}
std::string value_of(const Setting& setting) {
  return std::visit([&](const auto* member) { return value_of(*member, setting.range); },
                    setting.member);
}

/// Sets what a node of a recipe file says: the setting of that key, or, of a table, all within.
void apply(const detail::Settings& settings, const std::string& key, const toml::node& node,
           const std::string& where) {
  for (const auto& setting : settings)
    if (setting.key == key) {
      const bool taken = std::visit([&](auto* member) { return set(*member, setting.range, node); },
                                    setting.member);
      if (!taken) fail(where, ": ", key, ": expected ", range_text(setting), ", got ", shown(node));
      return;
    }
  if (const auto* section = node.as_table()) {
    for (const auto& [name, value] : *section)
      apply(settings, (key.empty() ? "" : key + '.') + std::string(name.str()), value, where);
    return;
  }
  std::vector<std::string> known;
  for (const auto& setting : settings) known.emplace_back(setting.key);
  const auto nearest = nearest_name(key, known);
  fail(where, ": unknown setting ", key, nearest.empty() ? "" : ", did you mean " + nearest + "?");
}

void apply_override(const detail::Settings& settings, const std::string& text) {
  const auto equals = text.find('=');
  require(equals != std::string::npos && equals > 0, "setting ", one_line(text),
          ": expected key=value");
  const std::string key = text.substr(0, equals), value = text.substr(equals + 1),
                    where = one_line("setting " + text);
  toml::table parsed;
  try {
    parsed = toml::parse("value = " + value);
  } catch (const toml::parse_error&) {
    parsed.insert("value", value);  // a bare word is a string
  }
  require(parsed.size() == 1, where, ": expected one value");
  apply(settings, key, *parsed.get("value"), where);
}

/// A recipe file, in which only settings are left.
struct File {
  std::string model;
  toml::table settings;
};

/// The parser follows dotted keys by recursion, and takes many times the text's memory.
void check_size(std::string_view text, const std::string& where) {
  constexpr std::size_t kMaxBytes = 1 << 16, kMaxLine = 1000;
  require(text.size() <= kMaxBytes, where, ": expected at most ", kMaxBytes, " bytes, got ",
          text.size());
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    require(end - begin <= kMaxLine, where, ": expected lines of at most ", kMaxLine, " bytes");
    begin = end + 1;
  }
}

File parse_file(std::string_view text, const std::string& where) {
  check_size(text, where);
  File file{.model = std::string(ImageSettings::kModel), .settings = {}};
  try {
    file.settings = toml::parse(text);
  } catch (const toml::parse_error& error) {
    fail(where, ", line ", error.source().begin.line, ": expected TOML: ", error.description());
  }
  if (const auto* model = file.settings.get("model")) file.model = model->value_or(std::string());
  file.settings.erase("model");
  return file;
}

template <class Settings>
Settings read_settings(const File& file, const std::string& where,
                       std::span<const std::string> overrides) {
  Settings settings;
  const auto rows = settings_of(settings);
  apply(rows, "", file.settings, where);
  for (const auto& text : overrides) apply_override(rows, text);
  check_together(settings, where);
  return settings;
}

bool comes_with_the_program(const std::string& name_or_path) {
  return name_or_path.find('/') == std::string::npos && !name_or_path.ends_with(".toml");
}

/// The text of a recipe: one that comes with the program, or a file.
std::string read_recipe(const std::string& name_or_path) {
  if (comes_with_the_program(name_or_path)) return recipe_text(name_or_path);
  constexpr std::size_t kMost = std::size_t{1} << 20;
  std::ifstream file(name_or_path);  // or a pipe
  std::string text(kMost + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  require<FileError>(file.eof() || file.good(), name_or_path,
                     ": cannot be read, expected a recipe file (TOML)");
  text.resize(static_cast<std::size_t>(file.gcount()));
  require<FileError>(text.size() <= kMost, name_or_path, ": expected a recipe file of at most ",
                     kMost, " bytes");
  return text;
}
std::string place_of(const std::string& name_or_path) {
  return comes_with_the_program(name_or_path) ? "recipe " + name_or_path : name_or_path;
}

}  // namespace

Recipe parse_recipe(std::string_view toml_text, std::string_view where,
                    std::span<const std::string> overrides) {
  const std::string place(where);
  const auto file = parse_file(toml_text, place);
  if (file.model == ImageSettings::kModel)
    return read_settings<ImageSettings>(file, place, overrides);
  if (file.model == SequenceSettings::kModel)
    return read_settings<SequenceSettings>(file, place, overrides);
  if (file.model == SymbolSettings::kModel)
    return read_settings<SymbolSettings>(file, place, overrides);
  if (file.model == GameSettings::kModel)
    return read_settings<GameSettings>(file, place, overrides);
  fail(where, ": model: expected \"images\", \"sequence\", \"symbols\" or \"game\", got \"",
       one_line(file.model), '"');
}

Recipe load_recipe(const std::string& name_or_path, std::span<const std::string> overrides) {
  return parse_recipe(read_recipe(name_or_path), place_of(name_or_path), overrides);
}

template <class Settings>
Settings parse_recipe_as(std::string_view toml_text, std::string_view where,
                         std::span<const std::string> overrides) {
  const std::string place(where);
  const auto file = parse_file(toml_text, place);
  require(file.model == Settings::kModel, where, ": model: expected \"", Settings::kModel,
          "\", got \"", one_line(file.model), '"');
  return read_settings<Settings>(file, place, overrides);
}
template ImageSettings parse_recipe_as(std::string_view, std::string_view,
                                       std::span<const std::string>);
template SequenceSettings parse_recipe_as(std::string_view, std::string_view,
                                          std::span<const std::string>);
template SymbolSettings parse_recipe_as(std::string_view, std::string_view,
                                        std::span<const std::string>);
template GameSettings parse_recipe_as(std::string_view, std::string_view,
                                      std::span<const std::string>);

template <class Settings>
Settings load_recipe_as(const std::string& name_or_path, std::span<const std::string> overrides) {
  return parse_recipe_as<Settings>(read_recipe(name_or_path), place_of(name_or_path), overrides);
}
template ImageSettings load_recipe_as(const std::string&, std::span<const std::string>);
template SequenceSettings load_recipe_as(const std::string&, std::span<const std::string>);
template SymbolSettings load_recipe_as(const std::string&, std::span<const std::string>);
template GameSettings load_recipe_as(const std::string&, std::span<const std::string>);

std::string to_toml(const Recipe& recipe) {
  std::string text;
  std::visit(
      [&]<class Settings>(const Settings&) {
        if constexpr (!std::is_same_v<Settings,
                                      ImageSettings>)  // a file that names none is of images
          text += text_of("model = \"", Settings::kModel, "\"\n");
      },
      recipe);
  std::string section;
  for (const auto& [key, value, range, about] : describe_settings(recipe)) {
    const auto dot = key.find('.');
    if (dot != std::string::npos && key.substr(0, dot) != section) {
      section = key.substr(0, dot);
      text += "\n[" + section + "]\n";
    }
    text += (dot == std::string::npos ? key : key.substr(dot + 1)) + " = " + value + '\n';
  }
  return text;
}

std::vector<SettingDescription> describe_settings(const Recipe& recipe) {
  std::vector<SettingDescription> result;
  std::visit(
      [&](auto settings) {  // a copy, for rows may change what they point to
        for (const auto& row : settings_of(settings))
          result.push_back({std::string(row.key), value_of(row), range_text(row), row.text});
      },
      recipe);
  return result;
}

void check_kept_settings(const Recipe& model, const Recipe& asked) {
  std::visit(
      [&]<class Settings>(Settings of_model) {
        const auto* same_kind = std::get_if<Settings>(&asked);
        require(same_kind != nullptr, "train: model: expected the settings of \"", Settings::kModel,
                "\", which the model to go on with keeps");
        auto others = *same_kind;
        const auto kept = settings_of(of_model), wanted = settings_of(others);
        for (std::size_t i = 0; i < kept.size(); ++i) {
          if (!kept[i].kept) continue;
          const std::string expected = value_of(kept[i]), other = value_of(wanted[i]);
          require(expected == other, "train: ", kept[i].key, ": expected ", expected,
                  ", which the model to go on with keeps, got ", other);
        }
      },
      model);
}

}  // namespace rgm
