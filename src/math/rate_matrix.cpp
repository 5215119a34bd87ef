#include "rgm/math/rate_matrix.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <functional>

#include "rgm/base/error.h"

namespace rgm {
namespace {

using Dense = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const Dense> eigen_of(const Matrix<double>& matrix) {
  return {matrix.data(), static_cast<Eigen::Index>(matrix.rows()),
          static_cast<Eigen::Index>(matrix.cols())};
}

Matrix<double> matrix_of(const Dense& dense) {
  Matrix<double> result(static_cast<std::size_t>(dense.rows()),
                        static_cast<std::size_t>(dense.cols()));
  Eigen::Map<Dense>(result.data(), dense.rows(), dense.cols()) = dense;
  return result;
}

/// exp(A t) of a matrix whose entries off the diagonal are not negative; no term is.
Dense exponential(const Dense& matrix, double time) {
  const double shift = std::max(0.0, -matrix.diagonal().minCoeff());
  Dense term = matrix;
  term.diagonal().array() += shift;
  const double norm = std::max(term.rowwise().sum().maxCoeff(), shift) * time;
  require(std::isfinite(norm), "time: expected rates and times whose product is finite, got ",
          time);
  int squarings = 0;
  while (std::ldexp(norm, -squarings) > 1) ++squarings;
  const double step = std::ldexp(time, -squarings);
  const Dense scaled = term * step;
  Dense sum = Dense::Identity(matrix.rows(), matrix.cols());
  term = sum;
  constexpr int kTerms = 20;  // 1 / 21! is below the precision of a double
  for (int k = 1; k <= kTerms; ++k) {
    term = (term * scaled).eval() / k;
    sum += term;
  }
  sum *= std::exp(-shift * step);
  for (; squarings > 0; --squarings) sum = (sum * sum).eval();
  return sum;
}

void check_rates(const Matrix<double>& rates, double time) {
  require(!rates.empty() && rates.rows() == rates.cols(), "rates: expected a square matrix, got ",
          rates.rows(), " by ", rates.cols());
  require(std::isfinite(time) && time >= 0, "time: expected a finite number of at least 0, got ",
          time);
}

}  // namespace

Matrix<double> with_diagonal(Matrix<double> rates) {
  check_rates(rates, 0);
  for (std::size_t i = 0; i < rates.rows(); ++i) {
    double leaving = 0;
    for (std::size_t j = 0; j < rates.cols(); ++j) {
      if (i == j) continue;
      require(std::isfinite(rates(i, j)) && rates(i, j) >= 0, "rates: from ", i, " to ", j,
              ": expected a finite number of at least 0, got ", rates(i, j));
      leaving += rates(i, j);
    }
    rates(i, i) = -leaving;
  }
  return rates;
}

Matrix<double> transition_probabilities(const Matrix<double>& rates, double time) {
  check_rates(rates, time);
  Dense result = exponential(eigen_of(rates), time);
  for (Eigen::Index i = 0; i < result.rows(); ++i) result.row(i) /= result.row(i).sum();
  return matrix_of(result);
}

Matrix<double> interval_integrals(const Matrix<double>& rates, const Matrix<double>& probabilities,
                                  double time, const Matrix<double>& weights) {
  check_rates(rates, time);
  const auto n = static_cast<Eigen::Index>(rates.rows());
  for (const auto* other : {&probabilities, &weights})
    require(other->rows() == rates.rows() && other->cols() == rates.cols(),
            "interval_integrals: expected matrices of ", n, " by ", n, ", got ", other->rows(),
            " by ", other->cols());
  Dense density = Dense::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j) {
      const double probability = eigen_of(probabilities)(i, j);
      if (probability > 0) density(i, j) = eigen_of(weights)(i, j) / probability;
    }
  // exp of [[Qᵀ, D], [0, Qᵀ]] t holds ∫ exp(Qᵀ s) D exp(Qᵀ (t − s)) ds above its diagonal. It is
  // linear in D, which is brought to the size of the rates so that it does not ask for squarings.
  const double largest = density.maxCoeff();
  if (!(largest > 0)) return Matrix<double>(rates.rows(), rates.cols());
  const double fastest = -eigen_of(rates).diagonal().minCoeff();
  const double scale = largest / (fastest > 0 ? fastest : 1);
  Dense block = Dense::Zero(2 * n, 2 * n);
  block.topLeftCorner(n, n) = eigen_of(rates).transpose();
  block.bottomRightCorner(n, n) = eigen_of(rates).transpose();
  block.topRightCorner(n, n) = density / scale;
  return matrix_of(exponential(block, time).topRightCorner(n, n) * scale);
}

std::vector<double> stationary_distribution(const Matrix<double>& rates) {
  check_rates(rates, 0);
  const auto n = static_cast<Eigen::Index>(rates.rows());
  // The limit of exp(Q t) without growing t: powers of (I − Q / ε)⁻¹, the chain seen at random
  // times of mean 1 / ε, come to it from any beginning, each step by a factor of ε over the gap.
  const double fastest = -eigen_of(rates).diagonal().minCoeff();
  Eigen::RowVectorXd result = Eigen::RowVectorXd::Constant(n, 1.0 / static_cast<double>(n));
  if (fastest > 0) {
    const Dense step = Dense::Identity(n, n) - eigen_of(rates) * (1e6 / fastest);
    const Eigen::PartialPivLU<Dense> solver(step.transpose());
    for (int i = 0; i < 20; ++i) {
      result = solver.solve(result.transpose()).transpose().cwiseMax(0);
      result /= result.sum();
    }
  }
  return {result.data(), result.data() + n};
}

Matrix<double> net_flux(const Matrix<double>& rates) {
  const auto stationary = stationary_distribution(rates);
  Matrix<double> result(rates.rows(), rates.cols());
  for (std::size_t i = 0; i < rates.rows(); ++i)
    for (std::size_t j = 0; j < rates.cols(); ++j)
      if (i != j) result(i, j) = stationary[i] * rates(i, j) - stationary[j] * rates(j, i);
  return result;
}

std::vector<double> implied_timescales(const Matrix<double>& rates) {
  check_rates(rates, 0);
  const Eigen::EigenSolver<Dense> solver(eigen_of(rates), false);
  require(solver.info() == Eigen::Success, "rates: eigenvalues were not found");
  const double fastest = -eigen_of(rates).diagonal().minCoeff();
  std::vector<double> result;
  for (const auto& value : solver.eigenvalues())
    if (value.real() < -1e-12 * fastest) result.push_back(-1 / value.real());
  std::sort(result.begin(), result.end(), std::greater<>());
  return result;
}

}  // namespace rgm
