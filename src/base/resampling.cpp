#include "rgm/base/resampling.h"

#include <algorithm>
#include <cmath>

namespace rgm {
namespace {

/// Keys' cubic convolution kernel with a = −1/2.
double cubic(double x) {
  x = std::abs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

}  // namespace

std::size_t mirrored(std::ptrdiff_t i, std::size_t n) {
  const auto period = static_cast<std::ptrdiff_t>(2 * n);
  const std::ptrdiff_t j = ((i % period) + period) % period;
  return static_cast<std::size_t>(j < static_cast<std::ptrdiff_t>(n) ? j : period - 1 - j);
}

std::vector<RowWeights> resampling(std::size_t to, std::size_t from) {
  return resampling(to, from, static_cast<double>(from));
}

std::vector<RowWeights> resampling(std::size_t to, std::size_t from, double extent, double begin) {
  std::vector<RowWeights> rows(to);
  const double scale = static_cast<double>(to) / extent;
  const double stretch =
      std::max(1.0, 1 / scale);  // a wider kernel when shrinking, against aliasing
  for (std::size_t i = 0; i < to; ++i) {
    const double centre = begin + (static_cast<double>(i) + 0.5) / scale - 0.5;
    const auto first = static_cast<std::ptrdiff_t>(std::floor(centre - 2 * stretch));
    const auto last = static_cast<std::ptrdiff_t>(std::ceil(centre + 2 * stretch));
    double total = 0;
    for (auto j = first; j <= last; ++j)
      total += cubic((centre - static_cast<double>(j)) / stretch);
    const auto end = std::min(last + 1, static_cast<std::ptrdiff_t>(from));
    rows[i].first = static_cast<std::size_t>(std::max<std::ptrdiff_t>(first, 0));
    rows[i].weights.resize(static_cast<std::size_t>(end) - rows[i].first);
    for (auto j = first; j <= last; ++j)
      rows[i].weights[mirrored(j, from) - rows[i].first] +=
          cubic((centre - static_cast<double>(j)) / stretch) / total;
  }
  return rows;
}

}  // namespace rgm
