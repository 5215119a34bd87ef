// Messages of one episode against their definition, pair by pair and as logarithms: of evidence
// that is near or far beyond the range of numbers.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "inference/sequence_support.h"
#include "rgm/inference/episode.h"
#include "support/random_tree.h"

namespace rgm {
namespace {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

double log_add(double a, double b) {
  const double most = std::max(a, b);
  return most == kImpossible ? most : most + std::log(std::exp(a - most) + std::exp(b - most));
}

/// A root with one child, whose episodes have several steps.
struct Model {
  std::size_t states = 1, paths = 1, parents = 1, length = 1;
  Hierarchy hierarchy;
  Matrix<double> first_state, first_path;   // [state or path, parent's state]
  std::vector<Matrix<double>> transitions;  // [path] → [next, state]
};

/// `zeros`: some columns have no background.
Model random_model(Random& random, bool zeros) {
  Model model;
  for (auto* size : {&model.states, &model.paths}) *size = test::between(random, 1, 5);
  for (auto* size : {&model.parents, &model.length}) *size = test::between(random, 1, 4);
  Level below, root;
  below.modalities = {{Modality::Kind::kOutcome, 0, 2}};
  below.time_scale = model.length;
  Factor factor;
  factor.modalities = {0};
  factor.num_paths = model.paths;
  factor.likelihood =
      Likelihood::sparse(std::vector<std::size_t>{2}, std::vector{1.0}, model.states);
  factor.transition = Transition(model.states, model.paths);
  for (std::size_t i = random.index(2 * model.states * model.paths); i-- > 0;)
    factor.transition.add(random.index(model.states), random.index(model.states),
                          random.index(model.paths), random.uniform() + 0.01);
  for (std::size_t u = 0; u < model.paths; ++u) {
    auto& transition = model.transitions.emplace_back(model.states, model.states);
    for (std::size_t s = 0; s < model.states; ++s) {
      for (const auto& [next, count] : factor.transition.successors(s, u))
        transition(next, s) = factor.transition.probability(next, s, u);
      if (factor.transition.successors(s, u).empty()) transition(s, s) = 1;
    }
  }
  below.factors = {factor};
  root.modalities = {{Modality::Kind::kInitialState, 0, model.states}};
  if (model.paths > 1) root.modalities.push_back({Modality::Kind::kInitialPath, 0, model.paths});
  Factor top;
  std::vector<std::size_t> outcomes;
  std::vector<double> concentrations;
  for (std::size_t g = 0; g < root.modalities.size(); ++g) {
    top.modalities.push_back(g);
    outcomes.push_back(root.modalities[g].num_outcomes);
    concentrations.push_back(zeros && random.index(3) == 0 ? 0.0 : 0.01 + random.uniform());
  }
  top.likelihood = Likelihood::sparse(outcomes, concentrations, model.parents);
  for (std::size_t p = 0; p < model.parents; ++p)
    for (std::size_t g = 0; g < outcomes.size(); ++g)
      for (std::size_t i = random.index(3) + 1; i-- > 0;)
        top.likelihood.add(g, random.index(outcomes[g]), p, random.uniform() + 0.1);
  root.factors = {top};
  const auto expected = top.likelihood.expectation();
  model.first_state = Matrix<double>(model.states, model.parents);
  model.first_path = Matrix<double>(model.paths, model.parents, 1.0);
  for (std::size_t p = 0; p < model.parents; ++p) {
    for (std::size_t s = 0; s < model.states; ++s) model.first_state(s, p) = expected(s, p);
    for (std::size_t u = 0; u < model.paths && model.paths > 1; ++u)
      model.first_path(u, p) = expected(top.likelihood.offset(1) + u, p);
  }
  model.hierarchy.levels = {below, root};
  model.hierarchy.initial_state_counts.assign(model.parents, 1.0);
  model.hierarchy.validate();
  return model;
}

using Pairs = Matrix<double>;  // ln, [state, path]

/// ln λ_t, [step].
std::vector<Pairs> messages(const Model& model, const Matrix<double>& evidence) {
  std::vector<Pairs> ahead(model.length, Pairs(model.states, model.paths));
  for (std::size_t t = model.length; t-- > 0;)
    for (std::size_t s = 0; s < model.states; ++s)
      for (std::size_t u = 0; u < model.paths; ++u) {
        double sum = t + 1 == model.length ? 0.0 : kImpossible;
        for (std::size_t next = 0; next < model.states && t + 1 < model.length; ++next)
          sum = log_add(sum, std::log(model.transitions[u](next, s)) + ahead[t + 1](next, u));
        ahead[t](s, u) = sum + evidence(t, s);
      }
  return ahead;
}

void check_episode(std::uint64_t seed) {
  Random random(seed);
  // Steps that exclude each other, and parents that exclude what fits, beyond the range of numbers.
  const double range = std::vector{1.0, 100.0, 2000.0}[random.index(3)];
  const auto model = random_model(random, true);
  Matrix<double> evidence(model.length, model.states);
  const SequenceTables tables(model.hierarchy);
  Episode episode(tables);
  for (std::size_t t = 0; t < model.length; ++t) {
    if (random.index(5) == 0) continue;  // nothing was seen
    for (std::size_t s = 0; s < model.states; ++s) evidence(t, s) = -range * random.uniform();
    episode.observe(t, 0, evidence.row(t));
  }
  const auto ahead = messages(model, evidence);
  // P(p | all), the root's prior being even; and P(p | all) / ℓ(p).
  std::vector<double> parent(model.parents, kImpossible);
  double total = kImpossible;
  for (std::size_t p = 0; p < model.parents; ++p) {
    for (std::size_t s = 0; s < model.states; ++s)
      for (std::size_t u = 0; u < model.paths; ++u)
        parent[p] = log_add(parent[p], std::log(model.first_state(s, p)) +
                                           std::log(model.first_path(u, p)) + ahead[0](s, u));
    total = log_add(total, parent[p]);
  }
  if (total == kImpossible) return;
  for (double& p : parent) p = std::exp(p - total);

  SequenceCounts counts(tables);
  RC_ASSERT(episode.update());
  RC_ASSERT(episode.infer(parent, 0, model.length - 1, &counts));
  Pairs forward(model.states, model.paths, kImpossible);
  for (std::size_t s = 0; s < model.states; ++s)
    for (std::size_t u = 0; u < model.paths; ++u)
      for (std::size_t p = 0; p < model.parents; ++p)
        forward(s, u) = log_add(
            forward(s, u), std::log(model.first_state(s, p)) + std::log(model.first_path(u, p)));
  std::vector<double> arcs(tables.level(0)[0].arcs.size());
  for (std::size_t t = 0; t < model.length; ++t) {
    std::vector<double> states(model.states), paths(model.paths);
    for (std::size_t s = 0; s < model.states; ++s)
      for (std::size_t u = 0; u < model.paths; ++u) {
        const double p = std::exp(forward(s, u) + ahead[t](s, u) - total);
        states[s] += p;
        paths[u] += p;
      }
    test::expect_near(episode.posterior(0, t, 0), states, "posterior of a state");
    test::expect_near(episode.path_posterior(0, t, 0), paths, "posterior of a path");
    if (t + 1 == model.length) break;
    Pairs next(model.states, model.paths, kImpossible);
    std::size_t k = 0;
    for (std::size_t s = 0; s < model.states; ++s) {
      for (const auto& arc : tables.level(0)[0].arcs_of(s))
        arcs[k++] += std::exp(forward(s, arc.path) + evidence(t, s) + std::log(arc.probability) +
                              ahead[t + 1](arc.next, arc.path) - total);
      for (std::size_t u = 0; u < model.paths; ++u)
        for (std::size_t to = 0; to < model.states; ++to)
          next(to, u) = log_add(
              next(to, u), forward(s, u) + evidence(t, s) + std::log(model.transitions[u](to, s)));
    }
    forward = next;
  }
  test::expect_near(counts.levels[0][0].arcs, arcs, "expected count of a transition");
  for (std::size_t p = 0; p < model.parents; ++p) {
    std::vector<double> states(model.states), paths(model.paths);
    for (std::size_t s = 0; s < model.states; ++s)
      for (std::size_t u = 0; u < model.paths; ++u) {
        const double joint = std::exp(std::log(model.first_state(s, p)) +
                                      std::log(model.first_path(u, p)) + ahead[0](s, u) - total);
        states[s] += joint;
        paths[u] += joint;
      }
    std::vector<double> counted_states(model.states), counted_paths(model.paths);
    for (const auto& [key, count] : counts.levels[1][0].likelihood[p])
      (key >> 32U == 0 ? counted_states : counted_paths)[key & 0xFFFFFFFFU] = count;
    test::expect_near(counted_states, states, "expected count of an initial state");
    if (model.paths > 1)
      test::expect_near(counted_paths, paths, "expected count of an initial path");
  }
}

RC_GTEST_PROP(EpisodeMessages, AreTheirDefinition, (std::uint32_t seed)) {
  for (std::uint64_t i = 0; i < 10; ++i) check_episode(10 * std::uint64_t{seed} + i);
}

}  // namespace
}  // namespace rgm
