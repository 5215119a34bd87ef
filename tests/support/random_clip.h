#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"
#include "rgm/structure/group_by_place.h"

// Sequences of hard outcomes to be coded.

namespace rgm::test {

/// Drawn step by step from what the model predicts.
inline Outcomes clip_of_model(Random& random, const Hierarchy& hierarchy, std::size_t steps) {
  const SequenceTables tables(hierarchy);
  SequenceFilter filter(tables);
  Outcomes result(steps, hierarchy.num_modalities());
  for (std::size_t t = 0; t < steps; ++t) {
    for (std::size_t f = 0; f < tables.level(0).size(); ++f) {
      std::vector<double> state(tables.level(0)[f].num_states);
      state[random.categorical(filter.predict_states(f))] = 1;
      OutcomeDistributions distributions;
      expected_outcomes(tables, f, state, distributions);
      for (const auto& observed : tables.level(0)[f].observed)
        result(t, observed.modality) = {
            static_cast<std::uint16_t>(random.categorical(distributions[observed.modality])), 0};
      filter.push_factor(f, result, t);
    }
    filter.finish_step();
  }
  return result;
}

/// Drawn evenly.
inline Outcomes even_clip(Random& random, const Hierarchy& hierarchy, std::size_t steps) {
  Outcomes result(steps, hierarchy.num_modalities());
  for (std::size_t t = 0; t < steps; ++t)
    for (const auto& modality : hierarchy.levels[0].modalities)
      result(t, modality.source) = {static_cast<std::uint16_t>(random.index(modality.num_outcomes)),
                                    0};
  return result;
}

/// A scene of outcomes below 7: each modality changes now and then, with probability `change`;
/// after half of the steps everything comes again.
inline Outcomes scene(std::size_t steps, std::size_t modalities, double change,
                      std::uint64_t seed) {
  Random random(seed);
  Outcomes result(steps, modalities);
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t g = 0; g < modalities; ++g) {
      if (t >= (steps + 1) / 2)
        result(t, g) = result(t - (steps + 1) / 2, g);
      else if (t > 0 && random.uniform() >= change)
        result(t, g) = result(t - 1, g);
      else
        result(t, g) = {static_cast<std::uint16_t>(random.index(7)), 0};
    }
  return result;
}

/// Four modalities a place, the places in columns of four.
inline std::vector<Location> places(std::size_t modalities) {
  std::vector<Location> result;
  for (std::size_t g = 0; g < modalities; ++g)
    result.push_back({static_cast<double>(g / 4 % 4), static_cast<double>(g / 16)});
  return result;
}

}  // namespace rgm::test
