#include "rgm/math/information.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/math/special.h"

namespace rgm {
namespace {

double x_log_x(double x) { return x > 0 ? x * std::log(x) : 0; }

void require_same_size(const char* what, std::size_t p, std::size_t q) {
  require(p == q, what, ": expected two vectors of one size, got ", p, " and ", q);
}

}  // namespace

double entropy(std::span<const double> p) {
  double sum = 0;
  for (double value : p) sum -= x_log_x(value);
  return sum;
}

double kl_divergence(std::span<const double> p, std::span<const double> q) {
  require_same_size("kl_divergence", p.size(), q.size());
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (p[i] > 0)
      sum += q[i] > 0 ? p[i] * std::log(p[i] / q[i]) : std::numeric_limits<double>::infinity();
  return sum;
}

double kl_dirichlet(std::span<const double> q_counts, std::span<const double> p_counts) {
  require_same_size("kl_dirichlet", q_counts.size(), p_counts.size());
  double sum = log_beta(p_counts) - log_beta(q_counts);
  const double common = digamma(std::accumulate(q_counts.begin(), q_counts.end(), 0.0));
  for (std::size_t i = 0; i < q_counts.size(); ++i)
    sum += (q_counts[i] - p_counts[i]) * (digamma(q_counts[i]) - common);
  return sum;
}

double mutual_information(const Matrix<double>& counts) {
  std::vector<double> columns(counts.cols());
  double total = 0, terms = 0;
  for (std::size_t o = 0; o < counts.rows(); ++o) {
    double row = 0;
    for (std::size_t s = 0; s < counts.cols(); ++s) {
      const double a = counts(o, s);
      require(std::isfinite(a) && a >= 0,
              "mutual_information: counts: expected finite values of at least 0, got ", a);
      row += a;
      columns[s] += a;
      terms += x_log_x(a);
    }
    total += row;
    terms -= x_log_x(row);
  }
  for (double column : columns) terms -= x_log_x(column);
  return total > 0 ? terms / total + std::log(total) : 0;
}

}  // namespace rgm
