#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/random.h"

namespace rgm {

/// The normalised Laplacian of an undirected graph,
///
///     L = I − D^−½ W D^−½,
///
/// W(i, j) how many edges join i and j, D the degrees; a node without edges counts as of degree 1.
/// Its eigenvalues are between 0 and 2; the eigenvectors of the least ones, divided by the square
/// roots of the degrees, are the gentlest functions on the graph. Source: Chung, Spectral Graph
/// Theory, 1997, chapter 1.
class GraphLaplacian {
 public:
  struct Edge {
    std::size_t from = 0, to = 0;
  };

  /// Edges that lead back to their own node are left out. `Error` if an end is no node.
  GraphLaplacian(std::size_t nodes, std::span<const Edge> edges);

  /// Square roots of the degrees, [node]: an eigenvector of eigenvalue 0, not of length 1.
  const std::vector<double>& root_degrees() const { return root_degrees_; }
  /// (L + shift) x, [node]. Cost O(nodes + edges).
  std::vector<double> times(std::span<const double> x, double shift = 0) const;
  /// The solution of (L + shift) x = b, [node], shift > 0, by conjugate gradients: until the
  /// residual is 1e-8 of b, or 400 steps of the cost of `times`.
  std::vector<double> solve(std::span<const double> b, double shift) const;

 private:
  struct WeightedEdge {
    std::size_t from, to;
    double weight;
  };

  std::vector<double> root_degrees_;
  std::vector<WeightedEdge> edges_;
};

/// The eigenvectors of the least eigenvalues after that of `root_degrees`, [vector][node], of
/// length 1 and orthogonal to each other, by inverse iteration: 30 solutions each, from a random
/// beginning. Where the next eigenvalue is close to a vector's own, the vector is still a mixture
/// of both eigenvectors.
std::vector<std::vector<double>> least_eigenvectors(const GraphLaplacian& laplacian,
                                                    std::size_t count, Random& random);

}  // namespace rgm
