#pragma once

#include <cstddef>
#include <vector>

#include "rgm/trained/play_model.h"

namespace rgm::test {

/// The model in tests/storage/data/play.rgm: it has every part that a model of a game may have, and
/// values that every machine computes alike.
inline PlayModel kept_play() {
  std::size_t n = 0;
  const auto next = [&n] { return static_cast<double>(++n % 61) / 16; };

  PlayModel model;
  model.game = "lights";
  model.options = {
      .rows = 1, .columns = 2, .paddle_speed = 3, .random_start = true, .spread = 4, .bombs = 5};
  model.spaces = {{{"pixels", {3, 3}, 1, 2, {"ball", "brick", "Ödnis"}},
                   {"reward", {2}, 0, 0, {"none", "hit"}},
                   {"cost", {2}, 0, 0, {}},
                   {"action", {4}, 0, 0, {}}},
                  {"left", "right"}};
  model.provenance = {"0.3.0", "game", "model = \"game\"\n", "lights", 7, 20000};

  // Pixels and what trails them, each with its own factor, one of which moves along two paths.
  Level bottom, top;
  bottom.time_scale = 2;
  const std::vector<std::vector<std::size_t>> groups{{0, 1}, {2}, {3}, {4}};
  for (std::size_t g = 0; g < 5; ++g)
    bottom.modalities.push_back(
        {Modality::Kind::kOutcome, g, std::vector<std::size_t>{3, 3, 2, 2, 4}[g]});
  for (std::size_t f = 0; f < groups.size(); ++f) {
    auto& factor = bottom.factors.emplace_back();
    factor.modalities = groups[f];
    std::vector<std::size_t> outcomes;
    for (std::size_t g : groups[f]) outcomes.push_back(bottom.modalities[g].num_outcomes);
    factor.likelihood =
        Likelihood::sparse(outcomes, std::vector<double>(outcomes.size(), next()), 2);
    for (std::size_t s = 0; s < 2; ++s)
      for (std::size_t g = 0; g < outcomes.size(); ++g) factor.likelihood.add(g, s + g, s, next());
    factor.num_paths = f == 0 ? 2 : 1;
    factor.transition = Transition(2, factor.num_paths);
    factor.transition.add(1, 0, factor.num_paths - 1, next());
    factor.stream = f;
    top.modalities.push_back({Modality::Kind::kInitialState, f, 2});
  }
  top.modalities.push_back({Modality::Kind::kInitialPath, 0, 2});
  auto& root = top.factors.emplace_back();
  root.modalities = {0, 4, 1, 2, 3};
  root.likelihood =
      Likelihood::sparse(std::vector<std::size_t>(5, 2), std::vector<double>(5, 0.25), 3);
  for (std::size_t s = 0; s < 3; ++s)
    for (std::size_t g = 0; g < 5; ++g) root.likelihood.add(g, s / 2, s, next());
  root.transition = Transition(3, 1);
  root.transition.add(2, 0, 0, 1);
  model.tree = {{bottom, top}, {next(), next(), next()}, 0.0625};

  model.controlled = Transition(3, 2);
  model.controlled.add(1, 0, 1, 2);
  model.controlled.add(2, 0, 0, 1.5);
  model.controlled.add(0, 2, 1, 1);
  return model;
}

}  // namespace rgm::test
