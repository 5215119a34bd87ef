#include <algorithm>
#include <cstdio>

#include "rgm/agent/agent.h"
#include "rgm/pipelines/game_training.h"
#include "rgm/pipelines/image_evaluation.h"
#include "rgm/pipelines/image_training.h"
#include "rgm/recipes/recipe.h"

// What the core alone does, linked with nothing but oneTBB: it learns to tell bright top halves
// from bright bottom halves, says the class of new ones, and learns to play a game.
namespace {

rgm::LabelledImages halves(int count, int seed) {
  rgm::LabelledImages data{{8, 8, 1, {}}, {}, {"top", "bottom"}};
  for (int i = seed; i < seed + count; ++i) {
    const int label = i % 2;
    for (int pixel = 0; pixel < 64; ++pixel) {
      const bool bright = (pixel >= 32) == (label == 1);
      data.images.pixels.push_back(
          static_cast<std::uint8_t>(bright ? 200 + (i * pixel) % 50 : (i + pixel) % 20));
    }
    data.labels.push_back(label);
  }
  return data;
}

bool trains_and_evaluates() {
  const auto model =
      rgm::train_images(halves(40, 0), rgm::load_recipe_as<rgm::ImageSettings>("generative")).model;
  const auto result = rgm::evaluate(model, halves(20, 100));
  std::printf("accuracy on new pictures %.3f\n", result.accuracy);
  return result.accuracy == 1;
}

bool plays() {
  const auto settings = rgm::load_recipe_as<rgm::GameSettings>("game");
  const auto model = rgm::train_game("pong", settings).model;
  auto game = rgm::game_of(model);
  auto agent = rgm::agent_of(model, 0);
  const auto record = rgm::play(game, agent, 1024, 0);
  const auto hits = std::count(record.hits.begin(), record.hits.end(), 1);
  const auto misses = std::count(record.misses.begin(), record.misses.end(), 1);
  std::printf("pong: %td hits, %td misses in %zu frames\n", hits, misses, record.frames());
  return hits > 30 && misses == 0;
}

}  // namespace

int main() { return trains_and_evaluates() && plays() ? 0 : 1; }
