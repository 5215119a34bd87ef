#include "rgm/model/likelihood.h"

#include <cmath>

#include "rgm/base/error.h"
#include "rgm/model/outcomes.h"

namespace rgm {

Likelihood::Likelihood(std::span<const std::size_t> outcomes, std::span<const double> concentrations, std::size_t states)
    : concentrations_(concentrations.begin(), concentrations.end()) {
  require(outcomes.size() == concentrations.size(), "Likelihood: concentrations: expected one for each of ", outcomes.size(),
          " modalities, got ", concentrations.size());
  require(states > 0, "Likelihood: states: expected at least 1, got 0");
  for (std::size_t g = 0; g < outcomes.size(); ++g) {
    require(outcomes[g] > 0 && outcomes[g] <= Outcome::kMaxOutcomes, "Likelihood: modality ", g, ": expected 1 to ",
            Outcome::kMaxOutcomes, " outcomes, got ", outcomes[g]);
    require(std::isfinite(concentrations[g]) && concentrations[g] >= 0, "Likelihood: modality ", g,
            ": concentration: expected a finite value of at least 0, got ", concentrations[g]);
    offsets_.push_back(offsets_.back() + outcomes[g]);
  }
  counts_ = Matrix<double>(offsets_.back(), states);
}

Matrix<double> Likelihood::expectation() const {
  Matrix<double> result = counts_;
  std::vector<double> total(num_states());
  for (std::size_t g = 0; g < num_modalities(); ++g) {
    std::fill(total.begin(), total.end(), 0.0);
    for (std::size_t r = offsets_[g]; r < offsets_[g + 1]; ++r)
      for (std::size_t s = 0; s < total.size(); ++s) total[s] += result(r, s) += concentrations_[g];
    for (std::size_t r = offsets_[g]; r < offsets_[g + 1]; ++r)
      for (std::size_t s = 0; s < total.size(); ++s)
        result(r, s) = total[s] > 0 ? result(r, s) / total[s] : 1.0 / static_cast<double>(num_outcomes(g));
  }
  return result;
}

void Likelihood::validate(const char* what) const {
  for (double a : counts_.values())
    require(std::isfinite(a) && a >= 0, what, ": expected finite counts of at least 0, got ", a);
}

}  // namespace rgm
