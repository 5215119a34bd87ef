#include <cstdio>

#include "rgm/pipelines/image_evaluation.h"
#include "rgm/pipelines/image_training.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"

// Learns to tell bright top halves from bright bottom halves, and keeps the model in a file.
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
  const auto result = rgm::evaluate(rgm::read_model_as<rgm::ImageModel>("halves.rgm"), data);
  std::printf("accuracy %.3f\n", result.accuracy);
  return result.accuracy == 1 ? 0 : 1;
}
