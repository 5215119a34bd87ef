#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "rgm/agent/game_model.h"

namespace rgm {

/// The states that a walk visits, laid out in the plane so that those between which it steps lie
/// close together.
struct StateMap {
  struct Arc {
    std::size_t from = 0, to = 0;  ///< of `states`
    double count = 0;
  };
  std::vector<std::size_t> states;               ///< visited, ascending
  std::vector<std::array<double, 2>> places;     ///< [visited], within [−1, 1]
  std::vector<Arc> arcs;                         ///< steps of the walk, by their first state
  std::vector<std::optional<std::size_t>> walk;  ///< the walk itself, of `states`
};

/// The map of a walk through states; none is a gap. The coordinates are the second and third
/// singular vectors of the graph of the arcs walked, each counted once and in both directions,
/// divided by the square roots of the degrees of both ends: the gentlest functions on the graph, of
/// an orbit its cosine and sine. (The first is the same everywhere; entries, too, are divided by
/// the root of the degree.) Cost: some thousand times that of a pass over the arcs.
StateMap map_of_walk(std::span<const std::optional<std::size_t>> walk);

/// Steps from each generalised state to the nearest that is rewarded and costs nothing, costs never
/// passed; 0: it is one itself; `kUnreachable`. [state]
std::vector<std::size_t> steps_to_reward(const GameModel& model);

}  // namespace rgm
