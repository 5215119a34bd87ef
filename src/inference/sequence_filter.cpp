#include "rgm/inference/sequence_filter.h"

#include <cmath>
#include <numeric>
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

namespace {

/// Σ_s P(observation | s) belief(s), given that of the background: looks at no other outcomes.
double expected_probability(const SequenceTables::Observed& observed, double background,
                            std::span<const double> belief, const Outcomes& outcomes,
                            std::size_t item) {
  double p = 0;
  for_each_outcome_weight(outcomes, item, observed.modality, observed.num_outcomes,
                          [&](std::size_t o, double weight) {
                            double seen = background;
                            for (std::size_t i = observed.begin[o]; i < observed.begin[o + 1]; ++i)
                              seen += belief[observed.states[i]] * observed.probabilities[i];
                            p += weight * seen;
                          });
  return p;
}

}  // namespace

SequenceFilter::SequenceFilter(const SequenceTables& tables, SoftReading reading, bool links)
    : episode_(tables), reading_(reading), prior_{tables.root_chain().prior(), {}} {
  episode_.clear();
  if (links && !tables.kinds().empty()) links_.emplace(tables);
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
  if (links_) links_->begin_step();
  if (position_ < tables().steps(0)) return;
  position_ = 0;
  update_root();
  tables().root_chain().advance(posterior_, next_);
  std::swap(prior_, next_);
  episode_.clear();
  if (!episode_.update(0)) episode_.fail_impossible();
  episode_evidence_ = 0;
}

void SequenceFilter::observe(std::size_t factor, const Outcomes& outcomes, std::size_t item) {
  if (!links_) return episode_.observe(position_, factor, outcomes, item, reading_);
  if (links_->log_likelihood(factor, outcomes, item, reading_, log_likelihood_))
    episode_.observe(position_, factor, log_likelihood_);
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
  observe(factor, outcomes, item);
  return episode_.update(position_, factor) ? add_evidence() : detail::kImpossible;
}

double SequenceFilter::try_push_factor(std::size_t factor, std::span<const double> log_likelihood) {
  begin_step();
  episode_.observe(position_, factor, log_likelihood);
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
  if (links_) {
    if (!episode_.infer(root_posterior(), position_, position_)) episode_.fail_impossible();
    links_->finish_step(episode_, position_);
  }
  open_ = false;
  ++position_;
  ++steps_;
}

double SequenceFilter::push(const Outcomes& outcomes, std::size_t item) {
  require(outcomes.modalities() == tables().num_modalities(), "inference: outcomes: expected ",
          tables().num_modalities(), " modalities, got ", outcomes.modalities());
  begin_step();
  for (std::size_t f = 0; f < tables().level(0).size(); ++f) observe(f, outcomes, item);
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
  for (std::size_t f = 0; links_ && f < tables().level(0).size(); ++f) links_->mix(f, result);
  return result;
}

std::vector<double> SequenceFilter::log_predictive(const Outcomes& outcomes, std::size_t item) {
  require(outcomes.modalities() == tables().num_modalities(), "inference: outcomes: expected ",
          tables().num_modalities(), " modalities, got ", outcomes.modalities());
  begin_step();
  if (!episode_.infer(root_posterior(), position_, position_)) episode_.fail_impossible();
  std::vector<double> result(tables().num_modalities());
  for (std::size_t f = 0; f < tables().level(0).size(); ++f) {
    const auto& table = tables().level(0)[f];
    const auto belief = episode_.posterior(0, position_, f);
    double background = 0;
    for (const auto& observed : table.observed) {
      if (!observed.background_of_last)
        background =
            std::inner_product(belief.begin(), belief.end(), observed.background.begin(), 0.0);
      if (!outcomes(item, observed.modality).missing())
        result[observed.modality] =
            expected_probability(observed, background, belief, outcomes, item);
    }
    if (links_) links_->mix(f, outcomes, item, result);
  }
  for (std::size_t g = 0; g < result.size(); ++g)
    if (!outcomes(item, g).missing()) result[g] = std::log(result[g]);
  return result;
}

const Episode& SequenceFilter::filtered() {
  require(steps_ > 0 && !open_, "SequenceFilter::filtered: expected a step that was pushed");
  if (!episode_.infer(root_posterior(), position_ - 1, position_ - 1)) episode_.fail_impossible();
  return episode_;
}

}  // namespace rgm
