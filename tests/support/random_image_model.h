#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "rgm/trained/image_model.h"
#include "support/random_tree.h"

// Random small image models with every part that a file may hold, and the comparison of two models.

namespace rgm::test {

/// A transition of random sparse counts; some states have no successor.
inline Transition random_transition(Random& random, std::size_t states, std::size_t paths) {
  Transition transition(states, paths);
  for (std::size_t s = 0; s < states; ++s)
    for (std::size_t u = 0; u < paths; ++u)
      for (std::size_t next :
           random.choose(states, random.index(std::min<std::size_t>(states, 3) + 1)))
        transition.add(next, s, u, 0.1 + random.uniform());
  return transition;
}

/// Lets some levels of a tree move: they get episodes of several steps, transitions and paths, and
/// the levels above them modalities for these paths.
inline void add_dynamics(Random& random, Hierarchy& tree) {
  for (std::size_t n = 0; n < tree.levels.size(); ++n) {
    auto& level = tree.levels[n];
    if (random.index(2) == 0) continue;
    if (n + 1 < tree.levels.size()) level.time_scale = between(random, 1, 3);
    for (std::size_t f = 0; f < level.factors.size(); ++f) {
      auto& factor = level.factors[f];
      factor.num_paths = between(random, 1, 3);
      factor.transition = random_transition(random, factor.num_states(), factor.num_paths);
      if (factor.num_paths == 1 || n + 1 == tree.levels.size()) continue;
      auto& above = tree.levels[n + 1];
      above.modalities.push_back({Modality::Kind::kInitialPath, f, factor.num_paths});
      auto& parent = *std::ranges::find_if(
          above.factors, [&](const Factor& candidate) {  // that of the initial state
            return std::ranges::any_of(candidate.modalities, [&](std::size_t g) {
              return above.modalities[g].source == f;
            });
          });
      parent.modalities.push_back(above.modalities.size() - 1);
      std::vector<std::size_t> outcomes;
      for (std::size_t g : parent.modalities) outcomes.push_back(above.modalities[g].num_outcomes);
      const std::vector<double> concentrations(outcomes.size(), random.uniform());
      parent.likelihood = Likelihood(outcomes, concentrations, parent.num_states());
      for (double& a : parent.likelihood.counts().values()) a = random.uniform();
    }
  }
}

/// Random streams and restarts; the likelihoods of some factors become sparse, some counts of arcs
/// zero.
inline void add_sparse_parts(Random& random, Hierarchy& tree) {
  if (random.index(2) == 0) tree.restart_concentration = random.uniform();
  for (auto& level : tree.levels)
    for (auto& factor : level.factors) {
      factor.stream = random.index(3);
      for (std::size_t s = 0; s < factor.transition.num_states(); ++s) {
        std::vector<double> counts;
        for (std::size_t i = factor.transition.arcs(s).size(); i > 0; --i)
          counts.push_back(random.index(4) == 0 ? 0 : 3 * random.uniform());
        factor.transition.set_counts(s, counts);
      }
      if (random.index(2) == 0) continue;
      const Likelihood dense = std::move(factor.likelihood);
      std::vector<std::size_t> outcomes;
      std::vector<double> concentrations;
      for (std::size_t g = 0; g < dense.num_modalities(); ++g) {
        outcomes.push_back(dense.num_outcomes(g));
        concentrations.push_back(dense.concentration(g));
      }
      factor.likelihood = Likelihood::sparse(outcomes, concentrations, dense.num_states());
      for (std::size_t s = 0; s < dense.num_states(); ++s)
        dense.for_each_count(s, [&](std::size_t g, std::size_t o, double count) {
          factor.likelihood.add(g, o, s, count);
        });
    }
}

/// A codec of 4 × 5 pictures with `num_modalities` random modes, spread over its tiles.
inline ImageCodec random_codec(Random& random, std::size_t num_modalities, std::size_t bins) {
  CodecOptions options;
  options.preparation = {between(random, 2, 4), between(random, 2, 4), random.uniform(),
                         24 * random.uniform()};
  options.tile_spacing = 1.5 + random.uniform();
  options.bins = bins;
  options.soft_bins = random.index(2) == 0;
  options.compact = random.index(2) == 0;
  options.frames_per_voxel = between(random, 1, 3);
  options.max_fit_pictures = random.index(100);
  const std::size_t channels = (random.index(2) == 0 ? 1 : 3) * options.frames_per_voxel;
  const auto tiles =
      make_tiles(options.preparation.height, options.preparation.width, options.tile_spacing,
                 options.compact ? TileCut::kBefore : TileCut::kAfter);
  std::vector<std::size_t> modes(tiles.size());
  for (std::size_t g = 0; g < num_modalities; ++g) ++modes[random.index(modes.size())];
  std::vector<TileBasis> bases;
  std::vector<float> ranges;
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    auto& basis = bases.emplace_back();
    basis.modes = Matrix<float>(modes[t], tiles[t].pixels.size() * channels);
    for (float& v : basis.modes.values()) v = static_cast<float>(2 * random.uniform() - 1);
    if (options.compact) basis = in_bytes(basis.modes, random.index(modes[t] + 1), channels);
    for (std::size_t m = 0; m < modes[t]; ++m)
      ranges.push_back(static_cast<float>(random.uniform()));
  }
  return ImageCodec::from_parts(4, 5, channels, options, std::move(bases), std::move(ranges));
}

