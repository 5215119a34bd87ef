#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rgm/inference/cut_episode.h"
#include "rgm/inference/cut_tables.h"
#include "rgm/inference/sequence_filter.h"

namespace rgm {

/// Filtering that looks only at the states that matter, with a certificate of what that leaves out:
/// for films that never repeat, whose states are as many as their frames and of which a few fit.
///
/// All messages are those of `SequenceFilter` but for what is cut. With α(s) = P(all outcomes so
/// far, state s of the root) a belief holds α_lo ≤ α of the states kept, how much more α may be,
/// and a bound of all others, of each and together; so evidence is never too large, and but for
/// rounding
///
///     ln P(all outcomes so far) − `log_evidence` is in [0, `left_out`],
///     left_out = ln(Σ_s α_hi(s) / Σ_s α_lo(s)).
///
/// What is left out of a step's likelihood adds to that at most twice itself relative to the step's
/// probability. Where that would be more than `CutTables::cut`, the step of the root is inferred
/// exactly, over all states, as `SequenceFilter` does. What was left out before remains left out,
/// and weighs more after steps that were improbable: `left_out` may exceed the steps times the cut.
/// Where the model does not allow cuts at all (`CutTables::cuts`), as one with kinds of change, all
/// steps are exact.
class CutFilter {
 public:
  /// P(state of the root | everything told so far) is at least `probability` / exp(`left_out()`),
  /// at most `probability` + `left_out`.
  struct Belief {
    std::uint32_t state = 0;
    double probability = 0, left_out = 0;
  };

  /// Borrows `tables`, which must outlive the filter.
  explicit CutFilter(const CutTables& tables, SoftReading reading = SoftReading::kLikelihood);
  explicit CutFilter(const CutTables&& tables,
                     SoftReading reading = SoftReading::kLikelihood) = delete;

  /// Steps seen so far.
  std::size_t steps() const { return steps_; }
  /// ln P(all outcomes so far), nats, but for what was cut.
  double log_evidence() const { return log_evidence_; }
  /// How much larger than `log_evidence` the exact one is at most, nats.
  double left_out() const;
  /// Steps that were inferred exactly, over all states.
  std::size_t exact_steps() const { return exact_steps_; }

  /// The next step: the outcomes in row `item`, some or all of which may be missing. Returns what
  /// it adds to `log_evidence`: ln P(o_t | o_0 … o_{t−1}) to within `left_out` before, if more, and
  /// after, if less. `ImpossibleEvidence` if the outcomes are impossible under the model,
  /// `BadInput` if they are out of range; the filter is then of no further use. Cost O(states kept,
  /// their arcs and parents); of an exact step that of `SequenceFilter::push`.
  double push(const Outcomes& outcomes, std::size_t item);

  /// The states of the root that are kept, ascending, after everything told so far, of the root's
  /// present step; no other state is more probable than `left_out_of_each`. Cost O(states) if the
  /// step showed nothing.
  std::span<const Belief> root_belief();
  double left_out_of_each();

 private:
  double prior(std::size_t state) const;
  double prior_left_out(std::size_t state) const;
  void advance();
  bool take(const CutMessage& likelihood, double most_left_out);
  void take_exactly();
  void believe_prior();

  const CutTables* tables_;
  SoftReading reading_;
  std::optional<SequenceFilter> exact_filter_;  // where nothing is cut
  CutEpisode episode_;
  Episode exact_episode_;
  bool can_cut_ = true;           // `episode_` knows all that the root's present step showed
  std::vector<Outcomes> shown_;   // by that step, [step]
  std::size_t told_exactly_ = 0;  // how many of these `exact_episode_` knows
  CutMessage exact_likelihood_;

  std::size_t steps_ = 0, position_ = 0, exact_steps_ = 0;  // position_: within the root's step
  double log_evidence_ = 0;

  // Before the root's present step, relative to exp(log_evidence_before_): α of what came along
  // arcs and of what restarted, what was left out of both, and of all states together at most.
  double log_evidence_before_ = 0;
  std::vector<double> arrived_, arrived_left_out_;  // [state]
  std::vector<std::uint32_t> arrivals_;             // where these are not 0
  double restarted_ = 1, restarted_left_out_ = 0, total_before_ = 1;
  double each_before_ = 0, others_before_ = 0;  // as below, a step of the root ago

  // After what the step has shown, relative to exp(log_evidence_).
  bool shows_ = false;  // it has shown something, and so `belief_` holds
  std::vector<Belief> belief_;
  double total_ = 1;              // of α, at most
  double each_ = 0, others_ = 0;  // of a state that is not in `belief_`, and of all such
};

}  // namespace rgm
