#include "rgm/math/graph_laplacian.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

#include "rgm/base/error.h"

namespace rgm {
namespace {

using Edges = std::vector<GraphLaplacian::Edge>;

/// A path through all nodes, so that the graph is connected, and some edges more: loops, parallel
/// ones, any.
Edges random_edges(std::size_t nodes, Random& random) {
  Edges edges;
  for (std::size_t i = 1; i < nodes; ++i) edges.push_back({i - 1, i});
  for (std::size_t more = random.index(2 * nodes); more > 0; --more)
    edges.push_back({random.index(nodes), random.index(nodes)});
  return edges;
}

Eigen::MatrixXd dense(std::size_t nodes, const Edges& edges) {
  const auto n = static_cast<Eigen::Index>(nodes);
  Eigen::MatrixXd weights = Eigen::MatrixXd::Zero(n, n);
  for (const auto& [from, to] : edges)
    if (from != to) {
      weights(static_cast<Eigen::Index>(from), static_cast<Eigen::Index>(to)) += 1;
      weights(static_cast<Eigen::Index>(to), static_cast<Eigen::Index>(from)) += 1;
    }
  const Eigen::VectorXd scale = weights.rowwise().sum().cwiseMax(1).cwiseSqrt().cwiseInverse();
  return Eigen::MatrixXd::Identity(n, n) - scale.asDiagonal() * weights * scale.asDiagonal();
}

Eigen::VectorXd view(const std::vector<double>& values) {
  return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

std::vector<double> random_vector(std::size_t size, Random& random) {
  std::vector<double> result(size);
  for (double& value : result) value = random.normal();
  return result;
}

TEST(GraphLaplacian, EqualsTheDenseMatrix) {
  Random random(1);
  for (int i = 0; i < 50; ++i) {
    const std::size_t nodes = 1 + random.index(20);
    const auto edges = random_edges(nodes, random);
    const GraphLaplacian laplacian(nodes, edges);
    const auto matrix = dense(nodes, edges);
    const auto x = random_vector(nodes, random);
    EXPECT_LT((view(laplacian.times(x)) - matrix * view(x)).norm(), 1e-12);
    EXPECT_LT((view(laplacian.times(x, 0.25)) - matrix * view(x) - 0.25 * view(x)).norm(), 1e-12);
    if (nodes > 1) {
      EXPECT_LT(view(laplacian.times(laplacian.root_degrees())).norm(), 1e-12);
    }
  }
}

TEST(GraphLaplacian, SolvesAsTheDenseMatrixDoes) {
  Random random(2);
  for (int i = 0; i < 50; ++i) {
    const std::size_t nodes = 1 + random.index(20);
    const auto edges = random_edges(nodes, random);
    const GraphLaplacian laplacian(nodes, edges);
    const auto b = random_vector(nodes, random);
    for (const double shift : {1.0, 1e-3}) {
      Eigen::MatrixXd matrix = dense(nodes, edges);
      matrix.diagonal().array() += shift;
      const Eigen::VectorXd expected = matrix.ldlt().solve(view(b));
      EXPECT_LT((view(laplacian.solve(b, shift)) - expected).norm(), 1e-7 / shift * view(b).norm());
    }
  }
}

TEST(GraphLaplacian, LeastEigenvectorsAreThoseOfTheDenseMatrix) {
  Random random(3);
  int compared = 0;
  for (int i = 0; i < 100; ++i) {
    const std::size_t nodes = 4 + random.index(16);
    const auto edges = random_edges(nodes, random);
    const GraphLaplacian laplacian(nodes, edges);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> expected(dense(nodes, edges));
    const auto vectors = least_eigenvectors(laplacian, 2, random);
    ASSERT_EQ(vectors.size(), 2U);
    EXPECT_NEAR(view(vectors[0]).dot(view(vectors[1])), 0, 1e-9);
    // A vector has converged if the others' eigenvalues are well apart from its own.
    const auto& values = expected.eigenvalues();
    for (Eigen::Index c = 1; c <= 2 && values[c] < 0.6 * values[c + 1]; ++c, ++compared) {
      const auto vector = view(vectors[static_cast<std::size_t>(c - 1)]);
      EXPECT_NEAR(vector.norm(), 1, 1e-12);
      EXPECT_NEAR(std::abs(vector.dot(expected.eigenvectors().col(c))), 1, 1e-6);
    }
  }
  EXPECT_GT(compared, 30);
}

TEST(GraphLaplacian, HasEdgesBetweenItsNodesOnly) {
  EXPECT_THROW(GraphLaplacian(2, Edges{{0, 2}}), BadInput);
  EXPECT_THROW(GraphLaplacian(0, Edges{{0, 0}}), BadInput);
}

}  // namespace
}  // namespace rgm
