#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace rgm::detail {

/// ln 0.
inline constexpr double kImpossible = -std::numeric_limits<double>::infinity();

/// values = exp(values − largest), of which `logs` gets the logarithms unless it is null; returns
/// the largest, −∞ if all are impossible.
inline double exponentiate(std::vector<double>& values, std::vector<double>* logs) {
  const double largest = *std::ranges::max_element(values);
  if (largest == kImpossible) {
    std::ranges::fill(values, 0.0);
    return largest;
  }
  for (double& v : values) v -= largest;
  if (logs != nullptr) *logs = values;
  for (double& v : values) v = v == 0 ? 1.0 : std::exp(v);
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
