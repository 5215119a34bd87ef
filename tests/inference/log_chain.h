#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"

// Hierarchies of one level, whose root's chain is all there is, and the judge of inference on them:
// logarithms, added up over all sequences of states.

namespace rgm::test {

inline constexpr double kNever = -std::numeric_limits<double>::infinity();

inline double log_add(double a, double b) {
  const double most = std::max(a, b);
  return most == kNever ? kNever : most + std::log(std::exp(a - most) + std::exp(b - most));
}

/// One factor; modality g shows in state s what `fits(g, s)` says, and anything else with the
/// count `error` beside one count.
inline Hierarchy chain(std::size_t states, std::size_t modalities, std::size_t outcomes,
                       double error,
                       const std::function<std::size_t(std::size_t, std::size_t)>& fits) {
  Level level;
  Factor factor;
  for (std::size_t g = 0; g < modalities; ++g) {
    level.modalities.push_back({Modality::Kind::kOutcome, g, outcomes});
    factor.modalities.push_back(g);
  }
  factor.likelihood = Likelihood::sparse(std::vector<std::size_t>(modalities, outcomes),
                                         std::vector(modalities, 0.0), states);
  for (std::size_t s = 0; s < states; ++s)
    for (std::size_t g = 0; g < modalities; ++g)
      for (std::size_t o = 0; o < outcomes; ++o)
        if (o == fits(g, s))
          factor.likelihood.add(g, o, s, 1);
        else if (error > 0)
          factor.likelihood.add(g, o, s, error);
  factor.transition = Transition(states, 2);
  factor.num_paths = 2;
  level.factors = {factor};
  Hierarchy result;
  result.levels = {level};
  result.initial_state_counts.assign(states, 1.0);
  return result;
}

/// Exact answers by their definitions, as logarithms: messages where `infer` is too many terms.
struct LogChain {
  LogChain(const Hierarchy& hierarchy, const Outcomes& seen) : model(hierarchy), outcomes(seen) {
    const auto a = model.root().likelihood.expectation();
    const std::size_t states = model.root().num_states();
    double total = 0;
    for (double d : model.initial_state_counts) total += d;
    for (double d : model.initial_state_counts) prior.push_back(std::log(d / total));
    for (std::size_t t = 0; t < outcomes.items(); ++t) {
      auto& row = shown.emplace_back(states, 0.0);
      for (std::size_t s = 0; s < states; ++s)
        for (std::size_t g = 0; g < outcomes.modalities(); ++g)
          if (!outcomes(t, g).missing())
            row[s] += std::log(a(model.root().likelihood.offset(g) + outcomes(t, g).token, s));
    }
    moves = Matrix<double>(states, states);
    for (std::size_t s = 0; s < states; ++s)
      for (std::size_t next = 0; next < states; ++next) {
        double sum = kNever;
        for (const auto& [arc, log_p] : ways(s, next)) sum = log_add(sum, log_p);
        moves(s, next) = sum;
      }
  }

  /// How to get from a state to the next: arc, or −1 for a restart, and ln of its probability.
  std::vector<std::pair<int, double>> ways(std::size_t s, std::size_t next) const {
    const auto& leaving = model.root().transition.arcs(s);
    double total = model.restart_concentration;
    for (const auto& arc : leaving) total += arc.count;
    std::vector<std::pair<int, double>> result;
    if (total == 0) {
      if (s == next) result.emplace_back(-2, 0.0);
      return result;
    }
    for (std::size_t i = 0; i < leaving.size(); ++i)
      if (leaving[i].next == next)
        result.emplace_back(static_cast<int>(i), std::log(leaving[i].count) - std::log(total));
    if (model.restart_concentration > 0)
      result.emplace_back(-1,
                          std::log(model.restart_concentration) - std::log(total) + prior[next]);
    return result;
  }

  /// By enumeration: evidence of the first `steps` steps, posteriors and counts.
  void infer(std::size_t steps) {
    const std::size_t states = prior.size();
    posteriors.assign(steps, std::vector(states, kNever));
    initial.assign(states, kNever);
    restarts.assign(states, kNever);
    arcs.clear();
    for (std::size_t s = 0; s < states; ++s)
      arcs.emplace_back(model.root().transition.arcs(s).size(), kNever);
    evidence = best = kNever;
    std::vector<std::size_t> path(steps);
    visit(path, 0, 0);
    for (auto* list : {&posteriors, &arcs})
      for (auto& row : *list)
        for (double& p : row) p = std::exp(p - evidence);
    for (auto* list : {&initial, &restarts})
      for (double& p : *list) p = std::exp(p - evidence);
  }

  void visit(std::vector<std::size_t>& path, std::size_t t, double log_p) {
    if (log_p == kNever) return;
    if (t == path.size()) {
      evidence = log_add(evidence, log_p);
      best = std::max(best, log_p);
      initial[path[0]] = log_add(initial[path[0]], log_p);
      for (std::size_t i = 0; i < t; ++i) {
        auto& p = posteriors[i][path[i]];
        p = log_add(p, log_p);
        if (i == 0) continue;
        const std::size_t s = path[i - 1], next = path[i];
        for (const auto& [arc, log_way] : ways(s, next)) {
          if (arc == -2) continue;
          double& count = arc < 0 ? initial[next] : arcs[s][static_cast<std::size_t>(arc)];
          count = log_add(count, log_p + log_way - moves(s, next));
          if (arc < 0) restarts[s] = log_add(restarts[s], log_p + log_way - moves(s, next));
        }
      }
      return;
    }
    for (std::size_t s = 0; s < prior.size(); ++s) {
      path[t] = s;
      visit(path, t + 1, log_p + shown[t][s] + (t == 0 ? prior[s] : moves(path[t - 1], s)));
    }
  }

  /// By messages: the same without counts, for any length.
  void pass_messages() {
    const std::size_t steps = shown.size(), states = prior.size();
    std::vector past(steps, std::vector(states, kNever)), after(steps, std::vector(states, 0.0));
    for (std::size_t t = 0; t < steps; ++t)
      for (std::size_t s = 0; s < states; ++s) {
        if (t == 0) past[t][s] = prior[s];
        for (std::size_t from = 0; t > 0 && from < states; ++from)
          past[t][s] = log_add(past[t][s], past[t - 1][from] + moves(from, s));
        past[t][s] += shown[t][s];
      }
    for (std::size_t t = steps - 1; t-- > 0;)
      for (std::size_t s = 0; s < states; ++s) {
        after[t][s] = kNever;
        for (std::size_t to = 0; to < states; ++to)
          after[t][s] = log_add(after[t][s], moves(s, to) + shown[t + 1][to] + after[t + 1][to]);
      }
    evidence = kNever;
    for (double p : past.back()) evidence = log_add(evidence, p);
    posteriors = past;
    for (std::size_t t = 0; t < steps; ++t)
      for (std::size_t s = 0; s < states; ++s)
        posteriors[t][s] = std::exp(past[t][s] + after[t][s] - evidence);
  }

  const Hierarchy& model;
  const Outcomes& outcomes;
  std::vector<double> prior;               // ln, [state]
  std::vector<std::vector<double>> shown;  // ln L, [step][state]
  Matrix<double> moves;                    // ln P(next | state)
  double evidence = kNever, best = kNever;
  std::vector<std::vector<double>> posteriors, arcs;  // [step][state], [state][arc]
  std::vector<double> initial, restarts;
};

}  // namespace rgm::test
