#include "rgm/model/transition.h"

#include <cmath>

#include "rgm/base/error.h"

namespace rgm {

Transition::Transition(std::size_t states, std::size_t paths) : states_(states), paths_(paths), successors_(states * paths) {
  require(states > 0 && paths > 0, "Transition: expected at least 1 state and 1 path, got ", states, " and ", paths);
}

void Transition::add(std::size_t next, std::size_t state, std::size_t path, double count) {
  require(next < states_ && state < states_ && path < paths_, "Transition::add: expected states below ", states_,
          " and a path below ", paths_, ", got ", state, " → ", next, " under ", path);
  require(std::isfinite(count) && count > 0, "Transition::add: count: expected a finite value above 0, got ", count);
  auto& list = successors_[state * paths_ + path];
  for (auto& [s, n] : list)
    if (s == next) {
      n += count;
      return;
    }
  list.emplace_back(next, count);
}

const std::vector<Transition::Successor>& Transition::successors(std::size_t state, std::size_t path) const {
  require(state < states_ && path < paths_, "Transition::successors: expected a state below ", states_, " and a path below ",
          paths_, ", got ", state, " and ", path);
  return successors_[state * paths_ + path];
}

double Transition::probability(std::size_t next, std::size_t state, std::size_t path) const {
  double total = 0, count = 0;
  for (const auto& [s, n] : successors(state, path)) {
    total += n;
    if (s == next) count = n;
  }
  if (total == 0) return next == state ? 1.0 : 0.0;
  return count / total;
}

}  // namespace rgm
