#include "rgm/agent/recognition.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "rgm/inference/sequence_filter.h"

namespace rgm {

Recogniser::Recogniser(const Hierarchy& hierarchy) : tables_(hierarchy), episode_(tables_) {}

/// Takes in the frames `first` … `last` − 1; P(what was observed so far | state) up to a factor.
/// False if it is impossible.
bool Recogniser::observe(const Outcomes& frames, std::size_t first, std::size_t last,
                         std::vector<double>& likelihood) {
  for (std::size_t t = first; t < last; ++t)
    for (std::size_t f = 0; f < tables_.level(0).size(); ++f)
      episode_.observe(t, f, frames, t, SoftReading::kLikelihood);
  if (!episode_.update()) return false;
  likelihood.assign(num_states(), 1);
  std::ranges::copy(episode_.root_likelihood(), likelihood.begin());
  return true;
}

std::vector<double> Recogniser::belief(const Outcomes& frames, std::span<const double> predicted,
                                       double jump, std::span<const double> anywhere) {
  require(frames.items() == tables_.steps(0), "Recogniser: frames: expected ", tables_.steps(0),
          ", got ", frames.items());
  require(frames.modalities() == tables_.num_modalities(), "Recogniser: frames: expected ",
          tables_.num_modalities(), " modalities, got ", frames.modalities());
  require(predicted.size() == num_states() && anywhere.size() == num_states(),
          "Recogniser: beliefs: expected ", num_states(), " states, got ", predicted.size(),
          " and ", anywhere.size());
  episode_.clear();
  const std::size_t last = frames.items() - 1;
  if (!observe(frames, 0, last, before_) || !observe(frames, last, last + 1, all_)) return {};
  double fit = 0;
  for (std::size_t s = 0; s < num_states(); ++s) fit += anywhere[s] * before_[s];
  std::vector<double> result(num_states());
  double total = 0;
  for (std::size_t s = 0; s < result.size(); ++s) {
    if (predicted[s] > 0 && before_[s] > 0) result[s] += predicted[s] * all_[s] / before_[s];
    if (fit > 0) result[s] += jump * anywhere[s] * all_[s] / fit;
    total += result[s];
  }
  if (!(total > 0) || !std::isfinite(total)) return {};
  for (double& p : result) p /= total;
  return result;
}

OutcomeDistributions Recogniser::last_frame(std::span<const double> belief) {
  const std::size_t last = tables_.steps(0) - 1;
  episode_.clear();
  if (!episode_.update() || !episode_.infer(belief, last, last)) episode_.fail_impossible();
  OutcomeDistributions result(tables_.num_modalities());
  for (std::size_t f = 0; f < tables_.level(0).size(); ++f)
    expected_outcomes(tables_, f, episode_.posterior(0, last, f), result);
  return result;
}

}  // namespace rgm
