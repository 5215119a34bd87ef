#pragma once

#include <gtest/gtest.h>

#include <cmath>
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

/// Kinds that have seen some outcomes follow each other; the cells are the groups of level 0.
inline void add_kinds(Random& random, Hierarchy& tree) {
  const auto& bottom = tree.levels.front();
  std::vector<std::size_t> outcomes(bottom.modalities.size());
  for (const auto& modality : bottom.modalities) outcomes[modality.source] = modality.num_outcomes;
  std::vector<std::vector<std::size_t>> cells;
  for (const auto& factor : bottom.factors) {
    auto& cell = cells.emplace_back();
    for (const std::size_t g : factor.modalities) cell.push_back(bottom.modalities[g].source);
  }
  const std::size_t number = 2 + random.index(5);
  tree.kinds = make_kinds(outcomes, std::move(cells), random.index(2) == 0,
                          {.number = number,
                           .order = 1 + random.index(2),
                           .strength = 0.1 + random.uniform(),
                           .memory = random.index(3),
                           .link_stay = 0.5 + random.uniform() / 2});
  for (auto& table : tree.kinds.tables)
    for (std::size_t i = random.index(30); i > 0; --i) {
      const std::size_t n = table.num_outcomes, last = random.index(n);
      std::vector<double> weights(number);
      for (double& weight : weights) weight = random.index(3) == 0 ? 0 : random.uniform();
      const std::size_t outcome = random.index(n);
      table.after_last[last].add(outcome, weights);
      if (random.index(2) == 0)
        table.after_two[table.pair(last, random.index(n))].add(outcome, weights);
    }
  for (auto& rung : tree.kinds.memory)
    for (std::size_t i = random.index(9); i > 0; --i)
      rung[random.bits()].add(random.index(3), std::vector<double>{random.uniform()});
  for (auto& counts : tree.kinds.frequencies)
    for (std::size_t i = 0; i < 5; ++i) counts[random.index(counts.size())] += random.uniform();
  for (double& count : tree.kinds.chain.values()) count = random.uniform();
}

/// What a model may know of the tiles of its codec.
inline Appearance random_appearance(Random& random, const ImageCodec& codec) {
  Appearance result;
  result.energies = result.changes = Matrix<double>(codec.tiles().size(), Appearance::kEnergies);
  for (auto* counts : {&result.energies, &result.changes})
    for (double& count : counts->values()) count = static_cast<double>(random.index(3));
  return result;
}

/// A valid model of sequences: a random tree that moves, parts of it sparse, and outcomes of
/// trailing streams; half of them with kinds of change.
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
    if (random.index(2) == 0) model.appearance = random_appearance(random, film.voxels);
    model.front_end = std::move(film);
  }
  if (random.index(2) == 0) add_kinds(random, model.tree);
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
  EXPECT_TRUE(a.appearance == b.appearance);
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
