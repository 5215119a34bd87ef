#pragma once

#include <cstddef>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/model/transition.h"

namespace rgm::test {

/// A random controlled graph; some states lead nowhere, and most pairs of state and path to one
/// state only.
inline Transition random_graph(Random& random, std::size_t states, std::size_t paths,
                               std::size_t arcs) {
  Transition transition(states, paths);
  for (std::size_t i = 0; i < arcs; ++i) {
    const std::size_t state = random.index(states), path = random.index(paths);
    const std::size_t successors = random.index(3) == 0 ? 3 : 1;
    for (std::size_t j = 0; j < successors; ++j)
      transition.add(random.index(states), state, path,
                     random.index(4) == 0 ? 0.01 : 0.1 + random.uniform());
  }
  return transition;
}

/// Each of the states with the given probability.
inline std::vector<std::size_t> random_subset(Random& random, std::size_t states,
                                              double probability) {
  std::vector<std::size_t> result;
  for (std::size_t s = 0; s < states; ++s)
    if (random.uniform() < probability) result.push_back(s);
  return result;
}

}  // namespace rgm::test
