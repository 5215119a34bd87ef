#include "rgm/inference/sequence_filter.h"

#include <cmath>
#include <utility>

#include "logarithms.h"
#include "rgm/base/error.h"

namespace rgm {

void expected_outcomes(const SequenceTables& tables, std::size_t factor,
                       std::span<const double> belief, OutcomeDistributions& distributions) {
  distributions.resize(tables.num_modalities());
  for (const auto& observed : tables.level(0)[factor].observed) {
    double background = 0;
    for (std::size_t s = 0; s < belief.size(); ++s)
      background += belief[s] * observed.background[s];
    auto& distribution = distributions[observed.modality];
    distribution.assign(observed.num_outcomes, background);
    for (std::size_t o = 0; o < observed.num_outcomes; ++o)
      for (std::size_t i = observed.begin[o]; i < observed.begin[o + 1]; ++i)
        distribution[o] += belief[observed.states[i]] * observed.probabilities[i];
  }
}

SequenceFilter::SequenceFilter(const SequenceTables& tables, SoftReading reading)
    : episode_(tables), reading_(reading), prior_{tables.root_chain().prior(), {}} {
  episode_.clear();
}

/// Joins what the root's past says and what its present step does; returns ln P(what the step has
/// shown so far | the steps before).
double SequenceFilter::update_root() {
  const double log_sum =
      posterior_.multiply({prior_, {episode_.root_likelihood(), episode_.root_log_likelihood()}});
  return log_sum + episode_.root_log_scale();
}

const std::vector<double>& SequenceFilter::root_posterior() {
  update_root();
  return posterior_.values();
}

void SequenceFilter::begin_step() {
  if (open_) return;
  open_ = true;
  if (position_ < tables().steps(0)) return;
  position_ = 0;
  update_root();
  tables().root_chain().advance(posterior_, next_);
  std::swap(prior_, next_);
  episode_.clear();
  if (!episode_.update(0)) episode_.fail_impossible();
  episode_evidence_ = 0;
}

/// ln P of what the episode has just taken in, given what it knew.
double SequenceFilter::add_evidence() {
  const double evidence = update_root(), gain = evidence - episode_evidence_;
  episode_evidence_ = evidence;
  log_evidence_ += gain;
  return gain;
}

double SequenceFilter::try_push_factor(std::size_t factor, const Outcomes& outcomes,
                                       std::size_t item) {
  begin_step();
  episode_.observe(position_, factor, outcomes, item, reading_);
  return episode_.update(position_, factor) ? add_evidence() : detail::kImpossible;
}

double SequenceFilter::push_factor(std::size_t factor, const Outcomes& outcomes, std::size_t item) {
  const double gain = try_push_factor(factor, outcomes, item);
  require_possible(gain);
  return gain;
}

void SequenceFilter::require_possible(double gain) const {
  if (gain > detail::kImpossible) return;
  if (!episode_.possible()) episode_.fail_impossible();
  fail<ImpossibleEvidence>("inference: step ", steps_,
                           ": the outcomes are impossible after those before (probability 0)");
}

void SequenceFilter::finish_step() {
  begin_step();
  open_ = false;
  ++position_;
  ++steps_;
}

double SequenceFilter::push(const Outcomes& outcomes, std::size_t item) {
  require(outcomes.modalities() == tables().num_modalities(), "inference: outcomes: expected ",
          tables().num_modalities(), " modalities, got ", outcomes.modalities());
  begin_step();
  for (std::size_t f = 0; f < tables().level(0).size(); ++f)
    episode_.observe(position_, f, outcomes, item, reading_);
  const double gain = episode_.update(position_) ? add_evidence() : detail::kImpossible;
  require_possible(gain);
  finish_step();
  return gain;
}

std::span<const double> SequenceFilter::try_predict_states(std::size_t factor) {
  begin_step();
  if (!episode_.infer_factor(root_posterior(), position_, factor)) return {};
  return episode_.posterior(0, position_, factor);
}

std::span<const double> SequenceFilter::predict_states(std::size_t factor) {
  const auto states = try_predict_states(factor);
  if (states.empty()) episode_.fail_impossible();
  return states;
}

OutcomeDistributions SequenceFilter::predict() {
  begin_step();
  if (!episode_.infer(root_posterior(), position_, position_)) episode_.fail_impossible();
  OutcomeDistributions result;
  for (std::size_t f = 0; f < tables().level(0).size(); ++f)
    expected_outcomes(tables(), f, episode_.posterior(0, position_, f), result);
  return result;
}

std::vector<double> SequenceFilter::log_predictive(const Outcomes& outcomes, std::size_t item) {
  const auto distributions = predict();
  std::vector<double> result(distributions.size());
  for (std::size_t g = 0; g < result.size(); ++g) {
    if (outcomes(item, g).missing()) continue;
    double p = 0;
    for_each_outcome_weight(
        outcomes, item, g, distributions[g].size(),
        [&](std::size_t o, double weight) { p += weight * distributions[g][o]; });
    result[g] = std::log(p);
  }
  return result;
}

const Episode& SequenceFilter::filtered() {
  require(steps_ > 0 && !open_, "SequenceFilter::filtered: expected a step that was pushed");
  if (!episode_.infer(root_posterior(), position_ - 1, position_ - 1)) episode_.fail_impossible();
  return episode_;
}

}  // namespace rgm
