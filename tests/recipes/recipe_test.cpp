#include "rgm/recipes/recipe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <iomanip>
#include <regex>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "rgm/base/error.h"
#include "support/comma_locale.h"
#include "support/learning_support.h"

namespace rgm {
namespace {

using test::error_of;

/// The error of a recipe's text, or of an override; one line.
std::string error_in(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const std::string error =
      error_of([&] { parse_recipe_as<ImageSettings>(text, "r.toml", overrides); });
  EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  return error;
}

void expect_contains(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' is not in '" << text << "'";
}

TEST(Recipes, ThatComeWithTheProgramGiveThemselvesAgain) {
  EXPECT_EQ(recipe_names("images"),
            (std::vector<std::string>{"contrastive", "generative", "paper", "table"}));
  EXPECT_EQ(recipe_names().size(), recipe_names("images").size() + recipe_names("sequence").size() +
                                       recipe_names("symbols").size() +
                                       recipe_names("game").size());
  for (const auto& name : recipe_names("images")) {
    const auto settings = load_recipe_as<ImageSettings>(name);
    EXPECT_EQ(settings.name, name);
    const std::string text = to_toml(settings);
    EXPECT_EQ(to_toml(parse_recipe_as<ImageSettings>(text, "again")), text);
  }
}

TEST(Recipes, DifferWhereTheyShould) {
  const auto paper = load_recipe_as<ImageSettings>("paper"),
             generative = load_recipe_as<ImageSettings>("generative"),
             contrastive = load_recipe_as<ImageSettings>("contrastive");
  EXPECT_TRUE(paper.online && !paper.tree_per_class && !paper.codec.soft_bins &&
              !paper.random_exemplars);
  EXPECT_EQ(paper.train_images, 20000U);
  EXPECT_EQ(paper.structure.outcome_concentration, 1.0 / 16);
  EXPECT_TRUE(!generative.online && generative.tree_per_class && generative.codec.soft_bins);
  EXPECT_EQ(generative.contrastive_passes, 0U);
  EXPECT_EQ(contrastive.contrastive_passes, 3U);
}

TEST(Recipes, DefaultsAreThoseOfTheGenerativeRecipe) {
  auto defaults = parse_recipe_as<ImageSettings>("", "empty");
  EXPECT_EQ(defaults.name, "custom");
  defaults.name = "generative";
  EXPECT_EQ(to_toml(defaults), to_toml(load_recipe_as<ImageSettings>("generative")));
}

TEST(Recipes, AreReadFromFiles) {
  const std::string path = testing::TempDir() + "rgm_settings_test.toml";
  std::ofstream(path) << "name = \"own\"\n[codec]\nbins = 5\n";
  const auto settings =
      load_recipe_as<ImageSettings>(path, std::vector<std::string>{"structure.exemplars=3"});
  EXPECT_EQ(settings.name, "own");
  EXPECT_EQ(settings.codec.bins, 5U);
  EXPECT_EQ(settings.exemplars, 3U);
  expect_contains(error_of([] { load_recipe_as<ImageSettings>("./none.toml"); }),
                  "./none.toml: cannot be read");
  expect_contains(error_of([] { load_recipe_as<ImageSettings>("papre"); }), "did you mean paper?");
}

/// Every setting that is described is written, in order, and some other value of it is read and
/// written, too.
TEST(Settings, EveryKeyIsWrittenAndRead) {
  const std::string defaults = '\n' + to_toml(ImageSettings{});
  std::size_t at = 0;
  for (const auto& setting : describe_settings(ImageSettings{})) {
    EXPECT_FALSE(setting.range.empty() || setting.text.empty()) << setting.key;
    at = defaults.find(
        '\n' + setting.key.substr(setting.key.find('.') + 1) + " = " + setting.value + '\n', at);
    ASSERT_NE(at, std::string::npos) << setting.key;

    std::vector<std::string> values{"0.0625", "2.5",   "5", "9",
                                    "100",    "a word"};  // and the words that the range quotes
    for (auto quote = setting.range.find('"'); quote != std::string::npos;) {
      const auto end = setting.range.find('"', quote + 1);
      values.emplace_back(setting.range.substr(quote + 1, end - quote - 1));
      quote = setting.range.find('"', end + 1);
    }
    const std::string others =
        setting.key == "learning.method" ? "structure.trees = \"shared\"" : "";
    const auto changes = [&](const std::string& value) {
      std::string text;
      const std::vector<std::string> overrides{std::string(setting.key) + '=' + value};
      const auto error =
          error_of([&] { text = to_toml(parse_recipe_as<ImageSettings>(others, "r", overrides)); });
      return error.empty() && text != to_toml(parse_recipe_as<ImageSettings>(others, "r"));
    };
    EXPECT_TRUE(std::ranges::any_of(values, changes)) << setting.key;
  }
}

TEST(Settings, NameColours) {
  const auto ground = [](const std::string& word) {
    return parse_recipe_as<ImageSettings>("", "r", std::vector{"data.ground=" + word})
        .loading.ground;
  };
  using Rgb = std::array<std::uint8_t, 3>;
  EXPECT_EQ(ground("white"), (Rgb{255, 255, 255}));
  EXPECT_EQ(ground("black"), (Rgb{0, 0, 0}));
  EXPECT_EQ(ground("#0aFf80"), (Rgb{10, 255, 128}));
  for (const char* word : {"red", "#12345", "#1234567", "#12345g", "#-1+2 3", "", "7"})
    expect_contains(error_in("", {std::string("data.ground=") + word}),
                    R"(data.ground: expected "white", "black" or "#rrggbb", got)");
  ImageSettings settings;
  settings.loading = {Fit::kPad, {0, 17, 255}};
  EXPECT_EQ(parse_recipe_as<ImageSettings>(to_toml(settings), "again").loading, settings.loading);
  expect_contains(error_in("data.fit = \"zoom\""),
                  R"(data.fit: expected "stretch", "crop" or "pad", got 'zoom')");
}

/// One value more or less than a limit, in its last digits.
std::string beyond(const std::string& limit, double step) {
  const double value = std::stod(limit) + step;
  std::ostringstream text;
  text << std::setprecision(12) << value;
  return text.str();
}

/// What people are told is allowed is what is allowed, for the settings of every kind.
TEST(Settings, RangesAreWhatTheirTextsSay) {
  std::size_t closed = 0, odd = 0, counts = 0, by_the_data = 0;
  for (const Recipe& defaults :
       {Recipe(ImageSettings{}), Recipe(SequenceSettings{}), Recipe(GameSettings{})})
    for (const auto& setting : describe_settings(defaults)) {
      const std::string toml = to_toml(defaults);
      const bool whole = setting.value.find_first_not_of("-0123456789") == std::string::npos;
      const auto refused = [&](std::string value) {
        if (!whole && value.find_first_of(".e") == std::string::npos) value += ".0";
        const std::string error = error_of(
            [&] { parse_recipe(toml, "r", std::vector<std::string>{setting.key + '=' + value}); });
        if (!error.empty()) expect_contains(error, "expected " + setting.range + ", got ");
        return !error.empty();
      };
      std::smatch limits;
      if (std::regex_match(setting.range, limits,
                           std::regex("(an odd number from )?(-?[0-9.e]+) to ([0-9.e]+)"))) {
        const double step = whole ? 1 : 1e-7;
        EXPECT_FALSE(refused(limits[2]) || refused(limits[3])) << setting.key;
        EXPECT_TRUE(refused(beyond(limits[2], -step))) << setting.key;
        EXPECT_TRUE(refused(beyond(limits[3], 1))) << setting.key;
        EXPECT_TRUE(!limits[1].matched || refused(beyond(limits[2], 1))) << setting.key;
        ++(limits[1].matched ? odd : closed);
      } else if (std::regex_match(setting.range, limits, std::regex("0, or ([14]) to 4096"))) {
        for (const std::string& value : {std::string("0"), limits[1].str(), std::string("4096")})
          EXPECT_FALSE(refused(value)) << setting.key << ' ' << value;
        const std::string less = limits[1] == "4" ? "3" : "-1";
        for (const std::string& value : {std::string("-1"), less, std::string("4097")})
          EXPECT_TRUE(refused(value)) << setting.key << ' ' << value;
        ++by_the_data;
      } else if (setting.range == "0, or 1e-100 to 1e6") {
        for (const char* value : {"0", "1e-100", "0.5", "1e6"})
          EXPECT_FALSE(refused(value)) << setting.key << ' ' << value;
        for (const char* value : {"-1e-9", "9e-101", "1e-308", "4.9e-324", "1.1e6"})
          EXPECT_TRUE(refused(value)) << setting.key << ' ' << value;
        ++counts;
      } else if (setting.range.ends_with(" or more")) {
        const auto least = setting.range.substr(0, setting.range.find(' '));
        EXPECT_FALSE(refused(least) || refused("123456789012")) << setting.key;
        EXPECT_TRUE(refused(beyond(least, -1))) << setting.key;
      } else if (setting.range.starts_with("above 0")) {
        EXPECT_TRUE(refused("0") || refused("-1")) << setting.key;
        EXPECT_FALSE(refused("1e-6") || refused("1e11")) << setting.key;
      } else {
        EXPECT_TRUE(setting.range == "a word" ||
                    setting.range.find("\" or \"") != std::string::npos)
            << setting.key << ": " << setting.range;
      }
    }
  EXPECT_GT(closed, 30U);
  EXPECT_EQ(odd, 2U);
  EXPECT_EQ(by_the_data, 4U);       // height and width of images and of sequences
  EXPECT_EQ(counts, 3U + 4U + 3U);  // of images, of sequences, of games
}

TEST(Recipes, AreOfTheKindThatTheirModelNames) {
  for (const auto& name : recipe_names()) {
    const auto recipe = load_recipe(name);
    const auto model =
        std::visit([](const auto& settings) { return std::string(settings.kModel); }, recipe);
    EXPECT_TRUE(std::ranges::count(recipe_names(model), name)) << name;
    EXPECT_EQ(std::visit([](const auto& settings) { return settings.name; }, recipe), name);
    EXPECT_EQ(to_toml(parse_recipe(to_toml(recipe), "again")), to_toml(recipe));
  }
  EXPECT_TRUE(std::holds_alternative<ImageSettings>(parse_recipe("", "r")));
  EXPECT_TRUE(std::holds_alternative<ImageSettings>(parse_recipe("model = \"images\"", "r")));
  EXPECT_EQ(std::get<GameSettings>(
                parse_recipe("model = \"game\"", "r", std::vector<std::string>{"frames=7"}))
                .frames,
            7U);
}

TEST(Recipes, OfAnotherKindAreRefused) {
  EXPECT_EQ(error_of([] { load_recipe_as<ImageSettings>("video"); }),
            "recipe video: model: expected \"images\", got \"sequence\"");
  for (const char* text : {"model = \"film\"", "model = \"fi\\nlm\"", "model = 3"})
    expect_contains(error_of([&] { parse_recipe(text, "r"); }),
                    "r: model: expected \"images\", \"sequence\", \"symbols\" or \"game\", got \"");
  EXPECT_EQ(error_of([] { parse_recipe_as<GameSettings>("model = \"film\"", "r"); }),
            "r: model: expected \"game\", got \"film\"");
  // The kind is told before what follows from it.
  EXPECT_EQ(
      error_of([] { load_recipe_as<ImageSettings>("game", std::vector<std::string>{"frames=x"}); }),
      "recipe game: model: expected \"images\", got \"game\"");
}

TEST(Recipes, KeepNothingOfAnotherKind) {
  expect_contains(error_of([] { check_kept_settings(SequenceSettings{}, GameSettings{}); }),
                  "train: model: expected the settings of \"sequence\"");
  EXPECT_NO_THROW(check_kept_settings(SequenceSettings{}, SequenceSettings{}));
}

TEST(Settings, RoundTripKeepsAwkwardValues) {
  const std::vector<std::string> overrides{"name=a \"b\" \\ c",
                                           "codec.mode_price=1e-6",
                                           "active.precision=1e12",
                                           "structure.outcome_concentration=0.1",
                                           "learning.scale=0.30000000000000004",
                                           "codec.smoothing=3"};
  const auto settings = parse_recipe_as<ImageSettings>("", "r", overrides);
  EXPECT_EQ(settings.name, "a \"b\" \\ c");
  EXPECT_EQ(settings.codec.preparation.smoothing, 3);
  const auto again = parse_recipe_as<ImageSettings>(to_toml(settings), "again");
  EXPECT_EQ(to_toml(again), to_toml(settings));
  EXPECT_EQ(again.jitter.scale, 0.30000000000000004);
  EXPECT_EQ(again.codec.mode_price, 1e-6);
}

TEST(Settings, LaterOverridesWin) {
  const auto settings = parse_recipe_as<ImageSettings>(
      "[codec]\nbins = 9", "r", std::vector<std::string>{"codec.bins=5", "codec.bins=11"});
  EXPECT_EQ(settings.codec.bins, 11U);
}

TEST(Settings, UnknownKeysSuggestTheNearest) {
  expect_contains(error_in("[codec]\nbin = 5"),
                  "unknown setting codec.bin, did you mean codec.bins?");
  expect_contains(error_in("nam = \"x\""), "did you mean name?");
  expect_contains(error_in("", {"structure.exemplar=3"}), "did you mean structure.exemplars?");
  const std::string far = error_in("[weather]\nrain = 1");
  expect_contains(far, "unknown setting weather.rain");
  EXPECT_EQ(far.find("did you mean"), std::string::npos);
}

TEST(Settings, ValuesOfWrongTypeOrRangeAreRefused) {
  for (const auto* line :
       {"bins = 4",           "bins = 1",           "bins = 10001",
        "bins = 7.0",         "bins = \"7\"",       "bins = [7]",
        "bins = true",        "height = 0.5",       "height = -8",
        "height = 4097",      "smoothing = nan",    "smoothing = inf",
        "smoothing = -inf",   "smoothing = -0.1",   "smoothing = \"2\"",
        "smoothing = {}",     "mode_price = 0",     "mode_price = 1e300",
        "tile_spacing = 0.5", "tile_spacing = nan", "outcomes = \"softly\"",
        "outcomes = 1",       "fit_images = 0",     "max_modes = 9223372036854775807"}) {
    const std::string error = error_in(std::string("[codec]\n") + line);
    expect_contains(error,
                    "r.toml: codec." + std::string(line).substr(0, std::string(line).find(' ')));
    expect_contains(error, "expected");
  }
  EXPECT_NE(error_in("name = 3"), "");
  EXPECT_NE(error_in("codec = 3"), "");
  EXPECT_NE(error_in("", {"structure.exemplars=0"}), "");
}

TEST(Settings, ThatContradictEachOtherAreRefused) {
  expect_contains(error_in("[learning]\nmethod = \"online\""), "learning.method: expected \"em\"");
  expect_contains(error_in("[structure]\ntrees = \"shared\"\n[contrastive]\npasses = 1"),
                  "contrastive.passes: expected 0");
  EXPECT_EQ(error_in("[structure]\ntrees = \"shared\"\n[learning]\nmethod = \"online\""), "");
}

TEST(Settings, BadTomlIsToldWithItsLine) {
  expect_contains(error_in("name = \"x\"\n[codec]\nbins = = 7\n"), "r.toml, line 3: expected TOML");
  expect_contains(error_in("[codec]\nbins = 7\nbins = 9\n"), "line 3");
  expect_contains(error_in("[codec\n"), "line 1");
  expect_contains(error_in(std::string("\xff\xfe\0x", 4)), "r.toml");
  expect_contains(error_in("a = " + std::string(100000, '[')), "r.toml");
}

TEST(Settings, OverridesAreOneKeyAndOneValue) {
  for (const auto* bad : {"", "codec.bins", "=7", "codec.bins=", "codec.bins=7\nname=\"x\"",
                          "codec.bins=7,9", "codec=7", "codec.bins={a = 1}"}) {
    const std::string error = error_in("", {bad});
    expect_contains(error, "setting ");
  }
  EXPECT_EQ(parse_recipe_as<ImageSettings>("", "r", std::vector<std::string>{"codec.outcomes=hard"})
                .codec.soft_bins,
            false);
  EXPECT_EQ(
      parse_recipe_as<ImageSettings>("", "r", std::vector<std::string>{"codec.outcomes=\"hard\""})
          .codec.soft_bins,
      false);
}

/// A program may have set its user's locale; recipes are read and written all the same.
TEST(Recipes, DoNotDependOnTheLocale) {
  const std::vector<std::string> overrides{"codec.tile_spacing=7.5", "codec.height=1024"};
  const auto expected = to_toml(load_recipe("video", overrides));
  const test::CommaLocale comma;
  EXPECT_EQ(to_toml(load_recipe("video", overrides)), expected);
  expect_contains(
      error_of([] { load_recipe("video", std::vector<std::string>{"codec.tile_spacing=1234.5"}); }),
      "got 1234.5");
}

}  // namespace
}  // namespace rgm
