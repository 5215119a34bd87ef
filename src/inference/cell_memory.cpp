#include "rgm/inference/cell_memory.h"

#include <algorithm>

namespace rgm {
namespace {

/// The last strength is infinite: the rung says nothing.
constexpr std::array<double, CellMemory::kStrengths - 1> kCounts{1, 1, 4, 16, 64},
    kDiscounts{0.9, 0.3, 0, 0, 0};
constexpr double kSwitch = 1e-3;

/// n_x of an outcome.
double count_of(const Kinds::Followers& followers, std::size_t outcome) {
  const auto counts = followers.of(outcome);
  return counts.empty() ? 0.0 : counts.front();
}

}  // namespace

CellMemory::CellMemory(std::size_t cells, std::size_t rungs)
    : rungs_(rungs), beliefs_(cells * rungs) {
  for (auto& belief : beliefs_) belief.fill(1.0 / double{kStrengths});
}

CellMemory::Strengths CellMemory::by_strength(const Kinds::Followers& followers,
                                              Observation observation, double below,
                                              Strengths& escapes) {
  Strengths result;
  result.back() = below;
  escapes.back() = 1;
  const double total = followers.totals.front();
  for (std::size_t j = 0; j < kCounts.size(); ++j) {
    double seen = 0, given_up = 0;
    for (const auto& [outcome, weight] : observation)
      seen += weight * std::max(count_of(followers, outcome) - kDiscounts[j], 0.0);
    for (const double count : followers.counts) given_up += std::min(count, kDiscounts[j]);
    escapes[j] = (kCounts[j] + given_up) / (total + kCounts[j]);
    result[j] = seen / (total + kCounts[j]) + escapes[j] * below;
  }
  return result;
}

CellMemory::Climb CellMemory::climb(std::size_t cell, const Rungs& rungs, Observation observation,
                                    double base) const {
  Climb result{base, 1};
  Strengths escapes;
  for (std::size_t r = 0; r < rungs_; ++r) {
    if (rungs[r] == nullptr) continue;
    const auto by = by_strength(*rungs[r], observation, result.probability, escapes);
    const auto& belief = beliefs_[cell * rungs_ + r];
    double probability = 0, escape = 0;
    for (std::size_t j = 0; j < kStrengths; ++j) {
      probability += belief[j] * by[j];
      escape += belief[j] * escapes[j];
    }
    result = {probability, result.escape * escape};
  }
  return result;
}

void CellMemory::climb(std::size_t cell, const Rungs& rungs,
                       std::vector<double>& probabilities) const {
  Strengths escapes;
  for (std::size_t r = 0; r < rungs_; ++r) {
    if (rungs[r] == nullptr) continue;
    const auto& followers = *rungs[r];
    by_strength(followers, {}, 0, escapes);
    const auto& belief = beliefs_[cell * rungs_ + r];
    double escape = 0;
    for (std::size_t j = 0; j < kStrengths; ++j) escape += belief[j] * escapes[j];
    for (double& p : probabilities) p *= escape;
    for (std::size_t i = 0; i < followers.outcomes.size(); ++i)
      for (std::size_t j = 0; j < kCounts.size(); ++j)
        probabilities[followers.outcomes[i]] += belief[j] *
                                                std::max(followers.counts[i] - kDiscounts[j], 0.0) /
                                                (followers.totals.front() + kCounts[j]);
  }
}

void CellMemory::update(std::size_t cell, const Rungs& rungs, Observation observation,
                        double base) {
  Strengths escapes;
  double below = base;
  for (std::size_t r = 0; r < rungs_; ++r) {
    if (rungs[r] == nullptr) continue;
    const auto by = by_strength(*rungs[r], observation, below, escapes);
    auto& belief = beliefs_[cell * rungs_ + r];
    double total = 0;
    for (std::size_t j = 0; j < kStrengths; ++j) total += belief[j] * by[j];
    for (std::size_t j = 0; j < kStrengths; ++j)
      belief[j] = (1 - kSwitch) * belief[j] * by[j] / total + kSwitch / double{kStrengths};
    below = total;
  }
}

}  // namespace rgm
