#pragma once

#include <vector>

#include "rgm/trained/sequence_model.h"

namespace rgm::test {

/// The model in tests/storage/data/symbols.rgm: of symbols in two columns with names.
inline SequenceModel kept_symbols() {
  SequenceModel model;
  model.front_end = SymbolCodec::from_parts({"pitch", "length, beats"}, {{60, 62, 64}, {1, 4}});
  model.provenance = {"0.2.0", "symbols", "model = \"symbols\"\n", "tune.csv", 0, 40, 12345};
  model.structure = "model = \"symbols\"\n";

  Level root;
  root.modalities = {{Modality::Kind::kOutcome, 0, 3}, {Modality::Kind::kOutcome, 1, 2}};
  auto& factor = root.factors.emplace_back();
  factor.modalities = {0, 1};
  factor.likelihood =
      Likelihood::sparse(std::vector<std::size_t>{3, 2}, std::vector<double>{0.125, 0.25}, 2);
  factor.likelihood.add(0, 0, 0, 3);
  factor.likelihood.add(1, 1, 0, 3);
  factor.likelihood.add(0, 2, 1, 2);
  factor.likelihood.add(1, 0, 1, 2);
  factor.transition = Transition(2, 1);
  factor.transition.add(1, 0, 0, 2);
  factor.transition.add(0, 1, 0, 2);
  model.tree = {{root}, {3.5, 2.5}, 1};
  return model;
}

}  // namespace rgm::test
