#include "rgm/learning/sequence_learning.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "convergence.h"
#include "rgm/base/error.h"
#include "rgm/base/parallel.h"

namespace rgm {
namespace {

using ExpectedColumn = std::unordered_map<std::uint64_t, double>;

struct Entry {
  std::size_t modality, outcome;
  double count;
};

/// In order, since a hash table has none to rely on.
std::vector<Entry> sorted(const ExpectedColumn& column) {
  std::vector<std::pair<std::uint64_t, double>> entries(column.begin(), column.end());
  std::ranges::sort(entries);
  std::vector<Entry> result;
  for (const auto& [key, count] : entries) result.push_back({key >> 32U, key & 0xFFFFFFFFU, count});
  return result;
}

Likelihood expected_likelihood(const Likelihood& old, const std::vector<ExpectedColumn>& expected) {
  auto result = old.without_counts();
  std::vector<double> totals(old.num_modalities());
  for (std::size_t s = 0; s < old.num_states(); ++s) {
    auto entries = sorted(expected[s]);
    std::ranges::fill(totals, 0.0);
    for (const auto& entry : entries) totals[entry.modality] += entry.count;
    old.for_each_count(s, [&](std::size_t g, std::size_t o, double a) {
      if (totals[g] == 0 && old.concentration(g) == 0) entries.push_back({g, o, a});
    });
    std::ranges::stable_sort(
        entries, {}, [](const Entry& entry) { return std::pair(entry.modality, entry.outcome); });
    for (const auto& [g, o, count] : entries)
      if (count > 0) result.add(g, o, s, count);
  }
  return result;
}

/// Calls `visit(state, its arcs, their expected counts)` for every state.
template <class Visit>
void for_each_state(const Transition& transition, const std::vector<double>& expected,
                    Visit visit) {
  std::size_t at = 0;
  for (std::size_t s = 0; s < transition.num_states(); ++s) {
    const auto& arcs = transition.arcs(s);
    const std::span counts = std::span(expected).subspan(at, arcs.size());
    at += arcs.size();
    visit(s, arcs, counts);
  }
}

/// The arcs out of a state of the root where the chain may restart. Their probabilities are
/// a / (Σa + κ), and κ / (Σa + κ) that of a restart, of which κ is also the prior count: with
/// expected counts c, C = Σc, and ρ restarts,
///
///     Σ c ln(a / (Σa + κ)) + (ρ + κ) ln(κ / (Σa + κ))
///
/// is greatest at a = c κ / (ρ + κ), where the arcs are to the restart as C to ρ + κ.
void set_arcs_with_restart(std::span<const double> expected, double restarts, double kappa,
                           std::vector<double>& arcs) {
  if (restarts == 0 && std::ranges::all_of(expected, [](double c) { return c == 0; })) return;
  for (std::size_t k = 0; k < arcs.size(); ++k)
    arcs[k] = expected[k] * (kappa / (restarts + kappa));
}

void check_shape(const Hierarchy& hierarchy, const SequenceCounts& counts) {
  require(counts.levels.size() == hierarchy.levels.size() &&
              counts.initial_states.size() == hierarchy.initial_state_counts.size() &&
              counts.restarts.size() == counts.initial_states.size(),
          "learning: counts: expected those of this hierarchy");
  for (std::size_t n = 0; n < counts.levels.size(); ++n) {
    const auto& factors = hierarchy.levels[n].factors;
    require(counts.levels[n].size() == factors.size(),
            "learning: counts: expected those of this hierarchy");
    for (std::size_t f = 0; f < factors.size(); ++f) {
      std::size_t arcs = 0;
      for (std::size_t s = 0; s < factors[f].transition.num_states(); ++s)
        arcs += factors[f].transition.arcs(s).size();
      require(counts.levels[n][f].likelihood.size() == factors[f].num_states() &&
                  counts.levels[n][f].arcs.size() == arcs,
              "learning: counts: expected those of this hierarchy");
    }
  }
}

/// Parts of the sequences whose counts are summed by themselves; fixed, so that sums do not depend
/// on threads.
constexpr std::size_t kMaxSequenceShards = 16;

}  // namespace

SequenceCounts expected_counts(const SequenceTables& tables, std::span<const Outcomes> sequences,
                               const SequenceEmOptions& options,
                               std::vector<double>* log_evidence) {
  const std::size_t count = sequences.size(), shards = std::min(kMaxSequenceShards, count);
  const auto at_once = std::min(shards, static_cast<std::size_t>(resolve_threads(options.threads)));
  if (log_evidence != nullptr) log_evidence->assign(count, 0.0);
  SequenceCounts counts(tables);
  for (std::size_t first = 0; first < shards; first += at_once) {
    std::vector<SequenceCounts> sums(std::min(at_once, shards - first),
                                     SequenceCounts(tables, options.smallest));
    parallel_for(sums.size(), options.threads, [&](std::size_t i) {
      const std::size_t shard = first + i;
      for (std::size_t s = shard * count / shards; s < (shard + 1) * count / shards; ++s) {
        const double nats = smooth(tables, sequences[s], {options.reading}, {}, &sums[i]);
        if (log_evidence != nullptr) (*log_evidence)[s] = nats;
      }
    });
    for (std::size_t i = 0; i < sums.size(); ++i)
      if (first + i == 0)
        counts = std::move(sums[i]);
      else
        counts.add(sums[i]);
  }
  return counts;
}

void add_counts(Hierarchy& hierarchy, const SequenceCounts& counts) {
  check_shape(hierarchy, counts);
  for (std::size_t n = 0; n < counts.levels.size(); ++n)
    for (std::size_t f = 0; f < counts.levels[n].size(); ++f) {
      auto& factor = hierarchy.levels[n].factors[f];
      const auto& from = counts.levels[n][f];
      for (std::size_t s = 0; s < factor.num_states(); ++s)
        for (const auto& [g, o, count] : sorted(from.likelihood[s]))
          if (count > 0) factor.likelihood.add(g, o, s, count);
      if (!factor.transition.empty())
        for_each_state(factor.transition, from.arcs,
                       [&](std::size_t s, const auto& arcs, std::span<const double> expected) {
                         std::vector<double> total;
                         for (std::size_t k = 0; k < arcs.size(); ++k)
                           total.push_back(arcs[k].count + expected[k]);
                         factor.transition.set_counts(s, total);
                       });
    }
  for (std::size_t s = 0; s < counts.initial_states.size(); ++s)
    hierarchy.initial_state_counts[s] += counts.initial_states[s];
}

void set_counts(Hierarchy& hierarchy, const SequenceCounts& counts) {
  check_shape(hierarchy, counts);
  for (std::size_t n = 0; n < counts.levels.size(); ++n)
    for (std::size_t f = 0; f < counts.levels[n].size(); ++f) {
      auto& factor = hierarchy.levels[n].factors[f];
      const auto& from = counts.levels[n][f];
      factor.likelihood = expected_likelihood(factor.likelihood, from.likelihood);
      const bool root = n + 1 == counts.levels.size();
      const double kappa = root ? hierarchy.restart_concentration : 0;
      if (!factor.transition.empty())
        for_each_state(factor.transition, from.arcs,
                       [&](std::size_t s, const auto& arcs, std::span<const double> expected) {
                         std::vector<double> by_path(factor.num_paths), set;
                         for (const auto& arc : arcs) set.push_back(arc.count);
                         if (kappa > 0) {
                           set_arcs_with_restart(expected, counts.restarts[s], kappa, set);
                         } else {
                           for (std::size_t k = 0; k < arcs.size(); ++k)
                             by_path[root ? 0 : arcs[k].path] += expected[k];
                           for (std::size_t k = 0; k < arcs.size(); ++k)
                             if (by_path[root ? 0 : arcs[k].path] > 0) set[k] = expected[k];
                         }
                         factor.transition.set_counts(s, set);
                       });
    }
  const double spread = 1 / static_cast<double>(counts.initial_states.size());
  for (std::size_t s = 0; s < counts.initial_states.size(); ++s)
    hierarchy.initial_state_counts[s] = counts.initial_states[s] + spread;
}

EmResult sequence_expectation_maximisation(
    Hierarchy& hierarchy, std::span<const Outcomes> sequences, const SequenceEmOptions& options,
    const std::function<void(std::size_t, const EmResult&)>& after_pass) {
  require(!sequences.empty(), "learning: sequences: expected at least one, got none");
  std::size_t steps = 0;
  for (const auto& sequence : sequences) steps += sequence.items();
  EmResult result;
  for (std::size_t pass = 0; pass < options.passes; ++pass) {
    const SequenceTables tables(hierarchy);
    std::vector<double> log_evidence;
    const auto counts = expected_counts(tables, sequences, options, &log_evidence);
    const double total = std::accumulate(log_evidence.begin(), log_evidence.end(), 0.0);
    result.log_evidence.push_back(total / static_cast<double>(steps));
    result.objective.push_back(total + log_prior(hierarchy));
    set_counts(hierarchy, counts);
    if (after_pass) after_pass(pass + 1, result);
    result.converged = detail::has_converged(result.log_evidence, options.tolerance);
    if (result.converged) break;
  }
  return result;
}

}  // namespace rgm
