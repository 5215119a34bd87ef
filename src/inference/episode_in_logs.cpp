#include <algorithm>
#include <cmath>
#include <utility>

#include "logarithms.h"
#include "rgm/inference/episode.h"

// The parts of `Episode` whose messages are logarithms.

namespace rgm {
namespace {

using detail::exponentiate;
using detail::kImpossible;

/// ln(exp(a) + exp(b)).
double log_add(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == kImpossible ? a : a + std::log1p(std::exp(b - a));
}

/// to[s, u] = ln Σ_s' P(s' | s, u) exp(from[s', u]); a pair (s, u) without successors stays.
void expect_next_in_logs(const SequenceTables::FactorTable& table, std::span<const double> from,
                         std::vector<double>& to) {
  const std::size_t paths = table.num_paths;
  to.assign(from.begin(), from.end());
  for (std::size_t s = 0; s < table.num_states; ++s) {
    const auto arcs = table.arcs_of(s);
    for (const auto& arc : arcs)
      if (arc.probability > 0) to[s * paths + arc.path] = kImpossible;
    for (const auto& arc : arcs) {
      double& sum = to[s * paths + arc.path];
      if (arc.probability > 0)
        sum = log_add(sum, std::log(arc.probability) + from[arc.next * paths + arc.path]);
    }
  }
}

/// The transpose: to[s', u] = ln Σ_s P(s' | s, u) exp(from[s, u]).
void move_on_in_logs(const SequenceTables::FactorTable& table, std::span<const double> from,
                     std::vector<double>& to) {
  const std::size_t paths = table.num_paths;
  to.assign(from.size(), kImpossible);
  std::vector<char> left(paths);
  const auto add = [&](double& sum, double more) { sum = log_add(sum, more); };
  for (std::size_t s = 0; s < table.num_states; ++s) {
    std::ranges::fill(left, char{0});
    for (const auto& arc : table.arcs_of(s)) {
      if (arc.probability == 0) continue;
      left[arc.path] = 1;
      add(to[arc.next * paths + arc.path], std::log(arc.probability) + from[s * paths + arc.path]);
    }
    for (std::size_t u = 0; u < paths; ++u)
      if (left[u] == 0) add(to[s * paths + u], from[s * paths + u]);
  }
}

}  // namespace

/// The message of this step, and the logarithms of those that come after it in the episode.
void Episode::look_ahead_in_logs(std::size_t level, std::size_t step, std::size_t factor) {
  const auto& table = tables_->level(level)[factor];
  const std::size_t length = tables_->time_scale(level), paths = table.num_paths,
                    end = step - step % length + length;
  for (std::size_t t = end; t-- > step;) {
    auto& at = node(level, t, factor);
    if (t + 1 < end)
      expect_next_in_logs(table, node(level, t + 1, factor).log_ahead, at.log_ahead);
    else
      at.log_ahead.assign(table.num_states * paths, 0.0);
    if (!at.observed) continue;
    for (std::size_t s = 0; s < table.num_states; ++s)
      for (std::size_t u = 0; u < paths; ++u) at.log_ahead[s * paths + u] += at.log_own[s];
  }
  auto& at = node(level, step, factor);
  at.ahead = at.log_ahead;
  at.best = exponentiate(at.ahead, nullptr);
}

void Episode::walk_in_logs(std::size_t level, std::size_t step, std::size_t factor,
                           SequenceCounts* counts) {
  const auto& table = tables_->level(level)[factor];
  auto& from = node(level, step, factor);
  auto& to = node(level, step + 1, factor);
  const std::size_t paths = table.num_paths;
  if (from.observed)
    for (std::size_t s = 0; s < table.num_states; ++s)
      for (std::size_t u = 0; u < paths; ++u) from.log_forward[s * paths + u] += from.log_own[s];
  move_on_in_logs(table, from.log_forward, to.log_forward);
  if (counts == nullptr || table.arcs.empty()) return;
  double total = kImpossible;
  for (std::size_t i = 0; i < to.log_forward.size(); ++i)
    total = log_add(total, to.log_forward[i] + to.log_ahead[i]);
  for (std::size_t s = 0; s < table.num_states; ++s)
    for (std::size_t k = table.arc_begin[s]; k < table.arc_begin[s + 1]; ++k) {
      const auto& arc = table.arcs[k];
      counts->levels[level][factor].arcs[k] +=
          arc.probability * std::exp(from.log_forward[s * paths + arc.path] +
                                     to.log_ahead[arc.next * paths + arc.path] - total);
    }
}

}  // namespace rgm
