#include "rgm/pipelines/settings_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "rgm/recipes/recipe.h"
#include "support/bar_pictures.h"
#include "support/learning_support.h"

namespace rgm {
namespace {

using test::bar_pictures;
using test::bar_settings;

/// Quick to learn, of a size that may change.
ImageSettings quick() {
  auto settings = bar_settings(true);
  settings.passes = 1;
  return settings;
}

/// Pictures of four grounds that differ little, all of them with a bright bar somewhere: to take
/// values by rank alone leaves nothing of the ground.
LabelledImages grounds(std::size_t count) {
  auto data = bar_pictures(4, count, 5);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t ground = (i / 4) % 4;  // the bar's row is i % 4
    data.labels[i] = static_cast<int>(ground);
    for (auto& value : data.images.image(i))
      if (value == 0) value = static_cast<std::uint8_t>(20 + 30 * ground);
  }
  return data;
}

bool kept(const SettingsSearch& search, const std::string& change) {
  return std::ranges::any_of(search.trials, [&](const SettingsTrial& trial) {
    return trial.change == change && trial.better;
  });
}

TEST(SettingsSearch, TellsWhatItTriedAndKeepsWhatHelps) {
  const auto data = grounds(120);
  auto settings = quick();
  settings.codec.preparation.histogram_width = 24;
  const auto search = search_settings(data, settings);
  EXPECT_EQ(search.images, 120U);
  EXPECT_EQ(search.held_out, 120U);  // each once, in three folds
  EXPECT_EQ(search.folds, 3U);
  EXPECT_TRUE(kept(search, "not equalised"));
  EXPECT_EQ(search.settings.codec.preparation.histogram_width, 0);
  double best = -1e9;
  for (const auto& trial : search.trials) {
    EXPECT_LE(trial.log_score, 0);
    if (trial.better) {
      EXPECT_GE(trial.log_score, best);
      best = trial.log_score;
    }
  }
}

/// Keys and sections of all that is searched for.
std::vector<std::string> all_fixed() { return {"codec"}; }

TEST(SettingsSearch, HoldsOutAThirdOfManyImages) {
  SettingsSearchOptions options;
  options.images = 1800;
  options.fixed = all_fixed();
  const auto search = search_settings(bar_pictures(4, 2000, 1), quick(), options);
  EXPECT_EQ(search.images, 1800U);
  EXPECT_EQ(search.held_out, 600U);
  EXPECT_EQ(search.folds, 1U);
  EXPECT_EQ(search.trials.size(), 1U);  // nothing may change
}

TEST(SettingsSearch, LeavesAloneWhatSomebodyChose) {
  SettingsSearchOptions options;
  options.fixed = {"codec.smoothing", "codec.tile_spacing", "codec.pixels", "codec.max_modes"};
  auto settings = quick();
  settings.codec.preparation.smoothing = 2;
  const auto search = search_settings(bar_pictures(4, 40, 1), settings, options);
  ASSERT_EQ(search.trials.size(), 2U);
  EXPECT_EQ(search.trials[1].change, "equalised by rank");
}

TEST(SettingsSearch, LeavesClassesOfFewImagesOut) {
  auto data = bar_pictures(4, 302, 5);
  data.class_names.emplace_back("rare");
  for (const std::size_t i : {7U, 150U, 300U}) data.labels[i] = 4;
  SettingsSearchOptions options;
  options.images = 100;  // of which one is rare
  options.fixed = all_fixed();
  const auto search = search_settings(data, quick(), options);
  EXPECT_EQ(search.trials.size(), 1U);
  EXPECT_LT(search.images, 100U);
  EXPECT_GT(search.images, 97U);
}

TEST(SettingsSearch, DoesNotTryWhatTakesTooMuchMemory) {
  auto settings = quick();
  settings.affine_copies = 1000;  // in trials two
  SettingsSearchOptions options;
  options.images = 30;
  const auto search = search_settings(bar_pictures(4, 2000, 1), settings, options);
  ASSERT_GT(search.trials.size(), 1U);
  EXPECT_TRUE(search.trials[0].tried);
  EXPECT_EQ(search.trials[1].change, "pictures half as large again");
  EXPECT_FALSE(search.trials[1].tried);
}

TEST(SettingsSearch, GivesTheSameForAnyNumberOfThreads) {
  const auto data = bar_pictures(4, 60, 3);
  SettingsSearchOptions one, two;
  one.threads = 1;
  two.threads = 2;
  const auto a = search_settings(data, quick(), one), b = search_settings(data, quick(), two);
  EXPECT_EQ(to_toml(a.settings), to_toml(b.settings));
  ASSERT_EQ(a.trials.size(), b.trials.size());
  for (std::size_t i = 0; i < a.trials.size(); ++i)
    EXPECT_EQ(a.trials[i].log_score, b.trials[i].log_score);
}

TEST(SettingsSearch, SaysWhyNothingIsTried) {
  const auto why = [](const LabelledImages& data, const ImageSettings& settings) {
    const auto search = search_settings(data, settings);
    EXPECT_TRUE(search.trials.empty());
    EXPECT_EQ(to_toml(search.settings), to_toml(settings));
    return search.why_none;
  };
  auto data = bar_pictures(4, 40, 3);
  data.labels.clear();
  EXPECT_EQ(why(data, quick()), "the images have no classes");
  EXPECT_EQ(why(bar_pictures(4, 8, 3), quick()),
            "fewer than two classes have three images or more");
  auto settings = bar_settings(false);
  settings.online = true;
  EXPECT_EQ(why(bar_pictures(4, 40, 3), settings), "learning is online");
  settings = quick();
  settings.structure.outcome_concentration = 0;
  EXPECT_EQ(why(bar_pictures(4, 40, 3), settings),
            "without prior counts new images are impossible");
}

}  // namespace
}  // namespace rgm
