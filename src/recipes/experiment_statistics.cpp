#include "rgm/recipes/experiment_statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "rgm/base/error.h"

namespace rgm {

double area_under_curve(std::span<const double> negative, std::span<const double> positive) {
  require(!negative.empty() && !positive.empty(), "area_under_curve: expected negative and positive cases, got ",
          negative.size(), " and ", positive.size());
  std::vector<std::pair<double, bool>> cases;
  for (double score : negative) cases.emplace_back(score, false);
  for (double score : positive) cases.emplace_back(score, true);
  for (const auto& [score, kind] : cases) require(!std::isnan(score), "area_under_curve: a score is not a number");
  std::ranges::sort(cases);
  double won = 0, below = 0;  // pairs that a positive case wins; negative cases of smaller scores
  for (std::size_t i = 0; i < cases.size();) {
    double negatives = 0, positives = 0;
    const double score = cases[i].first;
    for (; i < cases.size() && cases[i].first == score; ++i) (cases[i].second ? positives : negatives) += 1;
    won += positives * (below + 0.5 * negatives);
    below += negatives;
  }
  return won / (static_cast<double>(negative.size()) * static_cast<double>(positive.size()));
}

PowerLaw fit_power_law(std::span<const double> x, std::span<const double> y) {
  require(x.size() == y.size(), "fit_power_law: expected as many y as x, got ", y.size(), " and ", x.size());
  const auto n = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    require(x[i] > 0 && y[i] > 0, "fit_power_law: expected values above 0, got ", x[i], " and ", y[i]);
    mean_x += std::log(x[i]) / n;
    mean_y += std::log(y[i]) / n;
  }
  double squares = 0, products = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    squares += (std::log(x[i]) - mean_x) * (std::log(x[i]) - mean_x);
    products += (std::log(x[i]) - mean_x) * (std::log(y[i]) - mean_y);
  }
  require(squares > 0, "fit_power_law: expected at least two different x");
  const double exponent = products / squares;
  return {exponent, std::exp(mean_y - exponent * mean_x)};
}

}  // namespace rgm
