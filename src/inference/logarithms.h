#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace rgm::detail {

/// ln 0.
inline constexpr double kImpossible = -std::numeric_limits<double>::infinity();

/// ln of the smallest best product of an episode's scaled messages of which nothing that matters is
/// lost: what underflows (below 1e-308) is then less than 1e-28 of what does not, as seen from
/// either end.
inline constexpr double kSmallestBest = -322;  // ln 1e-140

/// values = exp(values), a vector of them at a time, within rounding of `std::exp`; 0 from
/// ln 3.4e-308 on down. Values are at most 0.
inline void exponentiate_all(std::vector<double>& values) {
  constexpr double kLeast = -708;  // Eigen's exponential knows neither 0 nor −∞
  Eigen::Map<Eigen::ArrayXd> all(values.data(), static_cast<Eigen::Index>(values.size()));
  all = all.max(kLeast).exp();
  for (double& v : values) v = v < 3.4e-308 ? 0.0 : v;
}

/// values = exp(values − largest), of which `logs` gets the logarithms unless it is null; returns
/// the largest, −∞ if all are impossible.
inline double exponentiate(std::vector<double>& values, std::vector<double>* logs) {
  Eigen::Map<Eigen::ArrayXd> all(values.data(), static_cast<Eigen::Index>(values.size()));
  const double largest = all.maxCoeff();
  if (largest == kImpossible) return largest;
  all -= largest;
  if (logs != nullptr) *logs = values;
  exponentiate_all(values);
  return largest;
}

/// Divides by the largest; returns its logarithm.
inline double scale_to_largest(std::vector<double>& values) {
  const double largest = *std::ranges::max_element(values);
  if (largest > 0)
    for (double& v : values) v /= largest;
  return std::log(largest);
}

}  // namespace rgm::detail
