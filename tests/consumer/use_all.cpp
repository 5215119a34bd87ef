#include <cstdio>
#include <vector>

#include "rgm/experiments/experiment_statistics.h"
#include "rgm/media/picture_file.h"
#include "rgm/pipelines/image_evaluation.h"
#include "rgm/pipelines/image_training.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"

// Learns to tell bright top halves from bright bottom halves, and keeps the model in a file
// and a picture in another.
int main() {
  rgm::LabelledImages data{{8, 8, 1, {}}, {}, {"top", "bottom"}};
  for (int i = 0; i < 40; ++i) {
    const int label = i % 2;
    for (int pixel = 0; pixel < 64; ++pixel) {
      const bool bright = (pixel >= 32) == (label == 1);
      data.images.pixels.push_back(
          static_cast<std::uint8_t>(bright ? 200 + (i * pixel) % 50 : (i + pixel) % 20));
    }
    data.labels.push_back(label);
  }
  const auto model =
      rgm::train_images(data, rgm::load_recipe_as<rgm::ImageSettings>("generative")).model;
  rgm::write_model("halves.rgm", model);
  rgm::write_png("half.png", {8, 8, 1, {data.images.image(0).begin(), data.images.image(0).end()}});
  if (rgm::read_picture("half.png").pixels.size() != 64) return 1;
  if (rgm::mean_interval(std::vector{1.0, 3.0}).mean != 2) return 1;
  const auto result = rgm::evaluate(rgm::read_model_as<rgm::ImageModel>("halves.rgm"), data);
  std::printf("accuracy %.3f\n", result.accuracy);
  return result.accuracy == 1 ? 0 : 1;
}
