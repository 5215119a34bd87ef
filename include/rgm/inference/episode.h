#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "rgm/inference/sequence_counts.h"
#include "rgm/inference/sequence_tables.h"

namespace rgm {

/// Exact beliefs about one step of the root: the tree in space and time below it, `tables.steps(0)`
/// steps of level 0 long.
///
/// Evidence comes in by step and factor of level 0, in any order, and may be missing anywhere; what
/// was not observed says nothing. Messages pass upwards, for an episode of a factor below the root
///
///     λ(s_0, u) = L_0(s_0) Σ_{s_1} B[s_1, s_0, u] L_1(s_1) …,
///     ℓ(p) = Σ_{s_0, u} A_D[s_0, p] A_E[u, p] λ(s_0, u),
///
/// L_τ(s) the product of the ℓ of the factor's children, and at level 0 the likelihood of the
/// outcomes. Downwards `infer` gives the posteriors. Work space: reuse one object for many steps of
/// the root.
///
/// Messages are scaled so that their largest is 1. Where that would lose what matters, since what
/// fits each step of an episode well is not what can follow each other, the episode's are
/// logarithms: slower, and of any range. So are those of parents that can generate only what fits
/// far worse than the best, as there are where columns have no background.
///
/// Evidence may turn out to be impossible, of probability 0: `update` and `infer` then return
/// false, and nothing that the episode says holds until `clear`.
class Episode {
 public:
  /// Borrows `tables`, which must outlive the episode.
  explicit Episode(const SequenceTables& tables);
  explicit Episode(const SequenceTables&& tables) = delete;

  const SequenceTables& tables() const { return *tables_; }
  /// Forgets all evidence.
  void clear();
  /// Sets the evidence of one factor of level 0 at one step; call `update` before anything is
  /// asked.
  void observe(std::size_t step, std::size_t factor, const Outcomes& outcomes, std::size_t item,
               SoftReading reading);
  /// The same as log-likelihoods, [state]: finite, or −∞; `Error` otherwise.
  void observe(std::size_t step, std::size_t factor, std::span<const double> log_likelihood);
  /// Passes messages upwards from one factor of level 0 at one step, or from all factors at one
  /// step, or from everywhere. False if what was observed is impossible together. Cost: of the
  /// factors above, O(states + paths + arcs + counts) each, whose messages are laid out by
  /// `MovingPairs`; O(states · paths) logarithms, too, where a parent without background fits far
  /// worse than the best.
  [[nodiscard]] bool update(std::size_t step, std::size_t factor);
  [[nodiscard]] bool update(std::size_t step);
  [[nodiscard]] bool update();
  /// False after `update` or `infer` was.
  bool possible() const { return impossible_.empty(); }
  /// After a false: throws `ImpossibleEvidence`, which says what is impossible and where.
  [[noreturn]] void fail_impossible() const;

  /// The root's likelihood of all evidence, scaled so that the largest is 1, [root state]; empty if
  /// nothing was observed.
  std::span<const double> root_likelihood() const;
  /// Its logarithms, the largest 0, [root state]: they tell apart what is 0 from what is but too
  /// small for a number.
  std::span<const double> root_log_likelihood() const;
  /// ln of the scale that `root_likelihood` was divided by, nats.
  double root_log_scale() const;

  /// Posteriors below the root, given those of the root: of all factors at the steps `first` …
  /// `last` of level 0 (and of what lies above them), or of one factor of level 0 at one step. If
  /// `counts` is given adds the expected counts of the episodes of all levels (all steps are then
  /// visited; a parent's state that is believed in costs O(states + paths) of each child).
  /// `root_posterior` must be zero where the root's likelihood is, in truth. False if the evidence
  /// is impossible under the model.
  [[nodiscard]] bool infer(std::span<const double> root_posterior, std::size_t first,
                           std::size_t last, SequenceCounts* counts = nullptr);
  [[nodiscard]] bool infer_factor(std::span<const double> root_posterior, std::size_t step,
                                  std::size_t factor);

  /// After `infer`: P(state | evidence) of a factor at a step of its level, [state].
  std::span<const double> posterior(std::size_t level, std::size_t step, std::size_t factor) const {
    return node(level, step, factor).posterior;
  }
  /// After `infer`: P(path | evidence) of the episode that holds that step, [path]; empty at the
  /// root.
  std::span<const double> path_posterior(std::size_t level, std::size_t step,
                                         std::size_t factor) const {
    return node(level, step - step % tables_->time_scale(level), factor).path_posterior;
  }

