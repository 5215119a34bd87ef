#include "rgm/learning/active_learning.h"

#include <array>
#include <cmath>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"

namespace rgm {
namespace {

constexpr double kSmallestScale =
    1e-30;  // fold the scale in before counts of new items lose meaning

void fold(Likelihood& likelihood, std::size_t g, double scale) {
  for (std::size_t r = likelihood.offset(g); r < likelihood.offset(g + 1); ++r)
    for (double& a : likelihood.counts().row(r)) a *= scale;
  likelihood.set_concentration(g, likelihood.concentration(g) * scale);
}

}  // namespace

ActiveLearner::ActiveLearner(Hierarchy hierarchy, const ActiveOptions& options)
    : hierarchy_(dense(std::move(hierarchy))), options_(options), tables_(hierarchy_) {
  require(std::isfinite(options.precision) && options.precision >= 0,
          "active learning: precision: expected a finite value of at least 0, got ",
          options.precision);
  require(options.capacity > 0, "active learning: capacity: expected above 0, got ",
          options.capacity);
  require(options.state_cut >= 0 && options.state_cut < 1,
          "active learning: state_cut: expected 0 or more and below 1, got ", options.state_cut);
  for (std::size_t n = 0; n < hierarchy_.levels.size(); ++n)
    for (std::size_t f = 0; f < hierarchy_.levels[n].factors.size(); ++f) {
      const auto& likelihood = hierarchy_.levels[n].factors[f].likelihood;
      for (std::size_t g = 0; g < likelihood.num_modalities(); ++g)
        mappings_.push_back(
            {n, f, g,
             IncrementalInformation(likelihood.counts(), likelihood.offset(g),
                                    likelihood.num_outcomes(g), likelihood.concentration(g)),
             1.0});
    }
  active_states_.resize(hierarchy_.levels.size());
  for (std::size_t n = 0; n < active_states_.size(); ++n)
    active_states_[n].resize(hierarchy_.levels[n].factors.size());
}

double ActiveLearner::learn(const Outcomes& outcomes, std::size_t item, int root_state) {
  check_interruption();
  const std::array items{item};
  const std::array roots{root_state};
  std::vector<std::size_t> beyond_range;
  upward<float>(tables_, outcomes, items, roots, options_.reading, beliefs_, &beyond_range);
  if (beyond_range.empty()) {
    downward<float>(tables_, roots, {}, beliefs_);
    return learn(tables_, beliefs_, outcomes, item);
  }
  const TreeTables<double> tables(tables_);
  TreeBeliefs<double> beliefs;
  upward<double>(tables, outcomes, items, roots, options_.reading, beliefs);
  downward<double>(tables, roots, {}, beliefs);
  return learn(tables, beliefs, outcomes, item);
}

template <class Real>
double ActiveLearner::learn(const TreeTables<Real>& tables, const TreeBeliefs<Real>& beliefs,
                            const Outcomes& outcomes, std::size_t item) {
  for (std::size_t n = 0; n < active_states_.size(); ++n)
    for (std::size_t f = 0; f < active_states_[n].size(); ++f) {
      active_states_[n][f].clear();
      const auto posterior = beliefs.levels[n][f].posterior.row(0);
      for (std::size_t s = 0; s < posterior.size(); ++s)
        if (posterior[s] > options_.state_cut) active_states_[n][f].push_back(s);
    }
  acceptance_ = 0;
  for (auto& mapping : mappings_) {
    collect_changes(tables, beliefs, mapping, outcomes, item);
    if (!changes_.empty()) acceptance_ += update(mapping) / static_cast<double>(mappings_.size());
  }
  return beliefs.log_evidence[0];
}

template <class Real>
void ActiveLearner::collect_changes(const TreeTables<Real>& tables,
                                    const TreeBeliefs<Real>& all_beliefs, const Mapping& mapping,
                                    const Outcomes& outcomes, std::size_t item) {
  changes_.clear();
  const auto& states = active_states_[mapping.level][mapping.factor];
  const auto& beliefs = all_beliefs.levels[mapping.level][mapping.factor];
  const auto& table = tables.level(mapping.level)[mapping.factor];
  const std::size_t first = table.offsets[mapping.modality],
                    below = table.modalities[mapping.modality];
  if (mapping.level > 0) {  // P(child state, state | all evidence)
    const auto& child = all_beliefs.levels[mapping.level - 1][below];
    for (std::size_t o : active_states_[mapping.level - 1][below])
      for (std::size_t s : states)
        if (const Real p =
                child.message(0, o) * table.probability(first + o, s) * child.to_parent(0, s);
            p > options_.state_cut)
          changes_.push_back({o, s, static_cast<double>(p)});
    return;
  }
  for_each_outcome_weight(
      outcomes, item, below, table.offsets[mapping.modality + 1] - first,
      [&](std::size_t o, double weight) {
        for (std::size_t s : states)
          changes_.push_back({o, s, weight * static_cast<double>(beliefs.posterior(0, s))});
      });
  const Outcome outcome = outcomes(item, below);
  if (options_.reading == SoftReading::kCount || (outcome.share == 0 && !outcome.distribution()))
    return;
  for (std::size_t s : states) {  // likelihood evidence: P(o | q, s) ∝ q(o) A[o, s]
    double total = 0, belief = 0;
    for (auto& change : changes_)
      if (change.column == s) {
        belief = static_cast<double>(beliefs.posterior(0, s));
        total += change.amount *= static_cast<double>(table.probability(first + change.row, s));
      }
    for (auto& change : changes_)
      if (change.column == s && total > 0) change.amount *= belief / total;
  }
}

double ActiveLearner::update(Mapping& mapping) {
  auto& likelihood = hierarchy_.levels[mapping.level].factors[mapping.factor].likelihood;
  const double gain = mapping.information.after(likelihood.counts(), changes_, 1 / mapping.scale) -
                      mapping.information.value();
  const double accept = 1 / (1 + std::exp(-options_.precision * gain));
  if (accept < 1e-12) return 0;
  mapping.information.add(likelihood.counts(), changes_, accept / mapping.scale);
  mapping.scale *= options_.capacity / (options_.capacity + accept);

  const std::size_t g = mapping.modality, first = likelihood.offset(g);
  column_.resize(likelihood.num_outcomes(g));
  for (std::size_t s : active_states_[mapping.level][mapping.factor]) {
    for (std::size_t o = 0; o < column_.size(); ++o)
      column_[o] = likelihood.counts()(first + o, s) + likelihood.concentration(g);
    tables_.set_column(mapping.level, mapping.factor, g, s, column_);
  }
  if (mapping.scale < kSmallestScale) {
    fold(likelihood, g, std::exchange(mapping.scale, 1.0));
    mapping.information = IncrementalInformation(
        likelihood.counts(), first, likelihood.num_outcomes(g), likelihood.concentration(g));
  }
  return accept;
}

Hierarchy ActiveLearner::hierarchy() const {
  Hierarchy result = hierarchy_;
  for (const auto& mapping : mappings_)
    fold(result.levels[mapping.level].factors[mapping.factor].likelihood, mapping.modality,
         mapping.scale);
  return result;
}

}  // namespace rgm
