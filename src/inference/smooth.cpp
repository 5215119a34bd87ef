#include "rgm/inference/smooth.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "logarithms.h"
#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/base/matrix.h"
#include "root_counts.h"

namespace rgm {
namespace {

/// Sets the evidence of the steps of level 0 from `first` on. False if it is impossible.
bool observe_all(Episode& episode, const Outcomes& outcomes, std::size_t first,
                 const SmoothOptions& options) {
  const auto& tables = episode.tables();
  const std::size_t cells = tables.kinds().cells.size();
  std::vector<double> log_likelihood;
  episode.clear();
  for (std::size_t t = 0; t < tables.steps(0) && first + t < outcomes.items(); ++t)
    for (std::size_t f = 0; f < tables.level(0).size(); ++f)
      if (cells == 0)
        episode.observe(t, f, outcomes, first + t, options.reading);
      else if (gated_log_likelihood(tables, f, options.gates.subspan((first + t) * cells, cells),
                                    outcomes, first + t, options.reading, log_likelihood))
        episode.observe(t, f, log_likelihood);
  return episode.update();
}

/// [weight, state]: A[o, s] of each outcome that has a weight.
Matrix<double> likelihood_of(const SequenceTables::Observed& observed,
                             const std::vector<std::pair<std::size_t, double>>& weights,
                             std::size_t states) {
  Matrix<double> result(weights.size(), states);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    std::ranges::copy(observed.background, result.row(i).begin());
    const std::size_t outcome = weights[i].first;
    for (std::size_t k = observed.begin[outcome]; k < observed.begin[outcome + 1]; ++k)
      result(i, observed.states[k]) += observed.probabilities[k];
  }
  return result;
}

/// Counts one outcome with the beliefs about the states that show it: to[o, s] += P(s) P(o | q, s).
/// A soft outcome q that is read as a count has P(o | q, s) = q(o); as a likelihood P(o | q, s) =
/// q(o) A[o, s] / Σ_o' q(o') A[o', s], for which the few rows of A are laid out first.
void add_outcome(const SequenceTables::Observed& observed, std::size_t g, const Outcomes& outcomes,
                 std::size_t item, SoftReading reading, std::span<const double> belief,
                 double smallest, SequenceCounts::FactorCounts& to) {
  const Outcome o = outcomes(item, observed.modality);
  const bool mixed = reading == SoftReading::kLikelihood && (o.share > 0 || o.distribution());
  std::vector<std::pair<std::size_t, double>> weights;
  for_each_outcome_weight(
      outcomes, item, observed.modality, observed.num_outcomes,
      [&](std::size_t outcome, double weight) { weights.emplace_back(outcome, weight); });
  Matrix<double> likelihood;
  if (mixed) likelihood = likelihood_of(observed, weights, belief.size());
  for (std::size_t s = 0; s < belief.size(); ++s) {
    if (belief[s] <= smallest) continue;
    double total = 1;
    if (mixed) {
      total = 0;
      for (std::size_t i = 0; i < weights.size(); ++i)
        total += weights[i].second * likelihood(i, s);
    }
    for (std::size_t i = 0; i < weights.size(); ++i)
      to.add(s, g, weights[i].first,
             belief[s] * weights[i].second * (mixed ? likelihood(i, s) / total : 1.0));
  }
}

/// Counts all outcomes of an episode that begins with item `first`.
void add_outcomes(const Episode& episode, const Outcomes& outcomes, std::size_t first,
                  SoftReading reading, SequenceCounts& counts) {
  const auto& tables = episode.tables();
  for (std::size_t t = 0; t < tables.steps(0) && first + t < outcomes.items(); ++t)
    for (std::size_t f = 0; f < tables.level(0).size(); ++f) {
      const auto& observed = tables.level(0)[f].observed;
      for (std::size_t g = 0; g < observed.size(); ++g)
        add_outcome(observed[g], g, outcomes, first + t, reading, episode.posterior(0, t, f),
                    counts.smallest, counts.levels[0][f]);
    }
}

/// Smoothing of a sequence: backwards along the root's chain,
///
///     after_{k−1}(s) ∝ Σ_s' P(s' | s) L_k(s') after_k(s'),
///
/// L_k the likelihood of the root's step k, and then forwards, b_{k+1}(s') ∝ Σ_s P(s' | s) b_k(s)
/// L_k(s), with the posteriors P(s | all) ∝ b_k(s) L_k(s) after_k(s) in order. What waits is the
/// messages `after` alone: the likelihoods come with the messages below the root, which each way
/// passes anew.
///
/// Where memory does not suffice the chain is cut into segments: a way back keeps the messages at
/// their ends alone, and each segment goes back once more from there, to the same bits.
class Smoother {
 public:
  Smoother(const SequenceTables& tables, const Outcomes& outcomes, const SmoothOptions& options)
      : tables_(tables),
        outcomes_(outcomes),
        options_(options),
        length_(tables.steps(0)),
        steps_((outcomes.items() + length_ - 1) / length_),
        episode_(tables),
        before_{tables.root_chain().prior(), {}} {
    const auto least = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(steps_))));
    const std::size_t most = options.memory / (tables.root().num_states * sizeof(double));
    segment_ = std::max(least, std::min(most, steps_));
  }

  /// ln P(all outcomes), forwards alone.
  double log_evidence() {
    double result = 0;
    for (std::size_t k = 0; k < steps_; ++k) {
      if (!observe(k)) episode_.fail_impossible();
      result += push(k);
    }
    return result;
  }

  double smooth(const std::function<void(std::size_t, const Episode&)>& visit,
                SequenceCounts* counts) {
    std::vector<RootMessage> ends((steps_ + segment_ - 1) / std::max<std::size_t>(segment_, 1));
    RootMessage after{std::vector<double>(tables_.root().num_states, 1.0), {}};
    for (std::size_t i = ends.size(); i-- > 0;) {
      ends[i] = after;
      if (i > 0) go_back(i, after, nullptr);
    }
    double result = 0;
    std::optional<detail::RootCounts> root_counts;
    if (counts != nullptr) root_counts.emplace(tables_, *counts);
    std::vector<RootMessage> kept(segment_);
    for (std::size_t i = 0; i < ends.size(); ++i) {
      go_back(i, ends[i], &kept);
      for (std::size_t k = i * segment_; k < end_of(i); ++k) {
        believe(k, kept[k - i * segment_], root_counts ? &*root_counts : nullptr, counts);
        if (visit) visit(k * length_, episode_);
        result += push(k);
        if (counts != nullptr) past_.logs();  // while what it was made of lasts
      }
    }
    if (root_counts) root_counts->finish();
    return result;
  }

 private:
  std::size_t end_of(std::size_t segment) const {
    return std::min(steps_, (segment + 1) * segment_);
  }
  bool observe(std::size_t k) {
    check_interruption();
    return observe_all(episode_, outcomes_, k * length_, options_);
  }
  RootFactor likelihood() const {
    return {episode_.root_likelihood(), episode_.root_log_likelihood()};
  }

  /// From the last step of a segment to its first: `after` is that of its last step, and becomes
  /// that of the last step of the segment before. `kept` gets those of its own steps.
  void go_back(std::size_t segment, RootMessage& after, std::vector<RootMessage>* kept) {
    const std::size_t first = segment * segment_;
    for (std::size_t k = end_of(segment); k-- > first;) {
      if (kept != nullptr) (*kept)[k - first] = after;
      bool possible = observe(k) && ahead_.multiply({likelihood(), after}) > detail::kImpossible;
      if (possible && k == 0)
        possible = posterior_.multiply({before_, likelihood(), after}) > detail::kImpossible;
      if (!possible) fail_impossible();
      if (k == first && kept != nullptr) return;
      tables_.root_chain().retreat(ahead_, next_);
      std::swap(after, next_);
    }
  }

  /// The posteriors of step k, and what it counts.
  void believe(std::size_t k, const RootMessage& after, detail::RootCounts* root_counts,
               SequenceCounts* counts) {
    if (!observe(k)) episode_.fail_impossible();
    const double log_total = posterior_.multiply({before_, likelihood(), after});
    if (root_counts != nullptr && k > 0) {
      const double log_ahead = ahead_.multiply({likelihood(), after});
      root_counts->add(past_, ahead_, log_total - log_ahead);
    }
    if (!episode_.infer(posterior_.values(), 0, length_ - 1, counts)) episode_.fail_impossible();
    if (counts == nullptr) return;
    if (k == 0)
      for (std::size_t s = 0; s < posterior_.values().size(); ++s)
        counts->initial_states[s] += posterior_.values()[s];
    add_outcomes(episode_, outcomes_, k * length_, options_.reading, *counts);
  }

  /// Goes on from step k, which was observed: `past_` becomes P(state | all up to it), `before_`
  /// what is known of the next. Returns ln P(what the step shows | all before).
  double push(std::size_t k) {
    const double log_sum = past_.multiply({before_, likelihood()});
    require<ImpossibleEvidence>(
        log_sum > detail::kImpossible, "inference: step ", k * length_,
        ": the outcomes from here on are impossible after those before (probability 0)");
    tables_.root_chain().advance(past_, next_);
    std::swap(before_, next_);
    return log_sum + episode_.root_log_scale();
  }

  /// Throws what a way forwards meets first.
  [[noreturn]] void fail_impossible() {
    log_evidence();
    fail<ImpossibleEvidence>("inference: the outcomes are impossible together (probability 0)");
  }

  const SequenceTables& tables_;
  const Outcomes& outcomes_;
  SmoothOptions options_;
  std::size_t length_, steps_;  // steps of level 0 to one of the root; those of the root
  std::size_t segment_ = 0;     // steps of the root
  Episode episode_;
  RootMessage before_, next_;
  RootProduct past_, ahead_, posterior_;
};

}  // namespace

double smooth(const SequenceTables& tables, const Outcomes& outcomes, const SmoothOptions& options,
              const std::function<void(std::size_t, const Episode&)>& visit,
              SequenceCounts* counts) {
  require(outcomes.modalities() == tables.num_modalities(), "inference: outcomes: expected ",
          tables.num_modalities(), " modalities, got ", outcomes.modalities());
  const std::size_t cells = tables.kinds().cells.size();
  require(options.gates.size() == outcomes.items() * cells, "inference: gates: expected ", cells,
          " for each of ", outcomes.items(), " steps, got ", options.gates.size());
  require(counts == nullptr || cells == 0,
          "inference: counts: expected a model without kinds of change");
  Smoother smoother(tables, outcomes, options);
  return visit || counts != nullptr ? smoother.smooth(visit, counts) : smoother.log_evidence();
}

}  // namespace rgm
