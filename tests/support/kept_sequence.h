#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "rgm/trained/sequence_model.h"

namespace rgm::test {

/// The model in tests/storage/data/sequence.rgm: it has every part that a model of a film may have,
/// and values that every machine computes alike.
inline SequenceModel kept_sequence() {
  std::size_t n = 0;
  const auto next = [&n] { return static_cast<double>(++n % 61) / 16; };  // exact as a float, too

  SequenceModel model;
  CodecOptions options;
  options.preparation = {4, 4, 0, 0};
  options.tile_spacing = 2;
  options.bins = 5;
  options.max_modes = 3;
  options.mode_price = 20;
  options.basis = CodecBasis::kSingularVectors;
  options.frames_per_voxel = 2;
  options.max_fit_pictures = 99;
  options.compact = true;
  std::vector<TileBasis> bases;
  std::vector<float> ranges;
  const auto tiles = make_tiles(4, 4, 2, TileCut::kBefore);
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    const std::size_t modes = std::vector<std::size_t>{1, 0, 0, 1}.at(t);
    Matrix<float> values(modes, tiles[t].pixels.size() * 6);
    for (float& v : values.values()) v = static_cast<float>(next() - 2) / 2;
    bases.push_back(in_bytes(values, t == 0 ? modes : 0, 6));
    for (std::size_t m = 0; m < modes; ++m) ranges.push_back(static_cast<float>(next()));
  }
  model.front_end = FilmCodec{
      ImageCodec::from_parts(4, 4, 6, options, std::move(bases), std::move(ranges)), 12.5};
  model.reading = SoftReading::kCount;
  model.provenance = {"0.2.0",    "video", "model = \"sequence\"\n[codec]\nbins = 5\n",
                      "film.mp4", 7,       240};
  model.structure = "# settings\nmodel = \"sequence\"\n";

  // Two factors of pixels, one of them dense, and one of a trailing stream with many outcomes.
  Level bottom, top;
  bottom.time_scale = 2;
  bottom.modalities = {{Modality::Kind::kOutcome, 1, 5},
                       {Modality::Kind::kOutcome, 0, 5},
                       {Modality::Kind::kOutcome, 2, 60'000}};
  for (std::size_t f = 0; f < 3; ++f) {
    auto& factor = bottom.factors.emplace_back();
    factor.modalities = {f};
    const std::vector<std::size_t> outcomes{bottom.modalities[f].num_outcomes};
    const std::vector<double> concentrations{next()};
    const std::size_t states = 2 + f;
    factor.likelihood = f == 0 ? Likelihood(outcomes, concentrations, states)
                               : Likelihood::sparse(outcomes, concentrations, states);
    for (std::size_t s = 0; s < states; ++s)
      factor.likelihood.add(0, f == 2 ? 59'999 - s : s, s, next() / 3);
    factor.num_paths = f == 1 ? 2 : 1;
    factor.transition = Transition(states, factor.num_paths);
    factor.location_row = next();
    factor.location_column = next();
    factor.stream = f == 2 ? 1 : 0;
  }
  bottom.factors[1].transition.add(2, 0, 1, 1.5);
  bottom.factors[1].transition.add(1, 0, 0, 2.25);
  bottom.factors[1].transition.add(0, 2, 1, 1);
  bottom.factors[1].transition.set_counts(0, {1.5, 0});
  top.modalities = {{Modality::Kind::kInitialState, 1, 3},
                    {Modality::Kind::kInitialPath, 1, 2},
                    {Modality::Kind::kInitialState, 2, 4},
                    {Modality::Kind::kInitialState, 0, 2}};
  auto& root = top.factors.emplace_back();
  root.modalities = {3, 0, 1, 2};
  root.likelihood = Likelihood::sparse(std::vector<std::size_t>{2, 3, 2, 4},
                                       std::vector<double>{0, 0.5, 0.25, 0}, 2);
  for (std::size_t g = 0; g < 4; ++g) root.likelihood.add(g, 1, 0, next());
  root.likelihood.add(1, 2, 0, next());  // the second state has seen nothing
  root.transition = Transition(2, 1);
  root.transition.add(1, 0, 0, 3);
  model.tree = {{bottom, top}, {next(), 0}, 0.125};
  return model;
}

}  // namespace rgm::test
