#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/media/synthetic_clips.h"
#include "rgm/pipelines/game_training.h"
#include "rgm/pipelines/image_training.h"
#include "rgm/pipelines/merge_models.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"
#include "support/bar_pictures.h"
#include "support/learning_support.h"

// Training that is interrupted at any of its checkpoints goes on to the same model, bit for bit.

namespace rgm {
namespace {

using test::bar_options;
using test::bar_pictures;
using test::bar_settings;
using test::error_of;

using Bytes = std::vector<std::uint8_t>;

/// The files of a run: each of its checkpoints, and the model last.
template <class Model>
using Run = std::function<std::vector<Bytes>(const Model* resume)>;

/// From each checkpoint, as its file holds it, to the same checkpoints after it and to the same
/// model.
template <class Model>
void check_resumes(std::size_t checkpoints, const Run<Model>& run) {
  const auto whole = run(nullptr);
  ASSERT_EQ(whole.size(), checkpoints + 1);
  EXPECT_FALSE(parse_model_as<Model>(whole.back(), "model").unfinished.has_value());
  for (std::size_t i = 0; i < checkpoints; ++i) {
    const auto checkpoint = parse_model_as<Model>(whole[i], "checkpoint");
    const auto rest = run(&checkpoint);
    for (std::size_t back = 1; back <= rest.size(); ++back)
      EXPECT_TRUE(rest[rest.size() - back] == whole[whole.size() - back])
          << "from checkpoint " << i << ", " << back - 1 << " before the model";
  }
}

void check_images(std::size_t checkpoints, const ImageSettings& settings,
                  const ImageModel* like = nullptr) {
  const auto data = bar_pictures(4, 120, 1);
  check_resumes<ImageModel>(checkpoints, [&](const ImageModel* resume) {
    std::vector<Bytes> files;
    auto options = bar_options();
    options.checkpoint_items = 50;
    options.like = like;
    options.resume = resume;
    options.checkpoint = [&](const ImageModel& model) { files.push_back(encode_model(model)); };
    const auto result = train_images(data, settings, options);
    EXPECT_EQ(result.log_evidence.size(), settings.online ? 0U : settings.passes);
    files.push_back(encode_model(result.model));
    return files;
  });
}

TEST(Resume, Images) {
  auto settings = bar_settings(true);
  settings.affine_copies = 1;
  check_images(2, settings);  // after the first and second of three passes
  settings.contrastive_passes = 2;
  settings.contrastive_updates = 5;
  check_images(4, settings);

  settings = bar_settings(false);
  check_images(2, settings);
  settings.online = true;
  check_images(2, settings);  // after 50 and 100 of 120 pictures
}

TEST(Resume, ImagesLikeAModel) {
  const auto like = train_images(bar_pictures(4, 100, 2), bar_settings(true), bar_options()).model;
  check_images(2, bar_settings(true), &like);
}

Images bird(std::size_t frames) {
  return flapping_bird({.height = 32, .width = 32, .frames = frames, .period = 32});
}

TEST(Resume, Sequences) {
  const auto settings = load_recipe_as<SequenceSettings>(
      "video",
      std::vector<std::string>{"codec.height=32", "codec.width=32", "codec.tile_spacing=8.0",
                               "codec.max_modes=4", "learning.passes=3"});
  const auto first = bird(48), second = bird(20);
  const std::vector films{film_of(first), film_of(second)};
  const SequenceModel base = train_sequence(std::span(films).first(1), settings).model;
  const SequenceModel* const none = nullptr;
  for (const auto* extend : {none, &base})
    check_resumes<SequenceModel>(4, [&](const SequenceModel* resume) {
      std::vector<Bytes> files;
      SequenceTrainingOptions options;
      options.extend = extend;
      options.resume = resume;
      options.checkpoint = [&](const SequenceModel& model) {
        files.push_back(encode_model(model));
      };
      const auto result = train_sequence(films, settings, options);
      EXPECT_EQ(result.log_evidence.size(), 3U);
      files.push_back(encode_model(result.model));
      return files;
    });
}

GameSettings small_pong(const std::vector<std::string>& overrides = {}) {
  std::vector<std::string> all{"game.rows=6", "game.columns=5", "frames=3000",
                               "learning.random_frames=500", "planning.novelty_frames=2000"};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return load_recipe_as<GameSettings>("game", all);
}

void check_game(std::size_t checkpoints, const GameSettings& settings,
                const PlayModel* extend = nullptr) {
  std::vector<std::uint8_t> hits;
  check_resumes<PlayModel>(checkpoints, [&](const PlayModel* resume) {
    std::vector<Bytes> files;
    GameTrainingOptions options{.seed = 3, .extend = extend, .checkpoint_frames = 600};
    options.resume = resume;
    options.checkpoint = [&](const PlayModel& model) { files.push_back(encode_model(model)); };
    const auto result = train_game("pong", settings, options);
    if (resume == nullptr)
      hits = result.record.hits;
    else
      EXPECT_EQ(result.record.hits, hits);
    files.push_back(encode_model(result.model));
    return files;
  });
}

TEST(Resume, Games) {
  check_game(3, small_pong());
  check_game(3, small_pong({"planning.method=\"induction\"", "planning.selection=\"explicit\""}));
  check_game(3, small_pong({"planning.precision=3.0", "recognition.exploring=\"infer\""}));
  const auto base = train_game("pong", small_pong({"frames=1000"}), {.seed = 1}).model;
  check_game(3, small_pong(), &base);
  // Values far ahead depend in their last bits on where planning began.
  check_game(3, small_pong({"planning.discount=0.9999"}));
}

TEST(Resume, RefusesOtherTraining) {
  const auto data = bar_pictures(4, 120, 1);
  const auto settings = bar_settings(true);
  ImageModel checkpoint;
  auto options = bar_options();
  options.checkpoint = [&](const ImageModel& model) { checkpoint = model; };
  const auto finished = train_images(data, settings, options).model;
  options.checkpoint = nullptr;

  const auto refused = [&](const ImageModel& resume, auto change) {
    auto other_data = data;
    auto other = settings;
    auto other_options = options;
    other_options.resume = &resume;
    change(other_data, other, other_options);
    return error_of([&] { train_images(other_data, other, other_options); });
  };
  const auto has = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  using Data = LabelledImages;
  using Settings = ImageSettings;
  using Options = TrainingOptions;
  EXPECT_EQ(refused(checkpoint, [](Data&, Settings&, Options&) {}), "");
  EXPECT_TRUE(has(refused(finished, [](Data&, Settings&, Options&) {}), "finished model"));
  EXPECT_TRUE(has(refused(checkpoint, [](Data&, Settings& s, Options&) { s.name = "other"; }),
                  "recipe: expected bars"));
  EXPECT_TRUE(has(refused(checkpoint, [](Data&, Settings& s, Options&) { s.passes = 5; }),
                  "learning.passes: expected 3, got 5"));
  EXPECT_TRUE(has(refused(checkpoint, [](Data&, Settings&, Options& o) { o.seed = 5; }),
                  "seed: expected 0, that of the checkpoint, got 5"));
  EXPECT_TRUE(has(refused(checkpoint, [](Data&, Settings&, Options& o) { o.data_set = "b"; }),
                  "data: expected bars:<train>"));
  EXPECT_TRUE(has(refused(checkpoint, [](Data&, Settings&, Options& o) { o.like = o.resume; }),
                  "model to begin with"));
  EXPECT_TRUE(has(refused(checkpoint, [](Data& d, Settings&, Options&) { d.labels[0] ^= 1; }),
                  "other data"));
  EXPECT_TRUE(has(refused(checkpoint,
                          [](Data& d, Settings&, Options&) {
                            for (auto& pixel : d.images.pixels) pixel = pixel > 100 ? 0 : 255;
                          }),
                  "other data"));

  // Nor is an unfinished model merged.
  EXPECT_TRUE(has(error_of([&] { merge_models(checkpoint, finished); }), "finished"));

  PlayModel play;
  GameTrainingOptions game{.seed = 3, .checkpoint_frames = 600};
  game.checkpoint = [&](const PlayModel& model) { play = model; };
  train_game("pong", small_pong(), game);
  game.checkpoint = nullptr;
  game.resume = &play;
  EXPECT_TRUE(has(error_of([&] { train_game("pong", small_pong({"frames=2900"}), game); }),
                  "frames: expected 3000, got 2900"));
  auto& actions = play.unfinished->actions;
  for (std::size_t i = 400; i < 500; ++i) actions[i] = actions[i] == 0 ? 1 : 0;
  const auto error = error_of([&] { train_game("pong", small_pong(), game); });
  EXPECT_TRUE(has(error, "other data") || has(error, "past of this play")) << error;
}

}  // namespace
}  // namespace rgm
