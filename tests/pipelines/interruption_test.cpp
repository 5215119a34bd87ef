#include "rgm/base/interruption.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/media/synthetic_clips.h"
#include "rgm/pipelines/image_training.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"
#include "support/bar_pictures.h"

// Training without any progress can be stopped at any time, and leaves nothing behind.

namespace rgm {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Stops training at its first, middle and last question whether it is wanted. It must ask `least`
/// times.
void expect_stoppable(const std::function<Bytes()>& train, std::size_t least) {
  std::size_t asked = 0;
  Bytes whole;
  {
    const InterruptionScope scope([&] { ++asked; });
    whole = train();
  }
  EXPECT_GE(asked, least);
  for (const std::size_t last : {std::size_t{1}, asked / 4, asked / 2, asked}) {
    std::size_t left = last;
    const InterruptionScope scope([&] {
      if (--left == 0) throw Interrupted();
    });
    EXPECT_THROW(train(), Interrupted) << last << " of " << asked;
  }
  EXPECT_TRUE(train() == whole);
}

TEST(InterruptedTraining, OfPictures) {
  const auto data = test::bar_pictures(3, 60, 1);
  for (const bool tree_per_class : {false, true})
    expect_stoppable(
        [&] {
          return encode_model(
              train_images(data, test::bar_settings(tree_per_class), test::bar_options()).model);
        },
        60);
}

TEST(InterruptedTraining, OfPicturesOnline) {
  const auto data = test::bar_pictures(3, 60, 1);
  auto settings = test::bar_settings(false);
  settings.online = true;
  expect_stoppable(
      [&] { return encode_model(train_images(data, settings, test::bar_options()).model); }, 120);
}

TEST(InterruptedTraining, OfSymbols) {
  SymbolTable table;
  table.values = Matrix<std::int64_t>(200, 2);
  for (std::size_t t = 0; t < 200; ++t)
    for (std::size_t c = 0; c < 2; ++c)
      table.values(t, c) = static_cast<std::int64_t>((t * (c + 3) + t / 7) % 5);
  expect_stoppable(
      [&] {
        return encode_model(train_sequence(std::span<const SymbolTable>(&table, 1),
                                           load_recipe_as<SymbolSettings>("symbols", {}), {})
                                .model);
      },
      500);
}

TEST(InterruptedTraining, OfFilms) {
  const auto frames = flapping_bird({.height = 32, .width = 32, .frames = 48, .period = 32});
  const auto film = film_of(frames, 25, "bird");
  const std::array<std::string, 4> small{"codec.height=32", "codec.width=32",
                                         "codec.tile_spacing=8.0", "codec.max_modes=4"};
  const auto settings = load_recipe_as<SequenceSettings>("video", small);
  SequenceTrainingOptions options;
  options.threads = 1;
  expect_stoppable(
      [&] { return encode_model(train_sequence(std::span(&film, 1), settings, options).model); },
      100);
}

}  // namespace
}  // namespace rgm
