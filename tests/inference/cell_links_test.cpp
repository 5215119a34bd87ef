#include "rgm/inference/cell_links.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/inference/cell_smoother.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/inference/sequence_states.h"
#include "rgm/inference/smooth.h"
#include "support/random_kinds.h"
#include "support/random_sequence.h"

namespace rgm {
namespace {

struct LinkedModel {
  explicit LinkedModel(std::uint32_t seed) : random(seed) {
    tree = test::random_sequence_tree(random,
                                      {.max_levels = 2, .max_factors = 2, .structural_zeros = 0});
    sizes.resize(tree.num_modalities());
    for (const auto& modality : tree.levels.front().modalities)
      sizes[modality.source] = modality.num_outcomes;
    tree.kinds = test::random_kinds(random, sizes, test::random_cells(random, tree),
                                    {.number = 2, .link_stay = 0.5 + 0.49 * random.uniform()});
    tree.validate();
  }

  Random random;
  Hierarchy tree;
  std::vector<std::size_t> sizes;
};

/// Σ over which cells are cut at which steps of the probability of that, of what the cut cells show
/// by their kinds, and of the rest by enumeration of the tree, for the ν that the filter had.
double enumerated(const Hierarchy& hierarchy, const Outcomes& outcomes,
                  std::span<const CellGate> gates, std::size_t entry) {
  if (entry == gates.size()) {
    test::SequenceJoint joint(hierarchy, outcomes, SoftReading::kLikelihood);
    return joint.infer().evidence;
  }
  const auto& gate = gates[entry];
  if (!gate.observed) return enumerated(hierarchy, outcomes, gates, entry + 1);
  const std::size_t cells = hierarchy.kinds.cells.size();
  Outcomes without = outcomes;
  for (const std::size_t g : hierarchy.kinds.cells[entry % cells]) without(entry / cells, g) = {};
  return (1 - gate.cut) * enumerated(hierarchy, outcomes, gates, entry + 1) +
         gate.cut * std::exp(gate.log_unlinked) * enumerated(hierarchy, without, gates, entry + 1);
}

RC_GTEST_PROP(CellLinks, EvidenceEqualsEnumerationGivenTheGates, (std::uint32_t seed)) {
  LinkedModel model(seed);
  const auto outcomes = test::random_sequence(model.random, model.sizes, 2, 0.2);
  const SequenceTables tables(model.tree);
  SequenceFilter filter(tables);
  std::vector<CellGate> gates;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    filter.push(outcomes, t);
    gates.insert(gates.end(), filter.links()->gates().begin(), filter.links()->gates().end());
  }
  const double expected = std::log(enumerated(model.tree, outcomes, gates, 0));
  RC_ASSERT(std::abs(filter.log_evidence() - expected) < 1e-10);
  const double smoothed = smooth(tables, outcomes, {.gates = gates});
  RC_ASSERT(std::abs(smoothed - expected) < 1e-10);
}

RC_GTEST_PROP(CellLinks, PredictionIsTheProbabilityOfWhatIsPushedNext, (std::uint32_t seed)) {
  LinkedModel model(seed);
  const auto outcomes = test::random_sequence(model.random, model.sizes, 4, 0.1);
  const SequenceTables tables(model.tree);
  SequenceFilter filter(tables);
  for (std::size_t t = 0; t < 3; ++t) filter.push(outcomes, t);
  const auto predicted = filter.predict();
  for (std::size_t g = 0; g < predicted.size(); ++g) {
    RC_ASSERT(std::abs(std::accumulate(predicted[g].begin(), predicted[g].end(), 0.0) - 1) < 1e-10);
    for (std::uint16_t o = 0; o < predicted[g].size(); ++o) {
      SequenceFilter other(tables);
      for (std::size_t t = 0; t < 3; ++t) other.push(outcomes, t);
      Outcomes next(1, outcomes.modalities());
      next(0, g) = {o, 0};
      RC_ASSERT(std::abs(std::exp(filter.log_predictive(next, 0)[g]) - predicted[g][o]) < 1e-10);
      RC_ASSERT(std::abs(std::exp(other.push(next, 0)) - predicted[g][o]) < 1e-10);
    }
  }
}

/// At a single step: P(missing outcome | what its cell and all others show), by the evidence of
/// each; of cells that show something, since others keep what was believed of their link.
RC_GTEST_PROP(CellSmoother, MissingOutcomesOfAStepFollowFromItsEvidence, (std::uint32_t seed)) {
  LinkedModel model(seed);
  auto outcomes = test::random_sequence(model.random, model.sizes, 1, 0.4);
  outcomes(0, model.random.index(model.sizes.size())) = {};
  const SequenceTables tables(model.tree);
  const CellSmoother cells(tables, outcomes, SoftReading::kLikelihood);
  smooth(tables, outcomes, {.gates = cells.gates()}, [&](std::size_t, const Episode& episode) {
    OutcomeDistributions mixed;
    for (std::size_t f = 0; f < tables.level(0).size(); ++f) {
      expected_outcomes(tables, f, episode.posterior(0, 0, f), mixed);
      cells.mix(0, f, episode.posterior(0, 0, f), outcomes, mixed);
    }
    for (const auto& cell : model.tree.kinds.cells)
      for (const std::size_t g : cell) {
        const auto missing = [&](std::size_t column) { return outcomes(0, column).missing(); };
        if (!missing(g) || std::ranges::all_of(cell, missing)) continue;
        std::vector<double> evidence;
        for (std::uint16_t o = 0; o < model.sizes[g]; ++o) {
          Outcomes whole = outcomes;
          whole(0, g) = {o, 0};
          SequenceFilter filter(tables);
          evidence.push_back(std::exp(filter.push(whole, 0)));
        }
        const double total = std::accumulate(evidence.begin(), evidence.end(), 0.0);
        for (std::size_t o = 0; o < evidence.size(); ++o)
          RC_ASSERT(std::abs(mixed[g][o] - evidence[o] / total) < 1e-10);
      }
  });
}

TEST(CellSmoother, RefusesOtherModalities) {
  LinkedModel model(1);
  const SequenceTables tables(model.tree);
  EXPECT_THROW(CellSmoother(tables, Outcomes(2, model.sizes.size() + 1), SoftReading::kCount),
               BadInput);
}

/// −ln P ≤ −ln P(tree alone) + Σ ln 1 / (1 − ν), and ≤ −ln P(kinds alone) + Σ ln 1 / ν.
RC_GTEST_PROP(CellLinks, LoseLittleToTheTreeOrTheKindsAlone, (std::uint32_t seed)) {
  LinkedModel model(seed);
  const auto outcomes = test::random_sequence(model.random, model.sizes, 8, 0.2);
  const SequenceTables tables(model.tree);
  auto bare = model.tree;
  bare.kinds = {};
  const SequenceTables bare_tables(bare);
  SequenceFilter filter(tables), alone(bare_tables);
  double price_of_links = 0, price_of_cuts = 0, unlinked = 0;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    filter.push(outcomes, t);
    alone.push(outcomes, t);
    for (const auto& gate : filter.links()->gates()) {
      if (!gate.observed) continue;
      price_of_links -= std::log1p(-gate.cut);
      price_of_cuts -= std::log(gate.cut);
      unlinked += gate.log_unlinked;
    }
  }
  RC_ASSERT(-filter.log_evidence() <= -alone.log_evidence() + price_of_links + 1e-9);
  RC_ASSERT(-filter.log_evidence() <= -unlinked + price_of_cuts + 1e-9);
}

