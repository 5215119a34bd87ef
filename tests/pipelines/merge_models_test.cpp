#include "rgm/pipelines/merge_models.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "media/media_test_support.h"
#include "rgm/base/film.h"
#include "rgm/base/random.h"
#include "rgm/media/synthetic_clips.h"
#include "rgm/pipelines/film_tasks.h"
#include "rgm/pipelines/image_training.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/recipes/recipe.h"
#include "structure/sequence_support.h"
#include "support/bar_pictures.h"

namespace rgm {
namespace {

using test::error_of;
using test::expect_contains;

SequenceSettings film_settings(const std::vector<std::string>& more = {}) {
  std::vector<std::string> all{"codec.height=32", "codec.width=32", "codec.tile_spacing=8.0",
                               "codec.max_modes=4"};
  all.insert(all.end(), more.begin(), more.end());
  return load_recipe_as<SequenceSettings>("video", all);
}

template <class Data, class Settings>
SequenceModel train(const Data& data, const Settings& settings, const std::string& name,
                    const SequenceModel* like = nullptr, const SequenceModel* extend = nullptr) {
  SequenceTrainingOptions options;
  options.data_set = name;
  options.like = like;
  options.extend = extend;
  return train_sequence(std::span(&data, 1), settings, options).model;
}

void expect_same_numbers(const Hierarchy& a, const Hierarchy& b) {
  ASSERT_EQ(a.levels.size(), b.levels.size());
  for (std::size_t n = 0; n < a.levels.size(); ++n)
    for (std::size_t f = 0; f < a.levels[n].factors.size(); ++f) {
      EXPECT_EQ(a.levels[n].factors[f].num_states(), b.levels[n].factors[f].num_states()) << n;
      EXPECT_EQ(a.levels[n].factors[f].num_paths, b.levels[n].factors[f].num_paths) << n;
    }
}

std::vector<double> surprises(const SequenceModel& model, const Outcomes& outcomes) {
  std::vector<double> result;
  outcome_surprise(model, outcomes,
                   [&](std::size_t, const OutcomeSurprise& s) { result.push_back(s.step); });
  return result;
}

TEST(MergeModels, FilmsLearntApartAreAsLearntInTurn) {
  const auto bird_frames = flapping_bird({.height = 32, .width = 32, .frames = 64, .period = 32});
  const auto ball_frames = bouncing_ball({.height = 32, .width = 32, .frames = 60, .period = 20});
  const auto bird = film_of(bird_frames, 25, "bird"), ball = film_of(ball_frames, 25, "ball");
  const auto settings = film_settings({"kinds.number=0"});
  const auto first = train(bird, settings, "bird");
  const auto second = train(ball, settings, "ball", &first);
  const auto both = train(ball, settings, "ball", nullptr, &first);
  EXPECT_EQ(second.provenance.data_set, "ball");
  const auto merged = merge_models(first, second);
  EXPECT_EQ(merged.provenance, both.provenance);
  EXPECT_EQ(merged.provenance.data_set, "bird, ball");
  EXPECT_EQ(merged.provenance.units_seen, 124U);
  expect_same_numbers(merged.tree, both.tree);
  EXPECT_TRUE(test::knowledge_of(merged.tree) == test::knowledge_of(both.tree));
  for (const auto* film : {&bird, &ball}) {
    const auto outcomes = encode_film(film_codec(both.front_end).voxels, *film).outcomes;
    const auto a = surprises(merged, outcomes), b = surprises(both, outcomes);
    for (std::size_t t = 0; t < a.size(); ++t) EXPECT_NEAR(a[t], b[t], 1e-8) << t;
  }
}

// Kinds are counted in one pass, each step with what was learnt before it: the counts of two add
// up, and tell nearly what learning in turn does.
TEST(MergeModels, KindsAddUp) {
  const auto bird_frames = flapping_bird({.height = 32, .width = 32, .frames = 64, .period = 32});
  const auto ball_frames = bouncing_ball({.height = 32, .width = 32, .frames = 60, .period = 20});
  const auto bird = film_of(bird_frames, 25, "bird"), ball = film_of(ball_frames, 25, "ball");
  const auto settings = film_settings();
  const auto first = train(bird, settings, "bird");
  const auto second = train(ball, settings, "ball", &first);
  const auto both = train(ball, settings, "ball", nullptr, &first).tree.kinds;
  const auto merged = merge_models(first, second).tree.kinds;
  ASSERT_FALSE(merged.empty());
  EXPECT_EQ(merged.frequencies, both.frequencies);
  for (std::size_t t = 0; t < merged.tables.size(); ++t)
    for (std::size_t last = 0; last < merged.tables[t].num_outcomes; ++last) {
      const auto &a = merged.tables[t].after_last[last], &b = both.tables[t].after_last[last];
      EXPECT_EQ(a.outcomes, b.outcomes);
      EXPECT_NEAR(std::accumulate(a.totals.begin(), a.totals.end(), 0.0),
                  std::accumulate(b.totals.begin(), b.totals.end(), 0.0), 1e-9);
    }
  const auto without = train(ball, film_settings({"kinds.number=0"}), "ball", nullptr, nullptr);
  EXPECT_TRUE(without.tree.kinds.empty());
}

/// Random symbols in some columns, mostly repeating.
SymbolTable random_table(Random& random, std::size_t columns, std::size_t rows) {
  SymbolTable table{{}, Matrix<std::int64_t>(rows, columns)};
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c)
      table.values(r, c) = r > 0 && random.index(3) > 0
                               ? table.values(random.index(r), c)
                               : static_cast<std::int64_t>(random.index(3));
  return table;
}

// Without ends that are cut off, which join what begins alike by then: always exactly.
RC_GTEST_PROP(MergeModels, SymbolsLearntApartAreAsLearntInTurn, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t columns = 1 + random.index(3);
  const auto a = random_table(random, columns, 16 + random.index(16)),
             b = random_table(random, columns, 16 + random.index(16));
  const auto settings = load_recipe_as<SymbolSettings>(
      "symbols", std::vector<std::string>{
                     "codec.symbols=3", "structure.min_levels=3", "kinds.number=0",
                     random.index(2) == 0 ? "structure.group_size=1" : "structure.group_size=9"});
  auto growth = growth_of(settings);
  growth.structure.incomplete_ends = false;
  const auto learn = [&](const SymbolTable& table, const SequenceModel* like,
                         const SequenceModel* extend) {
    SequenceTrainingOptions options;
    options.like = like;
    options.extend = extend;
    return grow_sequence_model(encode_symbols(std::span(&table, 1), settings, options), growth,
                               options)
        .model;
  };
  const auto first = learn(a, nullptr, nullptr);
  const auto second = learn(b, &first, nullptr), both = learn(b, nullptr, &first);
  const auto merged = merge_models(first, second);
  RC_ASSERT(test::knowledge_of(merged.tree) == test::knowledge_of(both.tree));
  RC_ASSERT(test::knowledge_of(merge_models(second, first).tree) == test::knowledge_of(both.tree));
  for (const auto* table : {&a, &b}) {
    const auto outcomes = symbol_codec(both.front_end).encode(*table);
    const auto of_merged = surprises(merged, outcomes), of_both = surprises(both, outcomes);
    for (std::size_t t = 0; t < of_both.size(); ++t)
      RC_ASSERT(std::abs(of_merged[t] - of_both[t]) < 1e-8);
  }
}

TEST(MergeModels, SaysWhyNot) {
  Random random(1);
  const auto a = random_table(random, 1, 40), b = random_table(random, 1, 30);
  auto c = b;
  for (auto& value : c.values.values()) value += 1;
  const auto settings = [](const std::string& override) {
    return load_recipe_as<SymbolSettings>("symbols", std::vector{override});
  };
  const auto plain = settings("codec.symbols=0");
  const auto first = train(a, plain, "a");
  const auto error = [](const SequenceModel& into, const SequenceModel& from) {
    return error_of([&] { merge_models(into, from); });
  };
  expect_contains(error(first, train(c, plain, "c")),
                  "merge: expected models that were learnt with one codec (learn the second like "
                  "the first): symbols: column 0: expected the same alphabet");
  expect_contains(error(first, train(b, settings("structure.paths=one"), "b", &first)),
                  "merge: settings: structure.paths: expected \"many\", got \"one\"");
  expect_contains(error(first, train(b, settings("kinds.number=0"), "b")),
                  "merge: settings: kinds.number: expected 6, got 0");
  const auto refined = settings("learning.passes=2");
  expect_contains(error(train(a, refined, "a"), train(b, refined, "b")),
                  "merge: expected counts of structure learning alone, got 2 EM passes");
  expect_contains(error(first, first), "merge: a: learnt in both; expected models learnt apart");
  auto renamed = first;  // what one machine learnt may equal what another did
  renamed.provenance.data_set = "b";
  EXPECT_EQ(merge_models(first, renamed).provenance.units_seen, 80U);
  renamed.reading = SoftReading::kCount;
  expect_contains(error(first, renamed), "merge: expected the same reading of soft outcomes");
  const auto ball = bouncing_ball({.height = 32, .width = 32, .frames = 40, .period = 20});
  const auto by_evidence = film_settings({"structure.states=evidence"});
  const auto film = train(film_of(ball), by_evidence, "ball");
  expect_contains(error(film, film), "merge: expected states that are distinct joint outcomes");
  expect_contains(error(film, first), "expected a model of films, got one of symbols");
  const auto other = bouncing_ball({.height = 32, .width = 32, .frames = 40, .period = 16});
  expect_contains(error(train(film_of(ball), film_settings(), "ball"),
                        train(film_of(other), film_settings(), "other")),
                  "learnt with one codec");
  SequenceTrainingOptions both;
  both.like = both.extend = &first;
  expect_contains(error_of([&] { train_sequence(std::span(&a, 1), plain, both); }), "got both");
}

// ---- images

LabelledImages part(const LabelledImages& all, std::size_t first, std::size_t last) {
  LabelledImages result;
  result.images = {all.images.height, all.images.width, all.images.channels, {}};
  for (std::size_t i = first; i < last; ++i) {
    const auto image = all.images.image(i);
    result.images.pixels.insert(result.images.pixels.end(), image.begin(), image.end());
  }
  result.labels.assign(all.labels.begin() + static_cast<std::ptrdiff_t>(first),
                       all.labels.begin() + static_cast<std::ptrdiff_t>(last));
  result.class_names = all.class_names;
  return result;
}

struct Shards {
  LabelledImages all, one, other;
  ImageModel beginning;
  ImageSettings settings;

