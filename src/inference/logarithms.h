#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace rgm::detail {

/// ln 0.
inline constexpr double kImpossible = -std::numeric_limits<double>::infinity();

/// ln(exp(a) + exp(b)).
inline double log_add(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == kImpossible ? a : a + std::log1p(std::exp(b - a));
}

/// ln of the smallest best product of an episode's scaled messages of which nothing that matters is
/// lost: what underflows (below 1e-308) is then less than 1e-28 of what does not, as seen from
/// either end.
inline constexpr double kSmallestBest = -322;  // ln 1e-140

/// Some numbers at a time, always the same ones together, so that results have the same bits
/// wherever the numbers lie in memory.
using Chunk = Eigen::Array<double, 8, 1>;

/// Calls `visit(chunk, first, count)` for all numbers, the last chunk filled up with zeros.
template <class Visit>
void for_each_chunk(std::span<const double> values, Visit visit) {
  Chunk chunk;
  std::size_t i = 0;
  for (; i + 8 <= values.size(); i += 8) {
    std::memcpy(chunk.data(), values.data() + i, sizeof chunk);
    visit(chunk, i, std::size_t{8});
  }
  if (i == values.size()) return;
  chunk.setZero();
  std::memcpy(chunk.data(), values.data() + i, (values.size() - i) * sizeof(double));
  visit(chunk, i, values.size() - i);
}

inline double sum_of(std::span<const double> values) {
  Chunk sum = Chunk::Zero();
  for_each_chunk(values, [&](const Chunk& chunk, std::size_t, std::size_t) { sum += chunk; });
  return sum.sum();
}

inline double sum_of_products(std::span<const double> a, std::span<const double> b) {
  Chunk sum = Chunk::Zero(), other = Chunk::Zero();
  for_each_chunk(a, [&](const Chunk& chunk, std::size_t first, std::size_t count) {
    if (count < 8) other.setZero();
    std::memcpy(other.data(), b.data() + first, count * sizeof(double));
    sum += chunk * other;
  });
  return sum.sum();
}

/// values = exp(values), within rounding of `std::exp`; 0 from ln 3.4e-308 on down. Values are at
/// most 0.
inline void exponentiate_all(std::span<double> values) {
  constexpr double kLeast = -708;  // Eigen's exponential knows neither 0 nor −∞
  for_each_chunk(values, [&](Chunk& chunk, std::size_t first, std::size_t count) {
    chunk = chunk.max(kLeast).exp();
    std::memcpy(values.data() + first, chunk.data(), count * sizeof(double));
  });
  for (double& v : values) v = v < 3.4e-308 ? 0.0 : v;
}

/// values = exp(values − largest), of which `logs` gets the logarithms unless it is null; returns
/// the largest, −∞ if all are impossible.
inline double exponentiate(std::vector<double>& values, std::vector<double>* logs) {
  Eigen::Map<Eigen::ArrayXd> all(values.data(), static_cast<Eigen::Index>(values.size()));
  const double largest = all.maxCoeff();
  if (largest == kImpossible) {
    std::ranges::fill(values, 0.0);
    return largest;
  }
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
