#include "rgm/learning/kinds_learning.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"

namespace rgm {

namespace {

/// What a column's outcome is counted after.
struct Past {
  std::size_t last = KindTables::kUnknown, before = KindTables::kUnknown;
  KindsFilter::Contexts contexts{};
};

Past past_of(const KindsFilter& filter, std::size_t column) {
  return {filter.last(column), filter.before_last(column), filter.contexts(column)};
}

/// Counts what a column shows by the belief about its cell's kind.
void count(Kinds& kinds, std::size_t g, const Outcomes& outcomes, std::size_t item,
           const Past& past, std::span<const double> belief) {
  auto& table = kinds.tables[kinds.table_of[g]];
  const std::size_t last = past.last, before = past.before;
  std::vector<double> weights(belief.size());
  for_each_outcome_weight(outcomes, item, g, table.num_outcomes, [&](std::size_t o, double weight) {
    kinds.frequencies[g][o] += weight;
    for (std::size_t r = 0; r < kinds.memory.size(); ++r)
      if (past.contexts[r] != KindsFilter::kNoContext)
        kinds.memory[r][past.contexts[r]].add(o, std::span(&weight, 1));
    if (last == KindTables::kUnknown) return;
    for (std::size_t k = 0; k < weights.size(); ++k) weights[k] = weight * belief[k];
    table.after_last[last].add(o, weights);
    if (before != KindTables::kUnknown && kinds.options.order > 1)
      table.after_two[table.pair(last, before)].add(o, weights);
  });
}

void add_to(Matrix<double>& sum, const Matrix<double>& more) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum.values()[i] += more.values()[i];
}

bool shows(const std::vector<std::size_t>& cell, const Outcomes& outcomes, std::size_t item) {
  return std::ranges::any_of(cell, [&](std::size_t g) { return !outcomes(item, g).missing(); });
}

}  // namespace

void KindsLearner::finish_step(const Outcomes& outcomes, std::size_t item) {
  for (std::size_t c = 0; c < kinds_->cells.size(); ++c) {
    if (!shows(kinds_->cells[c], outcomes, item)) continue;
    for (const std::size_t g : kinds_->cells[c])
      count(*kinds_, g, outcomes, item, past_of(filter_, g), filter_.belief(c));
    filter_.pair(c, pair_);
    add_to(kinds_->chain, pair_);
  }
  filter_.finish_step();
}

double KindsLearner::add(const Outcomes& outcomes, std::size_t item) {
  double result = 0;
  begin_step();
  for (const auto& cell : kinds_->cells)
    for (const std::size_t g : cell) result += std::log(filter_.push(g, outcomes, item));
  finish_step(outcomes, item);
  return result;
}

namespace {

/// One step of what was filtered, for the way back.
struct Filtered {
  std::vector<Matrix<double>> pairs;  // P(kind before, kind | up to here), [cell]
  Matrix<double> beliefs;             // [cell, kind]
  std::vector<Past> past;             // [column]
};

/// ln P(sequence), and its steps.
double filter_all(const Kinds& kinds, const Outcomes& sequence, std::vector<Filtered>& steps) {
  KindsFilter filter(kinds);
  double result = 0;
  for (std::size_t t = 0; t < sequence.items(); ++t) {
    check_interruption();
    auto& step = steps.emplace_back();
    filter.begin_step();
    step.past.resize(kinds.table_of.size());
    for (const auto& cell : kinds.cells)
      for (const std::size_t g : cell) {
        result += std::log(filter.push(g, sequence, t));
        step.past[g] = past_of(filter, g);
      }
    step.beliefs = Matrix<double>(kinds.cells.size(), kinds.options.number);
    step.pairs.resize(kinds.cells.size());
    for (std::size_t c = 0; c < kinds.cells.size(); ++c) {
      filter.pair(c, step.pairs[c]);
      std::ranges::copy(filter.belief(c), step.beliefs.row(c).begin());
    }
    filter.finish_step();
  }
  return result;
}

/// Adds the expected counts of a sequence under `kinds` to `counts`; returns ln P(sequence).
double expect(const Kinds& kinds, const Outcomes& sequence, Kinds& counts) {
  std::vector<Filtered> steps;
  const double result = filter_all(kinds, sequence, steps);
  for (std::size_t c = 0; c < kinds.cells.size(); ++c) {
    check_interruption();
    std::vector<double> smoothed, then(kinds.options.number);
    for (std::size_t t = steps.size(); t-- > 0;) {
      const auto filtered = steps[t].beliefs.row(c);
      if (smoothed.empty()) smoothed.assign(filtered.begin(), filtered.end());
      auto& pair = steps[t].pairs[c];  // becomes P(kind before, kind | all)
      std::ranges::fill(then, 0.0);
      for (std::size_t j = 0; j < then.size(); ++j)
        for (std::size_t k = 0; k < then.size(); ++k)
          then[j] += pair(j, k) *= filtered[k] > 0 ? smoothed[k] / filtered[k] : 0.0;
      if (shows(kinds.cells[c], sequence, t)) {
        for (const std::size_t g : kinds.cells[c])
          count(counts, g, sequence, t, steps[t].past[g], smoothed);
        add_to(counts.chain, pair);
      }
      std::swap(smoothed, then);
    }
  }
  return result;
}

Kinds without_counts(const Kinds& kinds) {
  Kinds result = kinds;
  for (auto& table : result.tables) {
    table.after_last.assign(table.num_outcomes, {});
    table.after_two.clear();
  }
  for (auto& column : result.frequencies) std::ranges::fill(column, 0.0);
  result.chain.fill(0);
  result.memory.assign(kinds.memory.size(), {});
  return result;
}

}  // namespace

std::vector<double> relearn_kinds(Kinds& kinds, std::span<const Outcomes> sequences,
                                  std::size_t passes) {
  std::vector<double> result;
  for (std::size_t pass = 0; pass < passes; ++pass) {
    Kinds counts = without_counts(kinds), alone = kinds;
    alone.options.memory = 0;  // which holds the very outcomes that are to be explained
    alone.memory.clear();
    double evidence = 0;
    for (const auto& sequence : sequences) evidence += expect(alone, sequence, counts);
    kinds = std::move(counts);
    result.push_back(evidence);
  }
  return result;
}

double learn_kinds(Kinds& kinds, std::span<const Outcomes> sequences) {
  double result = 0;
  for (const auto& sequence : sequences) {
    require(sequence.modalities() == kinds.table_of.size(), "learn_kinds: expected ",
            kinds.table_of.size(), " modalities, got ", sequence.modalities());
    KindsLearner learner(kinds);
    for (std::size_t t = 0; t < sequence.items(); ++t) {
      check_interruption();
      result += learner.add(sequence, t);
    }
  }
  return result;
}

}  // namespace rgm