/// A random text of letters from several alphabets, of up to `length` letters.
inline std::string random_text(Random& random, std::size_t length) {
  static const std::vector<std::string> letters{"a",  "Z", "0", " ",  "\"",
                                                "\\", "/", "é", "数", "🙂"};
  std::string text;
  for (std::size_t i = random.index(length + 1); i > 0; --i)
    text += letters[random.index(letters.size())];
  return text;
}

/// The settings of a recipe for a kind of model, with a comment.
inline std::string random_settings(Random& random, const std::string& kind) {
  return "model = \"" + kind + "\"\n\t# " + random_text(random, 200) + "\n";
}

/// A valid model: a tree without classes, one whose root has the classes, or one a class.
inline ImageModel random_image_model(Random& random) {
  TreeShape shape;
  shape.max_bottom_factors = 3;
  shape.max_group = 2;
  shape.min_outcomes = shape.max_outcomes = 3 + 2 * random.index(2);
  shape.structural_zeros = 0.2;
  const auto tree = [&] {
    Hierarchy result = random_tree(random, shape);
    auto& modalities = result.levels.front().modalities;
    for (std::size_t g = 0; g < modalities.size(); ++g)
      modalities[g].source = g;  // the codec's order
    add_dynamics(random, result);
    add_sparse_parts(random, result);
    return result;
  };
  ImageModel model;
  model.trees.push_back(tree());
  const std::size_t form = random.index(3), num_modalities = model.trees[0].num_modalities();
  if (form == 2)
    for (std::size_t wanted = between(random, 2, 3); model.trees.size() < wanted;)
      if (Hierarchy next = tree(); next.num_modalities() == num_modalities)
        model.trees.push_back(std::move(next));
  const std::size_t classes = form == 0   ? 0
                              : form == 1 ? model.trees[0].root().num_states()
                                          : model.trees.size();
  for (std::size_t c = 0; c < classes; ++c) {
    model.class_names.push_back(random_text(random, 12));
    model.class_counts.push_back(0.5 + random.uniform());
  }
  model.codec = random_codec(random, num_modalities, shape.min_outcomes);
  model.reading = random.index(2) == 0 ? SoftReading::kCount : SoftReading::kLikelihood;
  model.provenance = {
      random_text(random, 8),         random_text(random, 8), random_settings(random, "images"),
      random_text(random, 20),        random.bits(),          random.bits(),
      random.index(2) * random.bits()};
  if (random.index(2) == 0) {
    std::vector<double> evidence(between(random, 1, 9)), loss(evidence.size());
    for (double& v : evidence) v = -100 * random.uniform();
    for (double& v : loss) v = random.uniform();
    model.usual = {usual_quantiles(evidence), usual_quantiles(loss)};
  }
  model.validate();
  return model;
}

inline void expect_equal(const ImageCodec& a, const ImageCodec& b) {
  EXPECT_EQ(a.options(), b.options());
  EXPECT_EQ(a.preparation().input_height(), b.preparation().input_height());
  EXPECT_EQ(a.preparation().input_width(), b.preparation().input_width());
  EXPECT_EQ(a.preparation().channels(), b.preparation().channels());
  EXPECT_EQ(a.bases(), b.bases());
  EXPECT_EQ(a.ranges(), b.ranges());
}

inline void expect_equal(const ImageModel& a, const ImageModel& b) {
  EXPECT_EQ(a.provenance, b.provenance);
  EXPECT_EQ(a.reading, b.reading);
  EXPECT_EQ(a.class_names, b.class_names);
  EXPECT_EQ(a.class_counts, b.class_counts);
  EXPECT_EQ(a.usual, b.usual);
  EXPECT_TRUE(a.trees == b.trees);  // not EXPECT_EQ, which would print them
  expect_equal(a.codec, b.codec);
}

}  // namespace rgm::test
