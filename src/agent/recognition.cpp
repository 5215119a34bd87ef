#include "rgm/agent/recognition.h"

#include <algorithm>

#include "rgm/base/error.h"
#include "rgm/inference/sequence_filter.h"

namespace rgm {

Recogniser::Recogniser(const Hierarchy& hierarchy) : tables_(hierarchy), episode_(tables_) {}

std::vector<double> Recogniser::posterior(const Outcomes& frames, std::span<const double> prior) {
  episode_.clear();
  for (std::size_t t = 0; t < frames.items(); ++t)
    for (std::size_t f = 0; f < tables_.level(0).size(); ++f) episode_.observe(t, f, frames, t, SoftReading::kLikelihood);
  std::vector<double> result(prior.begin(), prior.end());
  try {
    episode_.update();
  } catch (const Error&) {
    return {};
  }
  const auto likelihood = episode_.root_likelihood();
  double total = 0;
  for (std::size_t s = 0; s < result.size(); ++s) {
    if (!likelihood.empty()) result[s] *= likelihood[s];
    total += result[s];
  }
  if (total <= 0) return {};
  for (double& p : result) p /= total;
  return result;
}

OutcomeDistributions Recogniser::last_frame(std::span<const double> belief) {
  const std::size_t last = tables_.steps(0) - 1;
  episode_.clear();
  episode_.update();
  episode_.infer(belief, last, last);
  OutcomeDistributions result(tables_.num_modalities());
  for (std::size_t f = 0; f < tables_.level(0).size(); ++f)
    expected_outcomes(tables_, f, episode_.posterior(0, last, f), result);
  return result;
}

}  // namespace rgm
