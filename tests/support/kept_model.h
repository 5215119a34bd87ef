#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "rgm/trained/image_model.h"

namespace rgm::test {

/// The model in tests/storage/data/image.rgm: it has every part that a model of images may have,
/// and values that every machine computes alike.
inline ImageModel kept_model() {
  std::size_t n = 0;
  const auto next = [&n] { return static_cast<double>(++n % 61) / 16; };  // exact as a float, too

  ImageModel model;
  CodecOptions options;
  options.preparation = {4, 4, 0.5, 12};
  options.tile_spacing = 2;
  options.bins = 5;
  options.max_modes = 3;
  options.mode_price = 20;
  options.soft_bins = false;
  std::vector<TileBasis> bases;
  std::vector<float> ranges;
  const auto tiles = make_tiles(4, 4, 2);
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    const std::size_t modes = std::vector<std::size_t>{2, 1, 0, 1}.at(t);
    bases.push_back({Matrix<float>(modes, tiles[t].pixels.size() * 3), {}, {}, {}});
    for (float& v : bases[t].modes.values()) v = static_cast<float>(next() - 2) / 2;
    for (std::size_t m = 0; m < modes; ++m) ranges.push_back(static_cast<float>(next()));
  }
  model.codec = ImageCodec::from_parts(5, 6, 3, options, std::move(bases), std::move(ranges));
  model.reading = SoftReading::kLikelihood;
  model.class_names = {"cat", "Änne's dog"};
  model.class_counts = {1.5, 3};
  model.provenance = {"0.1.0",
                      "images",
                      "# a comment\nmodel = \"images\"\n[codec]\nbins = 5\n",
                      "mnist:train[:20000]",
                      ~std::uint64_t{0} - 7,
                      20000};

  const auto factor = [&](std::vector<std::size_t> modalities,
                          const std::vector<std::size_t>& outcomes, std::size_t states) {
    Factor result;
    result.modalities = std::move(modalities);
    std::vector<double> concentrations;
    for (std::size_t g = 0; g < outcomes.size(); ++g) concentrations.push_back(g == 1 ? 0 : next());
    result.likelihood = Likelihood(outcomes, concentrations, states);
    for (double& a : result.likelihood.counts().values()) a = next() / 3;
    result.location_row = next();
    result.location_column = next();
    return result;
  };
  for (const bool moving : {true, false}) {
    Level bottom, top;
    for (std::size_t g = 0; g < 4; ++g)
      bottom.modalities.push_back({Modality::Kind::kOutcome, g, 5});
    bottom.factors = {factor({2, 0}, {5, 5}, 3), factor({1, 3}, {5, 5}, 2)};
    top.modalities = {{Modality::Kind::kInitialState, 1, 2}, {Modality::Kind::kInitialState, 0, 3}};
    if (moving) {
      bottom.time_scale = 2;
      bottom.factors[0].num_paths = 2;
      bottom.factors[0].transition = Transition(3, 2);
      bottom.factors[0].transition.add(2, 0, 0, 1.5);
      bottom.factors[0].transition.add(1, 0, 0, 2.25);
      bottom.factors[0].transition.add(0, 2, 1, 1);
      bottom.factors[1].transition = Transition(2, 1);  // never seen to move
      top.modalities.push_back({Modality::Kind::kInitialPath, 0, 2});
      top.factors = {factor({1, 0, 2}, {3, 2, 2}, 4)};
    } else {
      top.factors = {factor({0, 1}, {2, 3}, 4)};
    }
    model.trees.push_back({{bottom, top}, {next(), next(), 0, next()}});
  }
  return model;
}

}  // namespace rgm::test
