#include "rgm/experiments/game_map.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "rgm/base/random.h"
#include "rgm/math/graph_laplacian.h"
#include "rgm/planning/inductive_inference.h"

namespace rgm {
namespace {

void lay_out(StateMap& map) {
  constexpr std::size_t kCoordinates = 2;
  std::vector<GraphLaplacian::Edge> edges;
  for (const auto& arc : map.arcs) edges.push_back({arc.from, arc.to});
  const GraphLaplacian laplacian(map.states.size(), edges);
  Random random(0);
  const auto vectors = least_eigenvectors(laplacian, kCoordinates, random);
  map.places.resize(map.states.size());
  for (std::size_t c = 0; c < kCoordinates; ++c) {
    double largest = 1e-300;
    for (std::size_t s = 0; s < map.states.size(); ++s) {
      map.places[s][c] = vectors[c][s] / laplacian.root_degrees()[s];
      largest = std::max(largest, std::abs(map.places[s][c]));
    }
    for (auto& place : map.places) place[c] /= largest;
  }
}

}  // namespace

StateMap map_of_walk(std::span<const std::optional<std::size_t>> walk) {
  StateMap map;
  for (const auto& state : walk)
    if (state) map.states.push_back(*state);
  std::ranges::sort(map.states);
  map.states.erase(std::unique(map.states.begin(), map.states.end()), map.states.end());
  std::map<std::pair<std::size_t, std::size_t>, double> arcs;
  for (std::size_t t = 0; t < walk.size(); ++t) {
    auto& place = map.walk.emplace_back();
    if (!walk[t]) continue;
    place = static_cast<std::size_t>(std::ranges::lower_bound(map.states, *walk[t]) -
                                     map.states.begin());
    if (t > 0 && map.walk[t - 1]) arcs[{*map.walk[t - 1], *place}] += 1;
  }
  for (const auto& [ends, count] : arcs) map.arcs.push_back({ends.first, ends.second, count});
  lay_out(map);
  return map;
}

std::vector<std::size_t> steps_to_reward(const GameModel& model) {
  InductiveMap map;
  map.update(model.controlled());
  map.add_costly(model.costly());
  map.add_intended(model.intended());
  return map.distances();
}

}  // namespace rgm
