#include "rgm/math/special.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rgm/base/error.h"

namespace rgm {

double log_sum_exp(std::span<const double> x) {
  const double largest =
      x.empty() ? -std::numeric_limits<double>::infinity() : *std::max_element(x.begin(), x.end());
  if (std::isinf(largest)) return largest;
  double sum = 0;
  for (double value : x) sum += std::exp(value - largest);
  return largest + std::log(sum);
}

std::vector<double> softmax(std::span<const double> x, double precision) {
  require(!x.empty(), "softmax: x: expected at least one entry, got none");
  const double largest = *std::max_element(x.begin(), x.end());
  require(std::isfinite(largest), "softmax: x: expected a finite largest entry, got ", largest);
  require(std::isfinite(precision) && precision >= 0,
          "softmax: precision: expected a finite value of at least 0, got ", precision);
  std::vector<double> p(x.size());
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (x[i] > -std::numeric_limits<double>::infinity())
      sum += p[i] = std::exp(precision * (x[i] - largest));
  for (double& value : p) value /= sum;
  return p;
}

double digamma(double x) {
  require(std::isfinite(x) && x > 0, "digamma: x: expected a finite value above 0, got ", x);
  double shift = 0;
  for (; x < 10; ++x)
    shift -= 1 / x;  // ψ(x) = ψ(x + 1) − 1/x, up to where seven terms of the series suffice
  const double y = 1 / (x * x);
  const double series =
      y * (1. / 12 -
           y * (1. / 120 -
                y * (1. / 252 - y * (1. / 240 - y * (1. / 132 - y * (691. / 32760 - y / 12))))));
  return shift + std::log(x) - 0.5 / x - series;
}

double log_beta(std::span<const double> counts) {
  require(!counts.empty(), "log_beta: counts: expected at least one, got none");
  double total = 0, result = 0;
  for (double a : counts) {
    require(std::isfinite(a) && a > 0, "log_beta: counts: expected finite values above 0, got ", a);
    total += a;
    result += std::lgamma(a);
  }
  return result - std::lgamma(total);
}

}  // namespace rgm
