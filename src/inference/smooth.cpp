#include "rgm/inference/smooth.h"

#include <algorithm>
#include <cmath>
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

/// Σ over states of posterior(state) times the outcome: q(o) read as a count, P(o | q, s) ∝ q(o)
/// A[o, s] as evidence.
void add_outcomes(const Episode& episode, const Outcomes& outcomes, std::size_t first,
                  SoftReading reading, SequenceCounts& counts) {
  const auto& tables = episode.tables();
  for (std::size_t t = 0; t < tables.steps(0) && first + t < outcomes.items(); ++t)
    for (std::size_t f = 0; f < tables.level(0).size(); ++f) {
      const auto belief = episode.posterior(0, t, f);
      auto& to = counts.levels[0][f];
      for (std::size_t g = 0; g < tables.level(0)[f].observed.size(); ++g) {
        const auto& observed = tables.level(0)[f].observed[g];
        const Outcome o = outcomes(first + t, observed.modality);
        const bool mixed = reading == SoftReading::kLikelihood && (o.share > 0 || o.distribution());
        std::vector<std::pair<std::size_t, double>> weights;
        for_each_outcome_weight(
            outcomes, first + t, observed.modality, observed.num_outcomes,
            [&](std::size_t outcome, double weight) { weights.emplace_back(outcome, weight); });
        Matrix<double> likelihood;
        if (mixed) {
          likelihood = Matrix<double>(weights.size(), belief.size());
          for (std::size_t i = 0; i < weights.size(); ++i) {
            std::ranges::copy(observed.background, likelihood.row(i).begin());
            for (const auto& posting : observed.of(weights[i].first))
              likelihood(i, posting.state) += posting.probability;
          }
        }
        for (std::size_t s = 0; s < belief.size(); ++s) {
          if (belief[s] <= counts.smallest) continue;
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
    }
}

}  // namespace

double smooth(const SequenceTables& tables, const Outcomes& outcomes, const SmoothOptions& options,
              const std::function<void(std::size_t, const Episode&)>& visit,
              SequenceCounts* counts) {
  require(outcomes.modalities() == tables.num_modalities(), "inference: outcomes: expected ",
          tables.num_modalities(), " modalities, got ", outcomes.modalities());
  const std::size_t length = tables.steps(0), episodes = (outcomes.items() + length - 1) / length;
  const std::size_t states = tables.root().num_states;
  const bool backwards = visit || counts != nullptr;
  Matrix<double> predicted(backwards ? episodes : 0, states),
      likelihood(backwards ? episodes : 0, states, 1.0);
  Episode episode(tables);
  double log_evidence = 0;
  std::vector<double> belief(tables.root_prior().begin(), tables.root_prior().end()), next;
  for (std::size_t k = 0; k < episodes; ++k) {
    if (backwards) std::ranges::copy(belief, predicted.row(k).begin());
    observe_all(episode, outcomes, k * length, options.reading);
    if (const auto from = episode.root_likelihood(); !from.empty()) {
      if (backwards) std::ranges::copy(from, likelihood.row(k).begin());
      double total = 0;
      for (std::size_t s = 0; s < states; ++s) total += belief[s] *= from[s];
      require<ImpossibleEvidence>(
          total > 0, "inference: step ", k * length,
          ": the outcomes from here on are impossible after those before (probability 0)");
      for (double& p : belief) p /= total;
      log_evidence += std::log(total) + episode.root_log_scale();
    }
    tables.advance_root(belief, next);
    belief.swap(next);
  }
  if (!backwards) return log_evidence;

  // Backwards: `after` ∝ P(all that comes after | state); the predicted beliefs become posteriors
  // in place.
  std::vector<double> after(states, 1.0), weighted(states);
  for (std::size_t k = episodes; k-- > 0;) {
    const auto here = predicted.row(k), from = likelihood.row(k);
    double total = 0;
    for (std::size_t s = 0; s < states; ++s) total += here[s] * from[s] * after[s];
    if (counts != nullptr && k > 0) {  // the joint of the root's states here and a step before
      std::vector<double> past(predicted.row(k - 1).begin(), predicted.row(k - 1).end());
      double norm = 0;
      for (std::size_t s = 0; s < states; ++s) norm += past[s] *= likelihood(k - 1, s);
      auto& arcs = counts->levels.back().front().arcs;
      double restarted = 0;
      for (std::size_t s = 0; s < states; ++s) {
        past[s] /= norm;
        restarted += past[s] * tables.restart()[s];
        if (past[s] == 0 || tables.root().arc_begin.empty()) continue;
        for (std::size_t a = tables.root().arc_begin[s]; a < tables.root().arc_begin[s + 1]; ++a) {
          const auto& arc = tables.root().arcs[a];
          arcs[a] += past[s] * arc.probability * from[arc.next] * after[arc.next] / total;
        }
      }
      for (std::size_t s = 0; s < states; ++s)
        counts->initial_states[s] +=
            restarted * tables.root_prior()[s] * from[s] * after[s] / total;
    }
    for (std::size_t s = 0; s < states; ++s) weighted[s] = from[s] * after[s];
    for (std::size_t s = 0; s < states; ++s) here[s] *= weighted[s] / total;
    if (counts != nullptr && k == 0)
      for (std::size_t s = 0; s < states; ++s) counts->initial_states[s] += here[s];
    const double largest = *std::ranges::max_element(weighted);
    for (double& w : weighted) w /= largest;
    tables.retreat_root(weighted, after);
  }
  for (std::size_t k = 0; k < episodes; ++k) {
    observe_all(episode, outcomes, k * length, options.reading);
    if (!episode.infer(predicted.row(k), 0, length - 1, counts)) episode.fail_impossible();
    if (counts != nullptr) add_outcomes(episode, outcomes, k * length, options.reading, *counts);
    if (visit) visit(k * length, episode);
  }
  return log_evidence;
}

}  // namespace rgm
