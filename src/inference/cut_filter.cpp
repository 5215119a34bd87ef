#include "rgm/inference/cut_filter.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rgm/base/error.h"

namespace rgm {
namespace {

/// What an exact likelihood leaves out: what is 0 for want of range.
constexpr double kSmallestNumber = 1e-300;

}  // namespace

CutFilter::CutFilter(const CutTables& tables, SoftReading reading)
    : tables_(&tables),
      reading_(reading),
      episode_(tables),
      exact_episode_(tables.tables()),
      shown_(tables.tables().steps(0)) {
  if (!tables.cuts()) exact_filter_.emplace(tables.tables(), reading);
  const std::size_t states = tables.tables().root_chain().num_states();
  arrived_.assign(states, 0.0);
  arrived_left_out_.assign(states, 0.0);
}

double CutFilter::left_out() const { return std::log(total_); }

/// At least, relative to what was kept.
double CutFilter::prior(std::size_t state) const {
  return arrived_[state] + restarted_ * tables_->tables().root_chain().prior()[state];
}

/// How much more at most. What was left out may have come from anywhere, but from each state no
/// more than it held, and altogether no more than all did.
double CutFilter::prior_left_out(std::size_t state) const {
  return arrived_left_out_[state] +
         restarted_left_out_ * tables_->tables().root_chain().prior()[state] +
         std::min(each_before_ * tables_->root_arrivals()[state], others_before_);
}

/// To the root's next step.
void CutFilter::advance() {
  if (!shows_) believe_prior();
  const auto& exact = tables_->tables();
  const auto& restart = exact.root_chain().restart();
  for (const std::uint32_t s : arrivals_) arrived_[s] = arrived_left_out_[s] = 0;
  arrivals_.clear();
  restarted_ = 0;
  restarted_left_out_ = others_;
  for (const auto& [s, probability, left_out] : belief_) {
    restarted_ += probability * restart[s];
    restarted_left_out_ += left_out * restart[s];
    for (const auto& arc : exact.root().arcs_of(s)) {
      if (arrived_[arc.next] == 0 && arrived_left_out_[arc.next] == 0)
        arrivals_.push_back(arc.next);
      arrived_[arc.next] += probability * arc.probability;
      arrived_left_out_[arc.next] += left_out * arc.probability;
    }
  }
  log_evidence_before_ = log_evidence_;
  total_before_ = total_;
  each_before_ = each_;
  others_before_ = others_;
  episode_.clear();
  can_cut_ = true;
  shows_ = false;
  position_ = told_exactly_ = 0;
}

/// Joins what the root's past says and what its present step shows. False if that leaves out too
/// much relative to the probability of what the step shows.
bool CutFilter::take(const CutMessage& likelihood, double most_left_out) {
  double sum = 0;
  for (const auto& [s, l] : likelihood.kept) sum += prior(s) * l;
  const double others = likelihood.left_out * total_before_ / sum;
  if (!(2 * others <= most_left_out)) return false;
  belief_.clear();
  total_ = 1 + others;
  each_ = others_ = others;
  for (const auto& [s, l] : likelihood.kept) {
    const double before = prior(s), probability = before * l / sum;
    const double left_out =
        (before * likelihood.left_out + prior_left_out(s) * (l + likelihood.left_out)) / sum;
    total_ += left_out;
    if (probability + left_out > tables_->smallest_kept()) {
      belief_.push_back({s, probability, left_out});
    } else {
      each_ = std::max(each_, probability + left_out);
      others_ += probability + left_out;
    }
  }
  shows_ = true;
  log_evidence_ = log_evidence_before_ + std::log(sum) + likelihood.log_scale;
  return true;
}

void CutFilter::take_exactly() {
  const auto& exact = tables_->tables();
  if (told_exactly_ == 0) exact_episode_.clear();
  for (; told_exactly_ <= position_; ++told_exactly_) {
    for (std::size_t f = 0; f < exact.level(0).size(); ++f)
      exact_episode_.observe(told_exactly_, f, shown_[told_exactly_], 0, reading_);
    if (!exact_episode_.update(told_exactly_)) exact_episode_.fail_impossible();
  }
  const auto values = exact_episode_.root_likelihood();
  exact_likelihood_.kept.clear();
  for (std::uint32_t s = 0; s < values.size(); ++s)
    if (values[s] > 0) exact_likelihood_.kept.push_back({s, values[s]});
  exact_likelihood_.left_out = kSmallestNumber;
  exact_likelihood_.log_scale = exact_episode_.root_log_scale();
  ++exact_steps_;
  take(exact_likelihood_, std::numeric_limits<double>::infinity());
}

/// Where the step shows nothing, the belief is what was known before, of all states.
void CutFilter::believe_prior() {
  belief_.clear();
  for (std::uint32_t s = 0; s < arrived_.size(); ++s)
    belief_.push_back({s, prior(s), prior_left_out(s)});
  each_ = others_ = 0;
}

double CutFilter::push(const Outcomes& outcomes, std::size_t item) {
  const double before = log_evidence_;
  if (exact_filter_) {
    exact_filter_->push(outcomes, item);
    ++exact_steps_;
    ++steps_;
    log_evidence_ = exact_filter_->log_evidence();
    return log_evidence_ - before;
  }
  const auto& exact = tables_->tables();
  require(outcomes.modalities() == exact.num_modalities(), "inference: outcomes: expected ",
          exact.num_modalities(), " modalities, got ", outcomes.modalities());
  if (position_ == exact.steps(0)) advance();
  shown_[position_] = outcomes.select(std::vector{item});
  can_cut_ = can_cut_ && episode_.push(position_, outcomes, item, reading_);
  if (!can_cut_ || (episode_.root().observed && !take(episode_.root(), tables_->cut())))
    take_exactly();
  ++position_;
  ++steps_;
  return log_evidence_ - before;
}

std::span<const CutFilter::Belief> CutFilter::root_belief() {
  if (exact_filter_) {
    belief_.clear();
    const auto& posterior = exact_filter_->root_posterior();
    for (std::uint32_t s = 0; s < posterior.size(); ++s) belief_.push_back({s, posterior[s], 0});
  } else if (!shows_) {
    believe_prior();
  }
  return belief_;
}

double CutFilter::left_out_of_each() {
  root_belief();
  return each_;
}

}  // namespace rgm
