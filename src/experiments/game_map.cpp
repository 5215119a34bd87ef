#include "rgm/experiments/game_map.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "rgm/base/random.h"
#include "rgm/planning/inductive_inference.h"

namespace rgm {
namespace {

using Vector = std::vector<double>;

double product(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void add(Vector& to, double factor, const Vector& a) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * a[i];
}

/// I − D^−½ W D^−½ of a graph with undirected edges, whose gentlest functions have the least
/// eigenvalues: those are the first singular vectors of I + D^−½ W D^−½.
class Laplacian {
 public:
  explicit Laplacian(const StateMap& map) : degree_(map.states.size()) {
    for (const auto& arc : map.arcs) {
      if (arc.from == arc.to) continue;
      edges_.push_back({arc.from, arc.to, 1});
      ++degree_[arc.from];
      ++degree_[arc.to];
    }
    for (double& degree : degree_) degree = std::sqrt(std::max(degree, 1.0));
    for (auto& edge : edges_) edge.weight /= degree_[edge.from] * degree_[edge.to];
  }

  /// Square roots of the degrees: the function of eigenvalue 0, not normalised.
  const Vector& flat() const { return degree_; }

  /// The solution of (L + shift) x = b by conjugate gradients.
  Vector solve(const Vector& b) const {
    constexpr std::size_t kMaxSteps = 400;
    constexpr double kTolerance = 1e-16;
    Vector x(b.size()), residual = b, direction = b;
    double squares = product(residual, residual);
    const double enough = kTolerance * squares;
    for (std::size_t step = 0; step < kMaxSteps && squares > enough; ++step) {
      const auto image = times(direction);
      const double length = squares / product(direction, image);
      add(x, length, direction);
      add(residual, -length, image);
      const double next = product(residual, residual);
      for (std::size_t i = 0; i < b.size(); ++i)
        direction[i] = residual[i] + next / squares * direction[i];
      squares = next;
    }
    return x;
  }

 private:
  struct Edge {
    std::size_t from, to;
    double weight;
  };
  static constexpr double kShift = 1e-6;

  Vector times(const Vector& x) const {
    Vector result = x;
    for (double& value : result) value *= 1 + kShift;
    for (const auto& edge : edges_) {
      result[edge.from] -= edge.weight * x[edge.to];
      result[edge.to] -= edge.weight * x[edge.from];
    }
    return result;
  }

  Vector degree_;
  std::vector<Edge> edges_;
};

/// Takes the part along each of `others`, of length one, out of `vector`, and makes it of length
/// one.
void make_orthogonal(Vector& vector, std::span<const Vector> others) {
  for (const auto& other : others) add(vector, -product(vector, other), other);
  const double length = std::sqrt(product(vector, vector));
  if (length > 0)
    for (double& value : vector) value /= length;
}

/// By inverse iteration, one after the other.
void lay_out(StateMap& map) {
  constexpr std::size_t kSteps = 30, kCoordinates = 2;
  const Laplacian laplacian(map);
  std::vector<Vector> vectors{laplacian.flat()};
  make_orthogonal(vectors.front(), {});
  Random random(0);
  for (std::size_t c = 0; c < kCoordinates; ++c) {
    Vector vector(map.states.size());
    for (double& value : vector) value = random.normal();
    make_orthogonal(vector, vectors);
    for (std::size_t step = 0; step < kSteps; ++step) {
      vector = laplacian.solve(vector);
      make_orthogonal(vector, vectors);
    }
    vectors.push_back(std::move(vector));
  }
  map.places.resize(map.states.size());
  for (std::size_t c = 0; c < kCoordinates; ++c) {
    double largest = 1e-300;
    for (std::size_t s = 0; s < map.states.size(); ++s) {
      map.places[s][c] = vectors[c + 1][s] / laplacian.flat()[s];
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