TEST(SampleSequence, CutsCellsFromStatesOnlyWithTheBackground) {
  Hierarchy tree;
  auto& level = tree.levels.emplace_back();
  level.modalities = {{Modality::Kind::kOutcome, 0, 4}, {Modality::Kind::kOutcome, 1, 4}};
  auto& factor = level.factors.emplace_back();
  factor.modalities = {0, 1};
  factor.likelihood = Likelihood(std::vector<std::size_t>{4, 4}, std::vector{0.0, 0.0}, 1);
  factor.likelihood.add(0, 0, 0, 1);
  factor.likelihood.add(1, 3, 0, 1);
  tree.initial_state_counts = {1};
  tree.kinds = make_kinds({4, 4}, {{0}, {1}}, true, {.link_stay = 0.9});
  tree.validate();
  const auto strange = [&](bool background) {
    Random random(1);
    const auto outcomes = sample_sequence(tree, 1000, random, {.background = background}).outcomes;
    std::size_t result = 0;
    for (std::size_t t = 0; t < outcomes.items(); ++t)
      result += (outcomes(t, 0).token != 0 ? 1 : 0) + (outcomes(t, 1).token != 3 ? 1 : 0);
    return static_cast<double>(result) / 2000;
  };
  EXPECT_EQ(strange(false), 0);
  EXPECT_GT(strange(true), 0.02);  // a sixth of the time cut, and then mostly elsewhere
  EXPECT_LT(strange(true), 0.6);
}

}  // namespace
}  // namespace rgm
