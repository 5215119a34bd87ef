// Trains a classifier of images, tests it and keeps it in a file:
//   classify_images mnist:train[:5000] mnist:test digits.rgm
#include <exception>
#include <iostream>

#include "rgm/base/error.h"
#include "rgm/experiments/image_data.h"
#include "rgm/pipelines/image_evaluation.h"
#include "rgm/pipelines/image_training.h"
#include "rgm/pipelines/settings_search.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"

int main(int argc, char** argv) try {
  if (argc != 4) throw rgm::Error("usage: classify_images TRAIN TEST MODEL");
  auto settings = rgm::load_recipe_as<rgm::ImageSettings>("generative");
  const auto data = rgm::load_for_training(argv[1], settings).images;
  settings = rgm::search_settings(data, settings).settings;  // what suits these images
  const auto training = rgm::train_images(data, settings);
  const auto evaluation =
      rgm::evaluate(training.model, rgm::load_for_model(training.model, argv[2]).data);
  std::cout << "accuracy " << evaluation.accuracy << ", standard error "
            << evaluation.standard_error << '\n'
            << "of the surer half " << evaluation.accuracy_of_surest(0.5) << '\n'
            << "ln P(image) " << evaluation.log_evidence << " nats on average\n";
  rgm::write_model(argv[3], training.model);
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
