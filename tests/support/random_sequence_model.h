#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "rgm/trained/sequence_model.h"
#include "support/random_image_model.h"

namespace rgm::test {

/// Columns of so many symbols each, with or without names.
inline SymbolCodec random_symbols(Random& random, std::size_t columns, std::size_t symbols) {
  std::vector<std::string> names(random.index(2) * columns);
  for (auto& name : names) {
    name = random_text(random, 9);
    std::erase(name, '\n');  // names of columns hold no control characters
  }
  std::vector<std::vector<std::int64_t>> alphabets(columns);
  for (auto& alphabet : alphabets)
    for (std::size_t i = 0; i < symbols; ++i)
      alphabet.push_back((i == 0 ? 0 : alphabet.back() + 1) +
                         static_cast<std::int64_t>(random.bits() >> 10U));
  return SymbolCodec::from_parts(std::move(names), std::move(alphabets));
}

/// A valid model of sequences: a random tree that moves, parts of it sparse, and outcomes of
/// trailing streams.
inline SequenceModel random_sequence_model(Random& random) {
  TreeShape shape;
  shape.min_outcomes = shape.max_outcomes = 3 + 2 * random.index(2);
  shape.structural_zeros = 0.2;
  SequenceModel model;
  model.tree = random_tree(random, shape);
  add_dynamics(random, model.tree);
  add_sparse_parts(random, model.tree);
  auto& bottom = model.tree.levels.front();
  std::size_t next = 0, num_leading = 0;
  for (const bool leading : {true, false}) {
    for (auto& factor : bottom.factors) {
      if ((factor.stream == 0) != leading) continue;
      for (std::size_t i = 0; i < factor.modalities.size(); ++i) {
        auto& modality = bottom.modalities[factor.modalities[i]];
        modality.source = next++;
        if (leading || !factor.likelihood.is_sparse()) continue;
        modality.num_outcomes += random.index(60'000);  // not the codec's: as many as it likes
        factor.likelihood.grow_outcomes(i, modality.num_outcomes);
        factor.likelihood.add(i, modality.num_outcomes - 1, random.index(factor.num_states()), 1.5);
      }
    }
    if (leading) num_leading = next;
  }
  if (num_leading > 0 && random.index(3) == 0) {
    model.front_end = random_symbols(random, num_leading, shape.min_outcomes);
  } else {
    FilmCodec film;
    film.voxels = random_codec(random, num_leading, shape.min_outcomes);
    film.frames_per_second = random.index(3) == 0 ? 0 : 60 * random.uniform();
    model.front_end = std::move(film);
  }
  model.reading = random.index(2) == 0 ? SoftReading::kCount : SoftReading::kLikelihood;
  const std::string kind =
      std::holds_alternative<FilmCodec>(model.front_end) ? "sequence" : "symbols";
  model.provenance = {
      random_text(random, 8),  random_text(random, 8), random_settings(random, kind),
      random_text(random, 20), random.bits(),          random.bits()};
  model.structure = random_settings(random, kind);
  model.validate();
  return model;
}

inline void expect_equal(const SequenceModel& a, const SequenceModel& b) {
  EXPECT_EQ(a.provenance, b.provenance);
  EXPECT_EQ(a.reading, b.reading);
  EXPECT_EQ(a.structure, b.structure);
  EXPECT_TRUE(a.tree == b.tree);  // not EXPECT_EQ, which would print them
  ASSERT_EQ(a.front_end.index(), b.front_end.index());
  if (const auto* film = std::get_if<FilmCodec>(&a.front_end)) {
    EXPECT_EQ(film->frames_per_second, film_codec(b.front_end).frames_per_second);
    expect_equal(film->voxels, film_codec(b.front_end).voxels);
  } else {
    EXPECT_TRUE(std::get<SymbolCodec>(a.front_end) == symbol_codec(b.front_end));
  }
}

}  // namespace rgm::test
