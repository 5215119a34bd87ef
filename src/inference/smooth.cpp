#include "rgm/inference/smooth.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/matrix.h"

namespace rgm {
namespace {

/// Sets the evidence of the steps of level 0 from `first` on.
void observe_all(Episode& episode, const Outcomes& outcomes, std::size_t first,
                 SoftReading reading) {
  episode.clear();
  for (std::size_t t = 0; t < episode.tables().steps(0) && first + t < outcomes.items(); ++t)
    for (std::size_t f = 0; f < episode.tables().level(0).size(); ++f)
      episode.observe(t, f, outcomes, first + t, reading);
  if (!episode.update()) episode.fail_impossible();
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

/// What passes between the steps of the root, [step of the root, root state].
struct RootChain {
  Matrix<double> beliefs;     // P(state | all that came before); after `go_back` P(state | all)
  Matrix<double> likelihood;  // P(what the step shows | state), largest 1
};

/// Forwards: b_k(s') = Σ_s P(s' | s) b_{k−1}(s) L_{k−1}(s) / Z_{k−1}, and ln P(all) = Σ_k ln Z_k,
/// with L_k the step's likelihood. Step by step, one episode's work space for all; the beliefs and
/// likelihoods are kept only if a way back (`chain`) needs them.
double go_forward(const SequenceTables& tables, const Outcomes& outcomes, SoftReading reading,
                  std::size_t episodes, Episode& episode, RootChain* chain) {
  double log_evidence = 0;
  std::vector<double> belief(tables.root_prior().begin(), tables.root_prior().end()), next;
  for (std::size_t k = 0; k < episodes; ++k) {
    if (chain != nullptr) std::ranges::copy(belief, chain->beliefs.row(k).begin());
    observe_all(episode, outcomes, k * tables.steps(0), reading);
    if (const auto from = episode.root_likelihood(); !from.empty()) {
      if (chain != nullptr) std::ranges::copy(from, chain->likelihood.row(k).begin());
      double total = 0;
      for (std::size_t s = 0; s < belief.size(); ++s) total += belief[s] *= from[s];
      require<ImpossibleEvidence>(
          total > 0, "inference: step ", k * tables.steps(0),
          ": the outcomes from here on are impossible after those before (probability 0)");
      for (double& p : belief) p /= total;
      log_evidence += std::log(total) + episode.root_log_scale();
    }
    tables.advance_root(belief, next);
    belief.swap(next);
  }
  return log_evidence;
}

/// Counts the joint posterior of the root's states at steps k − 1 and k,
///
///     P(s, s' | all) = b_{k−1}(s) L_{k−1}(s) / Z_{k−1} · P(s' | s) L_k(s') after(s') / total,
///
/// arc by arc; what restarts counts as an initial state. `total` = Σ_s' b_k(s') L_k(s') after(s').
void count_step_of_root(const SequenceTables& tables, const RootChain& chain, std::size_t k,
                        const std::vector<double>& after, double total, SequenceCounts& counts) {
  const std::size_t states = after.size();
  const auto from = chain.likelihood.row(k);
  std::vector<double> past(chain.beliefs.row(k - 1).begin(), chain.beliefs.row(k - 1).end());
  double norm = 0;
  for (std::size_t s = 0; s < states; ++s) norm += past[s] *= chain.likelihood(k - 1, s);
  auto& arcs = counts.levels.back().front().arcs;
  double restarted = 0, fresh = 0;
  for (std::size_t s = 0; s < states; ++s)
    fresh += tables.root_prior()[s] * from[s] * after[s] / total;
  for (std::size_t s = 0; s < states; ++s) {
    past[s] /= norm;
    counts.restarts[s] += past[s] * tables.restart()[s] * fresh;
    restarted += past[s] * tables.restart()[s];
    if (past[s] == 0 || tables.root().arc_begin.empty()) continue;
    for (std::size_t a = tables.root().arc_begin[s]; a < tables.root().arc_begin[s + 1]; ++a) {
      const auto& arc = tables.root().arcs[a];
      arcs[a] += past[s] * arc.probability * from[arc.next] * after[arc.next] / total;
    }
  }
  for (std::size_t s = 0; s < states; ++s)
    counts.initial_states[s] += restarted * tables.root_prior()[s] * from[s] * after[s] / total;
}

/// Backwards: after_{k−1}(s) ∝ Σ_s' P(s' | s) L_k(s') after_k(s'), and P(s | all) ∝ b_k(s) L_k(s)
/// after_k(s). From the last step to the first, the posteriors in the place of the beliefs, since a
/// step's counts need the belief of the step before only.
void go_back(const SequenceTables& tables, RootChain& chain, SequenceCounts* counts) {
  const std::size_t states = chain.beliefs.cols();
  std::vector<double> after(states, 1.0), weighted(states);
  for (std::size_t k = chain.beliefs.rows(); k-- > 0;) {
    const auto here = chain.beliefs.row(k);
    const auto from = std::as_const(chain.likelihood).row(k);
    double total = 0;
    for (std::size_t s = 0; s < states; ++s) total += here[s] * from[s] * after[s];
    if (counts != nullptr && k > 0) count_step_of_root(tables, chain, k, after, total, *counts);
    for (std::size_t s = 0; s < states; ++s) weighted[s] = from[s] * after[s];
    for (std::size_t s = 0; s < states; ++s) here[s] *= weighted[s] / total;
    if (counts != nullptr && k == 0)
      for (std::size_t s = 0; s < states; ++s) counts->initial_states[s] += here[s];
    const double largest = *std::ranges::max_element(weighted);
    for (double& w : weighted) w /= largest;
    tables.retreat_root(weighted, after);
  }
}

}  // namespace

double smooth(const SequenceTables& tables, const Outcomes& outcomes, const SmoothOptions& options,
              const std::function<void(std::size_t, const Episode&)>& visit,
              SequenceCounts* counts) {
  require(outcomes.modalities() == tables.num_modalities(), "inference: outcomes: expected ",
          tables.num_modalities(), " modalities, got ", outcomes.modalities());
  const std::size_t length = tables.steps(0), episodes = (outcomes.items() + length - 1) / length;
  Episode episode(tables);
  if (!visit && counts == nullptr)
    return go_forward(tables, outcomes, options.reading, episodes, episode, nullptr);

  const std::size_t states = tables.root().num_states;
  RootChain chain{Matrix<double>(episodes, states), Matrix<double>(episodes, states, 1.0)};
  const double log_evidence =
      go_forward(tables, outcomes, options.reading, episodes, episode, &chain);
  go_back(tables, chain, counts);
  for (std::size_t k = 0; k < episodes; ++k) {  // the messages below the root again, and downwards
    observe_all(episode, outcomes, k * length, options.reading);
    if (!episode.infer(chain.beliefs.row(k), 0, length - 1, counts)) episode.fail_impossible();
    if (counts != nullptr) add_outcomes(episode, outcomes, k * length, options.reading, *counts);
    if (visit) visit(k * length, episode);
  }
  return log_evidence;
}

}  // namespace rgm
