#include "rgm/experiments/image_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "rgm/base/error.h"
#include "rgm/media/picture_file.h"
#include "rgm/pipelines/image_evaluation.h"
#include "rgm/pipelines/image_training.h"
#include "support/bar_pictures.h"
#include "support/error_of.h"

namespace rgm {
namespace {

namespace fs = std::filesystem;

/// A folder of bars by their class, of several sizes, in RGB; it goes away at the end of the test.
class ImageData : public testing::Test {
 protected:
  ImageData() {
    fs::remove_all(folder_);
    const auto bars = test::bar_pictures(3, 60, 1);
    for (std::size_t i = 0; i < 60; ++i) {
      Images picture{test::kBarHeight, test::kBarWidth, 3, {}};
      for (const std::uint8_t value : bars.images.image(i))
        picture.pixels.insert(picture.pixels.end(), 3, value);
      if (i % 4 == 0) {  // one row less
        --picture.height;
        picture.pixels.resize(picture.pixels_per_image());
      }
      const fs::path place = folder_ / bars.class_names[static_cast<std::size_t>(bars.labels[i])];
      fs::create_directories(place);
      write_png(place / (std::to_string(100 + i) + ".png"), picture);
    }
  }
  ~ImageData() override { fs::remove_all(folder_); }

  const fs::path folder_ =
      fs::temp_directory_path() / (std::string("rgm-image-data-") +
                                   testing::UnitTest::GetInstance()->current_test_info()->name());
  ImageSettings settings_ = test::bar_settings(true);
};

TEST_F(ImageData, IsReadInTheShapeOfTheModel) {
  const auto data = load_for_training(folder_, settings_);
  EXPECT_EQ(data.images.images.count(), 60U);
  EXPECT_EQ(shape_of(data.images.images), (PictureShape{test::kBarHeight, test::kBarWidth, 1}))
      << "grey, since no picture has a colour";
  EXPECT_TRUE(data.held_out.labels.empty());
  settings_.loading.fit = Fit::kPad;
  const auto model = train_images(data.images, settings_, test::bar_options()).model;

  const auto whole = load_for_model(model, folder_);
  EXPECT_TRUE(std::ranges::is_sorted(whole.data.names)) << "in the order of the files";
  EXPECT_GT(evaluate(model, whole.data).accuracy, 0.9);
  // A picture of another size and in colour, by the model's own loading: black above and below.
  write_png(folder_ / "wide.png", {8, 64, 3, std::vector<std::uint8_t>(8 * 64 * 3, 200)});
  const auto padded = load_for_model(model, folder_ / "wide.png").data.images;
  EXPECT_EQ(shape_of(padded), shape_of(data.images.images));
  EXPECT_EQ(padded.pixels[0], 255) << "the ground";
  EXPECT_EQ(padded.pixels[test::kBarHeight / 2 * test::kBarWidth], 200);
}

TEST_F(ImageData, HoldsOutAShareOfEachClass) {
  settings_.train_images = 30;
  const auto data = load_for_training(folder_, settings_, {}, {.share = 0.25, .seed = 3});
  ASSERT_EQ(data.held_out.images.count(), 15U);
  EXPECT_EQ(data.images.images.count(), 30U) << "the first of those that are not held out";
  for (int k = 0; k < 3; ++k) {
    EXPECT_EQ(std::ranges::count(data.held_out.labels, k), 5);
    EXPECT_GE(std::ranges::count(data.images.labels, k), 8) << "whatever the order of the files";
  }
  EXPECT_EQ(shape_of(data.held_out.images), shape_of(data.images.images));
  for (const auto& name : data.held_out.names)
    EXPECT_EQ(std::ranges::count(data.images.names, name), 0);
  EXPECT_THROW(load_for_training(folder_ / "row 0", settings_, {}, {.share = 0.25, .seed = 3}),
               BadInput)
      << "no labels";
}

TEST_F(ImageData, TellsWhatWasFoundAndWhatCannotBeTested) {
  fs::create_directories(folder_ / "rare");
  write_png(folder_ / "rare/1.png", {8, 40, 1, std::vector<std::uint8_t>(320, 3)});
  const auto data = load_for_training(folder_, settings_, {}, {.share = 0.25, .seed = 3});
  EXPECT_EQ(data.survey.count, 46U);
  EXPECT_EQ(data.survey.largest.width, 40U);
  std::string told;
  for (const auto& note : data.notes) told += text(note) + ';';
  EXPECT_NE(told.find("classes of a single picture, which are never tested: class \"rare\";"),
            std::string::npos)
      << told;
  // Those of a row less, and the wide one.
  EXPECT_NE(told.find("stretched (--fit): 16, the first "), std::string::npos) << told;
  EXPECT_EQ(told.find("made colour"), std::string::npos) << "all are grey in the end: " << told;
}

TEST_F(ImageData, RefusesOneClassAlone) {
  for (const char* name : {"row 1", "row 2"}) fs::remove_all(folder_ / name);
  const std::string message = test::error_of([&] { load_for_training(folder_, settings_); });
  EXPECT_NE(message.find(folder_.string() + ": images of one class alone, \"row 0\""),
            std::string::npos);
  EXPECT_TRUE(message.ends_with("name " + (folder_ / "row 0").string())) << message;
}

TEST_F(ImageData, BeginsInTheShapeOfAnotherModel) {
  const auto data = load_for_training(folder_, settings_);
  const auto model = train_images(data.images, settings_, test::bar_options()).model;
  fs::remove_all(folder_ / "row 1");
  write_png(folder_ / "row 0/large.png", {40, 40, 3, std::vector<std::uint8_t>(4800, 9)});
  const auto more = load_for_training(folder_, settings_, {}, {}, &model);
  EXPECT_EQ(shape_of(more.images.images), shape_of(data.images.images));
}

}  // namespace
}  // namespace rgm
