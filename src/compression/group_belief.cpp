#include "group_belief.h"

#include <algorithm>
#include <cmath>

#include "frequencies.h"

namespace rgm::detail {
namespace {

constexpr double kUnits = 0x1p20;  // of a predicted probability of 1
/// Where predicted probabilities are cut to integers: far from simple fractions, which are what
/// many of them are. (The golden ratio is worst approximated by fractions: those of denominator q
/// stay 1 / (√5 q²) away.)
constexpr double kOffset = 0.38196601125010515;

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
                        double lightest) {
  table_ = &table;
  lightest_ = lightest;
  initial_.resize(predicted.size());
  before_.resize(predicted.size());
  total_ = 0;
  for (std::size_t s = 0; s < predicted.size(); ++s) {
    initial_[s] =
        static_cast<double>(1 + static_cast<std::uint32_t>(predicted[s] * kUnits + kOffset));
    before_[s] = {static_cast<std::uint32_t>(s), initial_[s]};
    total_ += initial_[s];
  }
}

void GroupBelief::start_without_states() { table_ = nullptr; }

void GroupBelief::start_cell(double cut) {
  cut_ = cut;
  restart_cell();
}

void GroupBelief::restart_cell() {
  cut_weight_ = cut_;
  if (table_ == nullptr) return;
  states_ = before_;
  const double scale = (1 - cut_) / total_;
  for (auto& state : states_) state.weight *= scale;
}

void GroupBelief::predict(std::size_t g, std::span<const double> unlinked,
                          std::vector<double>& weights) const {
  if (table_ == nullptr) {
    weights.assign(unlinked.begin(), unlinked.end());
    return;
  }
  const auto& modality = table_->modalities[g];
  weights.assign(modality.num_outcomes, 0.0);
  double background = 0;
  for (const auto& [index, weight] : states_) {
    background += weight * modality.background[index];
    for (const auto& [outcome, probability] : modality.of(index))
      weights[outcome] += weight * probability;
  }
  for (double& weight : weights) weight += background;
  for (std::size_t o = 0; o < unlinked.size(); ++o) weights[o] += cut_weight_ * unlinked[o];
}

void GroupBelief::observe(std::size_t g, std::size_t outcome, double unlinked_probability) {
  if (table_ == nullptr) return;
  const auto& modality = table_->modalities[g];
  cut_weight_ *= unlinked_probability;
  double largest = cut_weight_, total = cut_weight_;
  for (auto& state : states_) {
    double likelihood = modality.background[state.index];
    for (const auto& entry : modality.of(state.index))
      if (entry.outcome == outcome) {
        likelihood += entry.probability;
        break;
      }
    state.weight *= likelihood;
    total += state.weight;
    largest = std::max(largest, state.weight);
  }
  if (!(total > kNegligible)) return restart_cell();
  const double scale = 1 / total, lightest = largest * lightest_;
  if (cut_ > 0) cut_weight_ = std::max(cut_weight_, lightest) * scale;
  std::erase_if(states_, [&](const State& state) { return state.weight < lightest; });
  for (auto& state : states_) state.weight *= scale;
}

void GroupBelief::finish_cell() {
  if (table_ == nullptr) return;
  const double share = cut_weight_ / total_;
  for (auto& state : before_) state.weight *= share;
  auto before = before_.begin();
  for (const auto& state : states_) {  // which are some of those before, in the same order
    while (before->index != state.index) ++before;
    before->weight += state.weight;
  }
  double largest = 0;
  for (const auto& state : before_) largest = std::max(largest, state.weight);
  const double lightest = largest * lightest_;
  std::erase_if(before_, [&](const State& state) { return state.weight < lightest; });
  total_ = 0;
  for (const auto& state : before_) total_ += state.weight;
}

void GroupBelief::log_likelihood(std::vector<double>& result) const {
  double largest = 0;
  for (const auto& state : before_) largest = std::max(largest, state.weight);
  const double dropped = largest * lightest_;
  result.resize(initial_.size());
  for (std::size_t s = 0; s < result.size(); ++s) result[s] = dropped / initial_[s];
  for (const auto& [index, weight] : before_) result[index] = weight / initial_[index];
  for (double& l : result) l = std::log(l);
}

}  // namespace rgm::detail
