#include "group_belief.h"

#include <algorithm>

#include "frequencies.h"

namespace rgm::detail {
namespace {

constexpr double kUnits = 0x1p20;  // of a predicted probability of 1
/// Where predicted probabilities are cut to integers: far from simple fractions, which are what
/// many of them are. (The golden ratio is worst approximated by fractions: those of denominator q
/// stay 1 / (√5 q²) away.)
constexpr double kOffset = 0.38196601125010515;
constexpr double kLightest = 0x1p-200;

}  // namespace

GroupTable::GroupTable(const SequenceTables::FactorTable& table) : num_states(table.num_states) {
  for (const auto& observed : table.observed) {
    auto& modality = modalities.emplace_back();
    modality.index = observed.modality;
    modality.num_outcomes = observed.num_outcomes;
    modality.background = observed.background;
    modality.begin.assign(num_states + 1, 0);
    for (const auto state : observed.states) ++modality.begin[state + 1];
    for (std::size_t s = 0; s < num_states; ++s) modality.begin[s + 1] += modality.begin[s];
    modality.entries.resize(observed.states.size());
    auto at = modality.begin;
    for (std::size_t o = 0; o < observed.num_outcomes; ++o)
      for (std::size_t i = observed.begin[o]; i < observed.begin[o + 1]; ++i)
        modality.entries[at[observed.states[i]]++] = {static_cast<std::uint32_t>(o),
                                                      observed.probabilities[i]};
  }
}

void GroupBelief::start(const GroupTable& table, std::span<const double> predicted,
                        double novelty) {
  table_ = &table;
  novelty_ = novelty;
  initial_.resize(predicted.size());
  double total = 0;
  for (std::size_t s = 0; s < predicted.size(); ++s) {
    initial_[s] =
        static_cast<double>(1 + static_cast<std::uint32_t>(predicted[s] * kUnits + kOffset));
    total += initial_[s];
  }
  const double scale = (1 - novelty) / total;
  for (double& w : initial_) w *= scale;
  reset();
}

void GroupBelief::start_novel() {
  table_ = nullptr;
  initial_.clear();
  novelty_ = 1;
  reset();
}

void GroupBelief::reset() {
  novel_weight_ = novelty_;
  weights_ = initial_;
  states_.resize(initial_.size());
  for (std::size_t s = 0; s < states_.size(); ++s) states_[s] = static_cast<std::uint32_t>(s);
}

void GroupBelief::predict(std::size_t g, std::span<const double> novel,
                          std::vector<double>& weights) const {
  if (table_ == nullptr) {
    weights.assign(novel.begin(), novel.end());
    return;
  }
  const auto& modality = table_->modalities[g];
  weights.assign(modality.num_outcomes, 0.0);
  double background = 0;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const double w = weights_[i];
    background += w * modality.background[states_[i]];
    for (const auto& [outcome, probability] : modality.of(states_[i]))
      weights[outcome] += w * probability;
  }
  for (double& weight : weights) weight += background;
  for (std::size_t o = 0; o < novel.size(); ++o) weights[o] += novel_weight_ * novel[o];
}

void GroupBelief::observe(std::size_t g, std::size_t outcome, double novel_probability) {
  if (table_ == nullptr) return;
  const auto& modality = table_->modalities[g];
  novel_weight_ *= novel_probability;
  double largest = novel_weight_, total = novel_weight_;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    double likelihood = modality.background[states_[i]];
    for (const auto& entry : modality.of(states_[i]))
      if (entry.outcome == outcome) {
        likelihood += entry.probability;
        break;
      }
    weights_[i] *= likelihood;
    total += weights_[i];
    largest = std::max(largest, weights_[i]);
  }
  if (!(total > kNegligible)) return reset();
  const double scale = 1 / total, lightest = largest * kLightest;
  if (novelty_ > 0) novel_weight_ = std::max(novel_weight_, lightest) * scale;
  std::size_t left = 0;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (weights_[i] < lightest) continue;
    states_[left] = states_[i];
    weights_[left++] = weights_[i] * scale;
  }
  states_.resize(left);
  weights_.resize(left);
}

}  // namespace rgm::detail
