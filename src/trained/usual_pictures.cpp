#include "rgm/trained/usual_pictures.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"

namespace rgm {

double UsualPictures::percentile(double evidence) const {
  const auto above = std::ranges::upper_bound(log_evidence, evidence);
  if (above == log_evidence.begin()) return 0;
  const auto below = above - 1;
  const auto steps = static_cast<double>(below - log_evidence.begin());
  return above == log_evidence.end() ? 100 : steps + (evidence - *below) / (*above - *below);
}

bool UsualPictures::unlike(double evidence, double lost) const {
  return evidence < log_evidence[1] || evidence > log_evidence.back() ||
         lost > loss[kQuantiles - 2];
}

void UsualPictures::validate() const {
  require(log_evidence.empty() == loss.empty(),
          "usual: expected quantiles of both log_evidence and loss, or of neither");
  for (const auto* values : {&log_evidence, &loss}) {
    if (values->empty()) continue;
    require(values->size() == kQuantiles, "usual: expected ", kQuantiles, " quantiles, got ",
            values->size());
    require(std::ranges::all_of(*values, [](double v) { return std::isfinite(v); }) &&
                std::ranges::is_sorted(*values),
            "usual: expected quantiles that are finite and ascend");
  }
  require(loss.empty() || loss.front() >= 0, "usual: loss: expected quantiles from 0 on");
}

std::vector<double> usual_quantiles(std::vector<double> values) {
  require(!values.empty(), "usual_quantiles: expected at least one value, got none");
  std::ranges::sort(values);
  std::vector<double> quantiles(UsualPictures::kQuantiles);
  for (std::size_t q = 0; q < quantiles.size(); ++q) {
    const double at = static_cast<double>(q) * static_cast<double>(values.size() - 1) /
                      static_cast<double>(quantiles.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    quantiles[q] =
        values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
  }
  return quantiles;
}

}  // namespace rgm
