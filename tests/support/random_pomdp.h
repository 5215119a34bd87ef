#pragma once

#include <cstddef>

#include "rgm/base/random.h"
#include "rgm/pomdp/pomdp.h"

namespace rgm::test {

/// Dirichlet counts with some zeros, a column never without any; from tiny to some hundred.
inline Matrix<double> random_columns(Random& random, std::size_t rows, std::size_t states) {
  Matrix<double> counts(rows, states);
  const double scale = random.index(4) == 0 ? 100 : 1;
  for (double& a : counts.values())
    a = random.index(4) == 0 ? 0 : scale * (0.01 + random.uniform());
  for (std::size_t s = 0; s < states; ++s) counts(random.index(rows), s) += 0.5;
  return counts;
}

/// A valid random process.
inline Pomdp random_pomdp(Random& random, std::size_t max_states, std::size_t max_controls,
                          std::size_t max_modalities, std::size_t max_outcomes) {
  Pomdp pomdp;
  const std::size_t states = 1 + random.index(max_states);
  for (std::size_t g = 0, count = 1 + random.index(max_modalities); g < count; ++g) {
    auto& modality = pomdp.modalities.emplace_back();
    modality.likelihood_counts = random_columns(random, 1 + random.index(max_outcomes), states);
    if (random.index(4) != 0)
      for (std::size_t o = 0; o < modality.likelihood_counts.rows(); ++o)
        modality.preferences.push_back(2 * random.normal());
    modality.learnt = random.index(2) == 0;
  }
  for (std::size_t u = 0, count = 1 + random.index(max_controls); u < count; ++u)
    pomdp.transition_counts.push_back(random_columns(random, states, states));
  for (std::size_t s = 0; s < states; ++s)
    pomdp.initial_state.push_back(random.index(4) == 0 ? 0 : random.uniform());
  pomdp.initial_state[random.index(states)] += 0.1;
  if (random.index(2) == 0)
    for (std::size_t s = 0; s < states; ++s)
      pomdp.final_state_preferences.push_back(random.normal());
  pomdp.learnt_transition = random.index(2) == 0;
  return pomdp;
}

}  // namespace rgm::test
