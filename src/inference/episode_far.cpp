#include <algorithm>
#include <cmath>
#include <utility>

#include "logarithms.h"
#include "rgm/inference/episode.h"

// The parts of `Episode` for parents that can generate only what fits far worse than the best:
// where columns of A_D or A_E have no background, a parent's message and what follows from a parent
// that must be the one nevertheless. Slow and plain: logarithms, [state · paths + path].

namespace rgm {
namespace {

using detail::kImpossible;
using detail::log_add;

/// λ of a step from that of the next, `next`, without what the step itself shows.
std::vector<double> expect_next(const SequenceTables::FactorTable& table,
                                const std::vector<double>& next) {
  const std::size_t paths = table.num_paths;
  std::vector<double> result = next;  // a pair without successors stays
  for (std::size_t s = 0; s < table.num_states; ++s) {
    for (const auto& arc : table.arcs_of(s))
      if (arc.probability > 0) result[s * paths + arc.path] = kImpossible;
    for (const auto& arc : table.arcs_of(s))
      if (arc.probability > 0)
        result[s * paths + arc.path] =
            log_add(result[s * paths + arc.path],
                    std::log(arc.probability) + next[arc.next * paths + arc.path]);
  }
  return result;
}

/// The entries of a column and, of those with a background, all others: ln P(x | p).
std::vector<std::pair<std::size_t, double>> log_column(const SparseColumns& columns, std::size_t p,
                                                       std::size_t size) {
  std::vector<std::pair<std::size_t, double>> result;
  const double background = columns.background[p];
  if (background == 0) {
    for (const auto& [x, a] : columns.column(p)) result.emplace_back(x, std::log(a));
    return result;
  }
  for (std::size_t x = 0; x < size; ++x) result.emplace_back(x, background);
  for (const auto& [x, a] : columns.column(p)) result[x].second += a;
  for (auto& [x, a] : result) a = std::log(a);
  return result;
}

/// Distribution from logarithms.
std::vector<double> normalised(std::vector<double> logs) {
  const double largest = *std::ranges::max_element(logs);
  double total = 0;
  for (double& v : logs) total += v = std::exp(v - largest);
  for (double& v : logs) v /= total;
  return logs;
}

}  // namespace

/// ln λ of every step of an episode, up to the sum of the scales of what its steps show.
std::vector<std::vector<double>> Episode::log_messages(std::size_t level, std::size_t begin,
                                                       std::size_t factor) const {
  const auto& table = tables_->level(level)[factor];
  const std::size_t length = tables_->time_scale(level), paths = table.num_paths;
  std::vector<std::vector<double>> result(length);
  for (std::size_t t = length; t-- > 0;) {
    const auto& at = node(level, begin + t, factor);
    result[t] = t + 1 < length ? expect_next(table, result[t + 1])
                               : std::vector<double>(table.num_states * paths, 0.0);
    if (!at.observed) continue;
    for (std::size_t i = 0; i < result[t].size(); ++i) result[t][i] += at.log_own[i / paths];
  }
  return result;
}

/// The messages to those states of the parent whose sum of numbers is too small to be right,
///
///     ln ℓ(p) = ln Σ_{s, u} A_D[s, p] A_E[u, p] λ(s, u).
void Episode::send_far(std::size_t level, std::size_t step, std::size_t factor) {
  const auto& table = tables_->level(level)[factor];
  auto& at = node(level, step, factor);
  const auto& child = tables_->level(level + 1)[table.parent].children[table.place];
  const auto log_ahead = log_messages(level, step, factor).front();
  const double largest = *std::ranges::max_element(log_ahead);
  for (std::size_t p = 0; p < at.to_parent.size(); ++p) {
    if (at.to_parent[p] >= detail::kSmallestBest) continue;
    double sum = kImpossible;
    const auto of_path = log_column(child.paths, p, table.num_paths);
    for (const auto& [s, a] : log_column(child.states, p, table.num_states))
      for (const auto& [u, e] : of_path)
        sum = log_add(sum, a + e + log_ahead[s * table.num_paths + u]);
    at.to_parent[p] = sum - largest;
  }
}

/// Whether a state of the parent is believed in whose message `send_far` made.
bool Episode::is_far(std::size_t level, std::size_t begin, std::size_t factor) const {
  const auto& at = node(level, begin, factor);
  if (!at.ahead_observed) return false;
  const auto& table = tables_->level(level)[factor];
  const auto& parent = node(level + 1, begin / tables_->time_scale(level), table.parent).posterior;
  constexpr double kBelieved = 1e-20;  // less is nothing beside what else is believed in
  for (std::size_t p = 0; p < parent.size(); ++p)
    if (parent[p] > kBelieved && at.to_parent[p] < detail::kSmallestBest) return true;
  return false;
}

/// `start`, `walk` and `believe` of a whole episode.
void Episode::infer_far(std::size_t level, std::size_t begin, std::size_t factor,
                        SequenceCounts* counts) {
  const auto& table = tables_->level(level)[factor];
  const std::size_t length = tables_->time_scale(level), paths = table.num_paths;
  const auto ahead = log_messages(level, begin, factor);
  std::vector<double> forward = start_far(level, begin, factor, ahead.front(), counts);
  for (std::size_t t = 0;; ++t) {
    auto& at = node(level, begin + t, factor);
    std::vector<double> state(table.num_states, kImpossible), path(paths, kImpossible);
    for (std::size_t i = 0; i < forward.size(); ++i) {
      state[i / paths] = log_add(state[i / paths], forward[i] + ahead[t][i]);
      path[i % paths] = log_add(path[i % paths], forward[i] + ahead[t][i]);
    }
    at.posterior = normalised(std::move(state));
    at.path_posterior = normalised(std::move(path));
    if (t + 1 == length) return;
    if (at.observed)
      for (std::size_t i = 0; i < forward.size(); ++i) forward[i] += at.log_own[i / paths];
    forward = walk_far(level, factor, forward, ahead[t + 1], counts);
  }
}

/// ln Σ_p w_p A_D[s, p] A_E[u, p], w_p = P(p | all) / ℓ(p); counts what each parent generated.
std::vector<double> Episode::start_far(std::size_t level, std::size_t begin, std::size_t factor,
                                       const std::vector<double>& ahead, SequenceCounts* counts) {
  const auto& table = tables_->level(level)[factor];
  const auto& at = node(level, begin, factor);
  const std::size_t above = begin / tables_->time_scale(level), paths = table.num_paths;
  const auto& child = tables_->level(level + 1)[table.parent].children[table.place];
  const auto& parent = node(level + 1, above, table.parent).posterior;
  const double largest = *std::ranges::max_element(ahead);
  std::vector<double> forward(table.num_states * paths, kImpossible);
  for (std::size_t p = 0; p < parent.size(); ++p) {
    if (parent[p] == 0) continue;
    const double weight = std::log(parent[p]) - at.to_parent[p];
    const auto of_path = log_column(child.paths, p, paths);
    std::vector<double> path(paths);
    for (const auto& [s, a] : log_column(child.states, p, table.num_states)) {
      double state = 0;
      for (const auto& [u, e] : of_path) {
        forward[s * paths + u] = log_add(forward[s * paths + u], weight + a + e);
        const double joint = std::exp(weight + a + e + ahead[s * paths + u] - largest);
        state += joint;
        path[u] += joint;
      }
      if (counts != nullptr && state > counts->smallest)
        counts->levels[level + 1][table.parent].add(p, child.state_modality, s, state);
    }
    if (counts == nullptr || child.path_modality == SequenceTables::Child::kNoModality) continue;
    for (std::size_t u = 0; u < paths; ++u)
      if (path[u] > counts->smallest)
        counts->levels[level + 1][table.parent].add(p, child.path_modality, u, path[u]);
  }
  return forward;
}

/// From one step to the next, `ahead` the messages of the next, with the counts of the arcs.
std::vector<double> Episode::walk_far(std::size_t level, std::size_t factor,
                                      const std::vector<double>& forward,
                                      const std::vector<double>& ahead, SequenceCounts* counts) {
  const auto& table = tables_->level(level)[factor];
  const std::size_t paths = table.num_paths;
  std::vector<double> result = forward;
  for (std::size_t s = 0; s < table.num_states; ++s)
    for (const auto& arc : table.arcs_of(s))
      if (arc.probability > 0) result[s * paths + arc.path] = kImpossible;
  for (std::size_t s = 0; s < table.num_states; ++s)
    for (const auto& arc : table.arcs_of(s))
      if (arc.probability > 0)
        result[arc.next * paths + arc.path] =
            log_add(result[arc.next * paths + arc.path],
                    std::log(arc.probability) + forward[s * paths + arc.path]);
  if (counts == nullptr || table.arcs.empty()) return result;
  double total = kImpossible;
  for (std::size_t i = 0; i < result.size(); ++i) total = log_add(total, result[i] + ahead[i]);
  for (std::size_t s = 0; s < table.num_states; ++s)
    for (std::size_t k = table.arc_begin[s]; k < table.arc_begin[s + 1]; ++k) {
      const auto& arc = table.arcs[k];
      counts->levels[level][factor].arcs[k] +=
          arc.probability *
          std::exp(forward[s * paths + arc.path] + ahead[arc.next * paths + arc.path] - total);
    }
  return result;
}

}  // namespace rgm