  ImageModel learn(const LabelledImages& data, const ImageModel& like) const {
    auto options = test::bar_options();
    options.like = &like;
    return train_images(data, settings, options).model;
  }
};

Shards shards(bool tree_per_class) {
  Shards result;
  result.all = test::bar_pictures(3, 180, 4);
  result.one = part(result.all, 0, 60);
  result.other = part(result.all, 60, 180);
  result.settings = test::bar_settings(tree_per_class);
  result.settings.passes = 1;
  result.beginning = train_images(result.one, result.settings, test::bar_options()).model;
  return result;
}

void expect_same_counts(const ImageModel& a, const ImageModel& b) {
  ASSERT_EQ(a.trees.size(), b.trees.size());
  const auto near = [](double x, double y) { return std::abs(x - y) <= 1e-4 * (1 + std::abs(y)); };
  for (std::size_t k = 0; k < a.trees.size(); ++k) {
    EXPECT_TRUE(
        std::ranges::equal(a.trees[k].initial_state_counts, b.trees[k].initial_state_counts, near));
    for (std::size_t n = 0; n < a.trees[k].levels.size(); ++n)
      for (std::size_t f = 0; f < a.trees[k].levels[n].factors.size(); ++f)
        EXPECT_TRUE(std::ranges::equal(a.trees[k].levels[n].factors[f].likelihood.counts().values(),
                                       b.trees[k].levels[n].factors[f].likelihood.counts().values(),
                                       near))
            << k << ' ' << n << ' ' << f;
  }
  EXPECT_EQ(a.class_counts, b.class_counts);
}

TEST(MergeModels, OnePassApartIsOnePassOverAll) {
  for (const bool tree_per_class : {true, false}) {
    const auto data = shards(tree_per_class);
    auto model = data.beginning;
    for (int round = 0; round < 2; ++round) {  // and so on, round by round
      const auto one = data.learn(data.one, model), other = data.learn(data.other, model);
      const auto all = data.learn(data.all, model);
      const auto merged = merge_models(one, other);
      merged.validate();
      expect_same_counts(merged, all);
      EXPECT_EQ(merged.provenance.units_seen, 180U);
      EXPECT_EQ(merged.provenance.data_set, "bars:<train>, bars:<train>");
      EXPECT_NE(merged.provenance.learnt_from, 0U);
      model = merged;
    }
  }
}

TEST(MergeModels, ImagesSayWhyNot) {
  const auto data = shards(true);
  const auto error = [](const ImageModel& into, const ImageModel& from) {
    return error_of([&] { merge_models(into, from); });
  };
  const auto one = data.learn(data.one, data.beginning);
  expect_contains(error(one, one), "bars:<train>: learnt in both; expected models learnt apart");
  const auto apart = train_images(data.other, data.settings, test::bar_options()).model;
  expect_contains(error(one, apart), "merge: expected models that were learnt with one codec");
  expect_contains(error(data.beginning, data.beginning),
                  "merge: expected models that were learnt from one beginning");
  expect_contains(error(one, data.learn(data.other, one)), "learnt from one beginning");
  auto twice = data;
  twice.settings.passes = 2;
  const auto refined = twice.learn(data.one, data.beginning);
  expect_contains(error(one, refined), "merge: settings: learning.passes: expected 1, got 2");
  expect_contains(error(refined, refined),
                  "merge: expected one EM pass, whose counts add up, got 2");
  auto online = shards(false);
  online.settings.online = true;
  const auto active = online.learn(online.one, online.beginning);
  expect_contains(error(active, active), "merge: expected learning by EM, got learning online");
  auto fewer = data.other;
  fewer.class_names.back() = "another";
  expect_contains(error_of([&] { data.learn(fewer, data.beginning); }),
                  "training: expected the classes of the model to begin with");
  auto finer = data;
  finer.settings.codec.bins = 5;
  expect_contains(error_of([&] { finer.learn(data.one, data.beginning); }),
                  "training: expected the codec and the number of trees");
}

}  // namespace
}  // namespace rgm