 private:
  struct Node {  // a factor at a step
    bool observed = false, ahead_observed = false;
    std::vector<double> own;  // L(s), largest 1
    // λ(s, u): L(s) and what comes after it in the episode, largest 1, laid out by `MovingPairs`.
    std::vector<double> ahead;
    std::vector<double> to_parent;  // ln ℓ(p), of the episode that starts here
    double own_log_scale = 0, ahead_log_scale = 0;
    double best = 0;  // largest of ln `ahead` by the scaled L of its steps: 0 if the states that
                      // fit best follow each other
    std::vector<double> posterior, path_posterior;
    // P(s, u | evidence before this step of the episode), up to a factor, [pair that moves].
    std::vector<double> forward;
    double forward_log_scale = 0;  // as `best` to `ahead`
    // Of the episode that starts here, for all of its steps: Σ forward(s, u) λ(s, u) over the pairs
    // that do not move, [state] and [path], and over all pairs.
    std::vector<double> staying_states, staying_paths;
    double total = 0;
    bool in_logs = false;           // the messages of the episode that starts here
    std::vector<double> log_own;    // ln of `own`
    std::vector<double> log_ahead;  // ln of `ahead`, its largest `best`; if the episode is in logs
    std::vector<double> log_forward;  // ln of `forward`; likewise

    // What is known of state `p` of the parent from outside of the episode that starts here, up to
    // a factor: P(p | all) / ℓ(p); 0 where both are nothing, or else the episode is far.
    double outside(const std::vector<double>& parent, std::size_t p) const;
  };

  Node& node(std::size_t level, std::size_t step, std::size_t factor) {
    return nodes_[level][step * tables_->level(level).size() + factor];
  }
  const Node& node(std::size_t level, std::size_t step, std::size_t factor) const {
    return nodes_[level][step * tables_->level(level).size() + factor];
  }
  void look_ahead(std::size_t level, std::size_t step, std::size_t factor);
  void look_ahead_in_logs(std::size_t level, std::size_t step, std::size_t factor);
  void walk_in_logs(std::size_t level, std::size_t step, std::size_t factor,
                    SequenceCounts* counts);
  void send(std::size_t level, std::size_t step, std::size_t factor);
  void send_far(std::size_t level, std::size_t step, std::size_t factor);
  bool is_far(std::size_t level, std::size_t begin, std::size_t factor) const;
  std::vector<std::vector<double>> log_messages(std::size_t level, std::size_t begin,
                                                std::size_t factor) const;
  void infer_far(std::size_t level, std::size_t begin, std::size_t factor, SequenceCounts* counts);
  std::vector<double> start_far(std::size_t level, std::size_t begin, std::size_t factor,
                                const std::vector<double>& ahead, SequenceCounts* counts);
  std::vector<double> walk_far(std::size_t level, std::size_t factor,
                               const std::vector<double>& forward, const std::vector<double>& ahead,
                               SequenceCounts* counts);
  void collect(std::size_t level, std::size_t step, std::size_t factor);
  void update_episode(std::size_t level, std::size_t step, std::size_t factor);
  void start(std::size_t level, std::size_t step, std::size_t factor);
  void add_backgrounds_of_staying(const MovingPairs& pairs, double constant,
                                  std::span<const double> ahead, Node& at);
  void count_start(std::size_t level, std::size_t step, std::size_t factor, SequenceCounts& counts);
  void walk(std::size_t level, std::size_t step, std::size_t factor, SequenceCounts* counts);
  void believe(std::size_t level, std::size_t step, std::size_t factor);
  // The first step of the episode that holds a step.
  Node& beginning(std::size_t level, std::size_t step, std::size_t factor) {
    return node(level, step - step % tables_->time_scale(level), factor);
  }
  // λ, whether or not something was observed from here on.
  const std::vector<double>& onwards(const Node& at, const MovingPairs& pairs) const {
    return at.ahead_observed ? at.ahead : pairs.nothing();
  }

  // What forward · ahead of pairs that move is to be multiplied by, to be of the scale of an
  // episode's first step.
  static double scale_of_moving(const Node& first, const Node& at) {
    return std::exp(at.forward_log_scale + (at.ahead_observed ? at.best : 0) -
                    (first.ahead_observed ? first.best : 0));
  }

  const SequenceTables* tables_;
  std::vector<std::vector<Node>> nodes_;  // [level][step · factors + factor]
  std::vector<double> log_likelihood_, by_state_, by_path_, scratch_;
  std::string impossible_;  // what was found impossible since `clear`, and where
};

}  // namespace rgm
