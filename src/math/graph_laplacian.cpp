#include "rgm/math/graph_laplacian.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "rgm/base/error.h"

namespace rgm {
namespace {

using Vector = std::vector<double>;

double product(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void add(Vector& to, double factor, std::span<const double> a) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * a[i];
}

/// Takes the part along each of `others`, of length one, out of `vector`, and makes it of length
/// one.
void make_orthogonal(Vector& vector, std::span<const Vector> others) {
  for (const auto& other : others) add(vector, -product(vector, other), other);
  const double length = std::sqrt(product(vector, vector));
  if (length > 0)
    for (double& value : vector) value /= length;
}

}  // namespace

GraphLaplacian::GraphLaplacian(std::size_t nodes, std::span<const Edge> edges)
    : root_degrees_(nodes) {
  for (const auto& [from, to] : edges) {
    require(from < nodes && to < nodes, "GraphLaplacian: edge: expected nodes below ", nodes,
            ", got ", from, " and ", to);
    if (from == to) continue;
    edges_.push_back({from, to, 1});
    ++root_degrees_[from];
    ++root_degrees_[to];
  }
  for (double& degree : root_degrees_) degree = std::sqrt(std::max(degree, 1.0));
  for (auto& edge : edges_) edge.weight /= root_degrees_[edge.from] * root_degrees_[edge.to];
}

std::vector<double> GraphLaplacian::times(std::span<const double> x, double shift) const {
  Vector result(x.begin(), x.end());
  for (double& value : result) value *= 1 + shift;
  for (const auto& edge : edges_) {
    result[edge.from] -= edge.weight * x[edge.to];
    result[edge.to] -= edge.weight * x[edge.from];
  }
  return result;
}

std::vector<double> GraphLaplacian::solve(std::span<const double> b, double shift) const {
  constexpr std::size_t kMaxSteps = 400;
  constexpr double kTolerance = 1e-16;
  Vector x(b.size()), residual(b.begin(), b.end()), direction = residual;
  double squares = product(residual, residual);
  const double enough = kTolerance * squares;
  for (std::size_t step = 0; step < kMaxSteps && squares > enough; ++step) {
    const auto image = times(direction, shift);
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

std::vector<std::vector<double>> least_eigenvectors(const GraphLaplacian& laplacian,
                                                    std::size_t count, Random& random) {
  constexpr std::size_t kSteps = 30;
  constexpr double kShift = 1e-6;  // L itself has no inverse
  std::vector<Vector> vectors{laplacian.root_degrees()};
  make_orthogonal(vectors.front(), {});
  for (std::size_t c = 0; c < count; ++c) {
    Vector vector(laplacian.root_degrees().size());
    for (double& value : vector) value = random.normal();
    make_orthogonal(vector, vectors);
    for (std::size_t step = 0; step < kSteps; ++step) {
      vector = laplacian.solve(vector, kShift);
      make_orthogonal(vector, vectors);
    }
    vectors.push_back(std::move(vector));
  }
  vectors.erase(vectors.begin());
  return vectors;
}

}  // namespace rgm
