#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "rgm/inference/cell_links.h"
#include "rgm/inference/episode.h"
#include "rgm/inference/root_chain.h"
#include "rgm/inference/sample.h"

namespace rgm {

/// Exact filtering of a sequence of outcomes, step by step: what is known from the past, how
/// surprising the present is, and what comes next.
///
/// With kinds of change (`Hierarchy::kinds`) cells may be cut from the states and the evidence is
/// exact given ν, what is believed of each link before the step (`CellLinks`); the probabilities
/// are those of a well-defined model that goes step by step, and still sum to one.
///
/// Memory is bounded: that of one step of the root (`tables.steps(0)` steps of level 0), whatever
/// the length. A sequence starts at the beginning of a step of the root.
class SequenceFilter {
 public:
  /// Borrows `tables`, which must outlive the filter. `links`: false for the tree alone, whatever
  /// kinds the model has.
  explicit SequenceFilter(const SequenceTables& tables,
                          SoftReading reading = SoftReading::kLikelihood, bool links = true);
  explicit SequenceFilter(const SequenceTables&& tables,
                          SoftReading reading = SoftReading::kLikelihood,
                          bool links = true) = delete;

  const SequenceTables& tables() const { return episode_.tables(); }
  /// Steps seen so far.
  std::size_t steps() const { return steps_; }
  /// ln P(all outcomes so far), nats: minus the free energy, since inference is exact.
  double log_evidence() const { return log_evidence_; }

  /// The next step: the outcomes in row `item`, some or all of which may be missing. Returns ln
  /// P(o_t | o_0 … o_{t−1}), nats. `ImpossibleEvidence` if the outcomes are impossible under the
  /// model, `BadInput` if they are out of range; the filter is then of no further use.
  double push(const Outcomes& outcomes, std::size_t item);
  /// The same for one factor's group of the next step; `finish_step` ends the step when all that is
  /// known has been told. Returns ln P(o_{f,t} | everything before and the factors that were told
  /// earlier).
  double push_factor(std::size_t factor, const Outcomes& outcomes, std::size_t item);
  /// The same for those who go on where evidence is impossible, with a new filter: ln 0, −∞, then.
  double try_push_factor(std::size_t factor, const Outcomes& outcomes, std::size_t item);
  /// The same of evidence that others have weighed, ln ℓ(state), [state]: for a filter without
  /// links.
  double try_push_factor(std::size_t factor, std::span<const double> log_likelihood);
  void finish_step();

  /// P(state of factor `factor` of level 0 at the next step | everything told so far), [state].
  std::span<const double> predict_states(std::size_t factor);
  /// The same; empty if what was told is impossible.
  std::span<const double> try_predict_states(std::size_t factor);
  /// P(outcome at the next step | everything told so far), [modality][outcome], exact.
  OutcomeDistributions predict();
  /// ln P(o_g,t | o_0 … o_{t−1}) of each modality by itself, for the outcomes that the next step
  /// would have; 0 where missing. A map of surprise in space; the sum is not the log evidence of
  /// the step, since modalities depend on each other.
  std::vector<double> log_predictive(const Outcomes& outcomes, std::size_t item);

  /// P(state of the root | everything told so far), [state], of the root's present step; zero if
  /// that is impossible.
  const std::vector<double>& root_posterior();
  /// The links and kinds; none if the model has no kinds.
  const CellLinks* links() const { return links_ ? &*links_ : nullptr; }
  /// Posteriors of the present episode after `root_posterior` and `Episode::infer`, or of all
  /// factors at the last step pushed.
  const Episode& filtered();

 private:
  void begin_step();
  void observe(std::size_t factor, const Outcomes& outcomes, std::size_t item);
  double update_root();
  double add_evidence();
  void require_possible(double gain) const;

  Episode episode_;
  std::optional<CellLinks> links_;
  std::vector<double> log_likelihood_;
  SoftReading reading_;
  std::size_t steps_ = 0, position_ = 0;  // within the root's step
  bool open_ = false;                     // a step has begun and is not finished
  double log_evidence_ = 0, episode_evidence_ = 0;
  RootMessage prior_, next_;  // P(state of the root | the steps of the root before)
  RootProduct posterior_;
};

/// The distributions of the outcomes of one factor's group that follow from beliefs over its
/// states: Σ_s A_g[outcome, s] belief(s), into the modalities' places of `distributions`.
void expected_outcomes(const SequenceTables& tables, std::size_t factor,
                       std::span<const double> belief, OutcomeDistributions& distributions);

}  // namespace rgm
