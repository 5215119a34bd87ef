#include "rgm/experiments/experiment_statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "rgm/base/error.h"

namespace rgm {

double area_under_curve(std::span<const double> negative, std::span<const double> positive) {
  require(!negative.empty() && !positive.empty(),
          "area_under_curve: expected negative and positive cases, got ", negative.size(), " and ",
          positive.size());
  std::vector<std::pair<double, bool>> cases;
  for (double score : negative) cases.emplace_back(score, false);
  for (double score : positive) cases.emplace_back(score, true);
  for (const auto& [score, kind] : cases)
    require(!std::isnan(score), "area_under_curve: a score is not a number");
  std::ranges::sort(cases);
  double won = 0, below = 0;  // pairs that a positive case wins; negative cases of smaller scores
  for (std::size_t i = 0; i < cases.size();) {
    double negatives = 0, positives = 0;
    const double score = cases[i].first;
    for (; i < cases.size() && cases[i].first == score; ++i)
      (cases[i].second ? positives : negatives) += 1;
    won += positives * (below + 0.5 * negatives);
    below += negatives;
  }
  return won / (static_cast<double>(negative.size()) * static_cast<double>(positive.size()));
}

PowerLaw fit_power_law(std::span<const double> x, std::span<const double> y) {
  require(x.size() == y.size(), "fit_power_law: expected as many y as x, got ", y.size(), " and ",
          x.size());
  const auto n = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    require(x[i] > 0 && y[i] > 0, "fit_power_law: expected values above 0, got ", x[i], " and ",
            y[i]);
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

MeanInterval mean_interval(std::span<const double> values) {
  // The 0.975 quantile of Student's t for 1, 2, … degrees of freedom.
  constexpr double kQuantiles[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                                   2.262,  2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                                   2.110,  2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                                   2.060,  2.056, 2.052, 2.048, 2.045, 2.042};
  require(!values.empty(), "mean_interval: expected at least one value");
  const auto n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (double value : values) mean += value / n;
  if (values.size() == 1) return {mean, mean, mean};
  for (double value : values) squares += (value - mean) * (value - mean);
  const std::size_t degrees = values.size() - 1;
  const double quantile =
      degrees <= std::size(kQuantiles) ? kQuantiles[degrees - 1] : 1.96 + 2.372 / (n - 1);
  const double half = quantile * std::sqrt(squares / (n - 1) / n);
  return {mean, mean - half, mean + half};
}

}  // namespace rgm
