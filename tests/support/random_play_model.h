#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "rgm/trained/play_model.h"
#include "support/random_image_model.h"

namespace rgm::test {

/// A valid model of a game: a random tree that moves, parts of it sparse, in streams of random
/// symbols, and random steps under actions.
inline PlayModel random_play_model(Random& random) {
  TreeShape shape;
  shape.structural_zeros = 0.2;
  PlayModel model;
  do model.tree = random_tree(random, shape);
  while (model.tree.num_modalities() < 3);
  add_dynamics(random, model.tree);
  add_sparse_parts(random, model.tree);
  std::vector<std::size_t> num_symbols(model.tree.num_modalities());
  for (const auto& modality : model.tree.levels.front().modalities)
    num_symbols[modality.source] = modality.num_outcomes;
  const std::size_t pixels = num_symbols.size() - 3;
  const auto text = [&] { return random_text(random, 10); };
  if (pixels > 0) {
    auto& stream = model.spaces.streams.emplace_back();
    stream.name = "pixels";
    stream.num_symbols.assign(num_symbols.begin(),
                              num_symbols.begin() + static_cast<std::ptrdiff_t>(pixels));
    if (random.index(2) == 0) {
      stream.rows = pixels;
      stream.columns = 1;
    }
    if (random.index(2) == 0)
      std::generate_n(std::back_inserter(stream.symbol_names), stream.num_symbols.front(), text);
  }
  for (std::size_t i = 0; i < 3; ++i)
    model.spaces.streams.push_back({std::vector<std::string>{"reward", "cost", "action"}[i],
                                    {num_symbols[pixels + i]},
                                    0,
                                    0,
                                    {}});
  std::generate_n(std::back_inserter(model.spaces.actions), between(random, 1, 4), text);
  model.controlled =
      random_transition(random, model.tree.root().num_states(), model.spaces.actions.size());
  model.game = "game" + text();
  model.options = {random.index(65),
                   random.index(65),
                   random.index(9),
                   random.index(2) == 0,
                   static_cast<int>(random.index(5)) - 1,
                   random.index(6)};
  model.provenance = {text(), text(),        random_settings(random, "game"),
                      text(), random.bits(), random.bits()};
  model.validate();
  return model;
}

inline void expect_equal(const PlayModel& a, const PlayModel& b) {
  EXPECT_EQ(a.provenance, b.provenance);
  EXPECT_EQ(a.game, b.game);
  EXPECT_TRUE(a.options == b.options);
  EXPECT_TRUE(a.spaces == b.spaces);
  EXPECT_TRUE(a.tree == b.tree);
  EXPECT_TRUE(a.controlled == b.controlled);
}

}  // namespace rgm::test
