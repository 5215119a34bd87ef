#include "rgm/learning/expectation_maximisation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>

#include "convergence.h"
#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/base/parallel.h"

namespace rgm {
namespace {

constexpr std::size_t kBatch = 128;  // items a set of matrix products
constexpr std::size_t kMaxShards =
    8;  // partial sums of counts; fixed, so that sums do not depend on threads

/// Calls `visit(batch)` with the range of each batch of a shard, and beliefs to work in.
template <class Real, class Visit>
void for_each_batch(std::size_t begin, std::size_t end, Visit visit) {
  thread_local TreeBeliefs<Real> beliefs;
  for (std::size_t first = begin; first < end; first += kBatch) {
    check_interruption();
    visit(first, std::min(kBatch, end - first), beliefs);
  }
}

template <class T>
std::span<const T> part(const std::vector<T>& all, std::size_t first, std::size_t count) {
  return all.empty() ? std::span<const T>{} : std::span(all).subspan(first, count);
}

void check(const ItemSet& set) {
  require(set.outcomes != nullptr && !set.items.empty(),
          "learning: items: expected at least one, got none");
  for (std::size_t i : set.items)
    require(i < set.outcomes->items(), "learning: item: expected below ", set.outcomes->items(),
            ", got ", i);
  require(set.root_states.empty() || set.root_states.size() == set.items.size(),
          "learning: root_states: expected one for each of ", set.items.size(), " items, got ",
          set.root_states.size());
  require(set.weights.empty() || set.weights.size() == set.items.size(),
          "learning: weights: expected one for each of ", set.items.size(), " items, got ",
          set.weights.size());
}

template <class From, class To>
void add(const ExpectedCounts<From>& from, ExpectedCounts<To>& to) {
  for (std::size_t n = 0; n < to.levels.size(); ++n)
    for (std::size_t f = 0; f < to.levels[n].size(); ++f) {
      auto values = to.levels[n][f].values();
      const auto more = from.levels[n][f].values();
      for (std::size_t i = 0; i < values.size(); ++i) values[i] += static_cast<To>(more[i]);
    }
  for (std::size_t s = 0; s < to.root.size(); ++s) to.root[s] += from.root[s];
}

/// Where to list the items that leave the range of single precision; double has nothing above it,
/// there they are errors.
template <class Real>
std::vector<std::size_t>* where_to_list(const TreeTables<Real>&, std::vector<std::size_t>& rows) {
  return std::is_same_v<Real, float> ? &rows : nullptr;
}

/// Positions within a set of the rows that were listed for each of its batches.
std::vector<std::size_t> positions(const std::vector<std::vector<std::size_t>>& of_batches) {
  std::vector<std::size_t> result;
  for (std::size_t b = 0; b < of_batches.size(); ++b)
    for (const std::size_t row : of_batches[b]) result.push_back(b * kBatch + row);
  return result;
}

ItemSet select(const ItemSet& set, const std::vector<std::size_t>& positions) {
  ItemSet result{set.outcomes, {}, {}, {}};
  for (const std::size_t i : positions) {
    result.items.push_back(set.items[i]);
    if (!set.root_states.empty()) result.root_states.push_back(set.root_states[i]);
    if (!set.weights.empty()) result.weights.push_back(set.weights[i]);
  }
  return result;
}

/// a ← expected counts. Without a background, a column of which nothing is expected keeps what it
/// has: that is as good as anything, and its zeros stay zeros. Dense stays dense, sparse sparse.
template <class Real>
void set_counts(const Matrix<Real>& expected, Likelihood& likelihood) {
  const std::size_t states = likelihood.num_states();
  Matrix<Real> total(likelihood.num_modalities(), states);
  for (std::size_t g = 0; g < likelihood.num_modalities(); ++g) {
    std::ranges::fill(total.row(g), likelihood.concentration(g) > 0 ? Real{1} : Real{0});
    for (std::size_t r = likelihood.offset(g); r < likelihood.offset(g + 1); ++r)
      for (std::size_t s = 0; s < states; ++s) total(g, s) += expected(r, s);
  }
  const auto wanted = [&](std::size_t r, std::size_t s) {
    return std::max(0.0, static_cast<double>(expected(r, s)));
  };
  if (!likelihood.is_sparse()) {
    for (std::size_t g = 0; g < likelihood.num_modalities(); ++g)
      for (std::size_t r = likelihood.offset(g); r < likelihood.offset(g + 1); ++r)
        for (std::size_t s = 0; s < states; ++s)
          if (total(g, s) > 0) likelihood.counts()(r, s) = wanted(r, s);
    return;
  }
  auto result = likelihood.without_counts();
  for (std::size_t s = 0; s < states; ++s) {
    for (std::size_t g = 0; g < likelihood.num_modalities(); ++g)
      for (std::size_t o = 0; total(g, s) > 0 && o < likelihood.num_outcomes(g); ++o)
        if (const double count = wanted(likelihood.offset(g) + o, s); count > 0)
          result.add(g, o, s, count);
    likelihood.for_each_count(s, [&](std::size_t g, std::size_t o, double count) {
      if (!(total(g, s) > 0)) result.add(g, o, s, count);
    });
  }
  likelihood = std::move(result);
}

}  // namespace

ItemSet ItemSet::all(const Outcomes& outcomes) {
  ItemSet set{&outcomes, std::vector<std::size_t>(outcomes.items()), {}, {}};
  std::iota(set.items.begin(), set.items.end(), std::size_t{0});
  return set;
}

template <class Real>
ExpectedCounts<Real> expected_counts(const TreeTables<Real>& tables, const ItemSet& set,
                                     const InferenceOptions& options,
                                     std::vector<double>* log_evidence) {
  check(set);
  const std::size_t count = set.items.size();
  const std::size_t batches = (count + kBatch - 1) / kBatch;
  const std::size_t shards = std::min(kMaxShards, batches);
  if (log_evidence) log_evidence->resize(count);
  std::vector<ExpectedCounts<Real>> sums(shards, ExpectedCounts<Real>(tables));
  std::vector<std::vector<std::size_t>> beyond(batches);
  parallel_for(shards, options.threads, [&](std::size_t shard) {
    const std::size_t begin = shard * batches / shards * kBatch;
    const std::size_t end = std::min((shard + 1) * batches / shards * kBatch, count);
    for_each_batch<Real>(
        begin, end, [&](std::size_t first, std::size_t size, TreeBeliefs<Real>& beliefs) {
          const auto items = part(set.items, first, size);
          const auto roots = part(set.root_states, first, size);
          upward(tables, *set.outcomes, items, roots, options.reading, beliefs,
                 where_to_list(tables, beyond[first / kBatch]));
          downward(tables, roots, part(set.weights, first, size), beliefs);
          accumulate(tables, *set.outcomes, items, options.reading, beliefs, sums[shard]);
          if (log_evidence)
            std::ranges::copy(beliefs.log_evidence,
                              log_evidence->begin() + static_cast<std::ptrdiff_t>(first));
        });
  });
  for (std::size_t shard = 1; shard < shards; ++shard) add(sums[shard], sums[0]);
  finish(tables, sums[0]);
  if constexpr (std::is_same_v<Real, float>)
    if (const auto again = positions(beyond); !again.empty()) {
      std::vector<double> evidence;
      add(expected_counts(TreeTables<double>(tables), select(set, again), options, &evidence),
          sums[0]);
      for (std::size_t i = 0; log_evidence && i < again.size(); ++i)
        (*log_evidence)[again[i]] = evidence[i];
    }
  return std::move(sums[0]);
}

template <class Real>
Matrix<double> root_log_joint(const TreeTables<Real>& tables, const ItemSet& set,
                              const InferenceOptions& options) {
  check(set);
  Matrix<double> result(set.items.size(), tables.root_prior().size());
  const std::size_t batches = (set.items.size() + kBatch - 1) / kBatch;
  std::vector<std::vector<std::size_t>> beyond(batches);
  parallel_for(batches, options.threads, [&](std::size_t b) {
    for_each_batch<Real>(b * kBatch, std::min((b + 1) * kBatch, set.items.size()),
                         [&](std::size_t first, std::size_t size, TreeBeliefs<Real>& beliefs) {
                           upward(tables, *set.outcomes, part(set.items, first, size), {},
                                  options.reading, beliefs, where_to_list(tables, beyond[b]));
                           std::ranges::copy(beliefs.root_log_joint.values(),
                                             result.row(first).data());
                         });
  });
  if constexpr (std::is_same_v<Real, float>)
    if (const auto again = positions(beyond); !again.empty()) {
      const auto joint = root_log_joint(TreeTables<double>(tables), select(set, again), options);
      for (std::size_t i = 0; i < again.size(); ++i)
        std::ranges::copy(joint.row(i), result.row(again[i]).begin());
    }
  return result;
}

double log_prior(const Hierarchy& hierarchy) {
  double total = 0;
  for (const auto& level : hierarchy.levels)
    for (const auto& factor : level.factors) {
      const auto& likelihood = factor.likelihood;
      // Σ_o ln A = outcomes · ln(α / N) + Σ over observed counts of ln((a + α) / α), N the column's
      // sum.
      std::vector<double> sums(likelihood.num_modalities());
      for (std::size_t s = 0; s < likelihood.num_states(); ++s) {
        for (std::size_t g = 0; g < sums.size(); ++g)
          sums[g] = likelihood.concentration(g) * static_cast<double>(likelihood.num_outcomes(g));
        likelihood.for_each_count(s, [&](std::size_t g, std::size_t, double a) {
          sums[g] += a;
          if (const double alpha = likelihood.concentration(g); alpha > 0)
            total += alpha * std::log((a + alpha) / alpha);
        });
        for (std::size_t g = 0; g < sums.size(); ++g)
          if (const double alpha = likelihood.concentration(g); alpha > 0)
            total +=
                alpha * static_cast<double>(likelihood.num_outcomes(g)) * std::log(alpha / sums[g]);
      }
    }
  if (const double kappa = hierarchy.restart_concentration; kappa > 0)
    for (std::size_t s = 0; s < hierarchy.root().transition.num_states(); ++s) {
      double arcs = 0;
      for (const auto& arc : hierarchy.root().transition.arcs(s)) arcs += arc.count;
      total += kappa * std::log(kappa / (arcs + kappa));
    }
  const auto& root = hierarchy.initial_state_counts;
  const double sum = std::accumulate(root.begin(), root.end(), 0.0);
  for (double d : root) total += std::log(d / sum) / static_cast<double>(root.size());
  return total;
}

template <class Real>
EmResult expectation_maximisation(
    Hierarchy& hierarchy, const ItemSet& set, const EmOptions& options,
    const std::function<void(std::size_t, const EmResult&)>& after_pass) {
  EmResult result;
  std::vector<double> log_evidence;
  const auto items = static_cast<double>(set.items.size());
  for (std::size_t pass = 0; pass < options.passes; ++pass) {
    const TreeTables<Real> tables(hierarchy);
    const auto counts = expected_counts(tables, set, options.inference, &log_evidence);
    double total = 0;
    for (std::size_t i = 0; i < log_evidence.size(); ++i)
      total += (set.weights.empty() ? 1 : set.weights[i]) * log_evidence[i];
    result.log_evidence.push_back(total / items);
    result.objective.push_back(total + log_prior(hierarchy));
    for (std::size_t n = 0; n < hierarchy.levels.size(); ++n)
      for (std::size_t f = 0; f < hierarchy.levels[n].factors.size(); ++f)
        set_counts(counts.levels[n][f], hierarchy.levels[n].factors[f].likelihood);
    const double spread = 1 / static_cast<double>(counts.root.size());
    for (std::size_t s = 0; s < counts.root.size(); ++s)
      hierarchy.initial_state_counts[s] = counts.root[s] + spread;
    if (after_pass) after_pass(pass + 1, result);
    result.converged = detail::has_converged(result.log_evidence, options.tolerance);
    if (result.converged) break;
  }
  return result;
}

#define RGM_INSTANTIATE(Real)                                                                   \
  template ExpectedCounts<Real> expected_counts(const TreeTables<Real>&, const ItemSet&,        \
                                                const InferenceOptions&, std::vector<double>*); \
  template Matrix<double> root_log_joint(const TreeTables<Real>&, const ItemSet&,               \
                                         const InferenceOptions&);                              \
  template EmResult expectation_maximisation<Real>(                                             \
      Hierarchy&, const ItemSet&, const EmOptions&,                                             \
      const std::function<void(std::size_t, const EmResult&)>&);
RGM_INSTANTIATE(double)
RGM_INSTANTIATE(float)
#undef RGM_INSTANTIATE

}  // namespace rgm
