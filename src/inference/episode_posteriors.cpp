#include <cmath>
#include <string>

#include "logarithms.h"
#include "possible.h"
#include "rgm/inference/episode.h"

// The way down of `Episode`: posteriors and expected counts, given those of the root.

namespace rgm {
namespace {

using detail::check_possible;
using detail::exponentiate;
using detail::scale_to_largest;

void normalise(std::vector<double>& values, std::string& impossible) {
  double total = 0;
  for (double v : values) total += v;
  check_possible(impossible, total > 0 && std::isfinite(total),
                 "episode: the evidence is impossible under the model (probability 0)");
  for (double& v : values) v /= total;
}

/// to[s', u] = Σ_s P(s' | s, u) from[s, u].
void move_on(const SequenceTables::FactorTable& table, std::span<const double> from,
             std::vector<double>& to, std::vector<char>& left) {
  const std::size_t paths = table.num_paths;
  to.assign(from.size(), 0.0);
  left.assign(paths, 0);
  for (std::size_t s = 0; s < table.num_states; ++s) {
    const auto arcs = table.arcs_of(s);
    for (const auto& arc : arcs) {
      if (arc.probability == 0) continue;
      left[arc.path] = 1;
      to[arc.next * paths + arc.path] += arc.probability * from[s * paths + arc.path];
    }
    for (std::size_t u = 0; u < paths; ++u)
      if (left[u] == 0) to[s * paths + u] += from[s * paths + u];
    for (const auto& arc : arcs) left[arc.path] = 0;
  }
}

}  // namespace

double Episode::Node::outside(const std::vector<double>& parent, std::size_t p) const {
  if (!ahead_observed) return parent[p];
  return to_parent[p] < detail::kSmallestBest ? 0.0 : parent[p] * std::exp(-to_parent[p]);
}

/// The start of an episode: P(s, u | evidence outside the episode) up to a factor,
///
///     forward(s, u) = Σ_p w_p (a_p(s) + b_p)(e_p(u) + c_p),   w_p = P(p | all) / ℓ(p),
///
/// multiplied out as in `send`, so that a parent's state costs its observed entries only; what its
/// backgrounds add to all pairs comes once, at the end.
void Episode::start(std::size_t level, std::size_t step, std::size_t factor) {
  const auto& table = tables_->level(level)[factor];
  auto& at = node(level, step, factor);
  const std::size_t above = step / tables_->time_scale(level), paths = table.num_paths;
  const auto& child = tables_->level(level + 1)[table.parent].children[table.place];
  const auto& parent = node(level + 1, above, table.parent).posterior;
  at.forward.assign(table.num_states * paths, 0.0);
  by_state_.assign(table.num_states, 0.0);
  by_path_.assign(paths, 0.0);
  double constant = 0;
  for (std::size_t p = 0; p < parent.size(); ++p) {
    if (parent[p] == 0) continue;
    const double w = at.outside(parent, p), b_state = child.states.background[p],
                 b_path = child.paths.background[p];
    constant += w * b_state * b_path;
    for (const auto& [s, a] : child.states.column(p)) {
      by_state_[s] += w * b_path * a;
      for (const auto& [u, e] : child.paths.column(p)) at.forward[s * paths + u] += w * a * e;
    }
    for (const auto& [u, e] : child.paths.column(p)) by_path_[u] += w * b_state * e;
  }
  for (std::size_t s = 0; s < table.num_states; ++s)
    for (std::size_t u = 0; u < paths; ++u)
      at.forward[s * paths + u] += by_state_[s] + by_path_[u] + constant;
  if (at.in_logs) {
    at.log_forward = at.forward;
    for (double& v : at.log_forward) v = std::log(v);
  }
}

/// Counts what a parent generated at the start of an episode: P(s, p | all) and P(u, p | all), the
/// sums over u and over s of the joint
///
///     P(s, u, p | all) = w_p (a_p(s) + b_p)(e_p(u) + c_p) λ(s, u).
///
/// Parent's state by parent's state, without those that are hardly believed in, for here every pair
/// counts.
void Episode::count_start(std::size_t level, std::size_t step, std::size_t factor,
                          SequenceCounts& counts) {
  const auto& table = tables_->level(level)[factor];
  const auto& at = node(level, step, factor);
  const std::size_t above = step / tables_->time_scale(level), paths = table.num_paths;
  const auto& child = tables_->level(level + 1)[table.parent].children[table.place];
  const auto& parent = node(level + 1, above, table.parent).posterior;
  auto& to = counts.levels[level + 1][table.parent];
  std::vector<double>& path = by_path_;
  std::vector<double>& state = by_state_;
  for (std::size_t p = 0; p < parent.size(); ++p) {
    if (parent[p] <= counts.smallest) continue;
    const double w = at.outside(parent, p);
    path.assign(paths, child.paths.background[p]);
    for (const auto& [u, e] : child.paths.column(p)) path[u] += e;
    state.assign(table.num_states, child.states.background[p]);
    for (const auto& [s, a] : child.states.column(p)) state[s] += a;
    scratch_.assign(paths, 0.0);
    for (std::size_t s = 0; s < table.num_states; ++s) {
      if (state[s] == 0) continue;
      double sum = 0;
      for (std::size_t u = 0; u < paths; ++u) {
        const double joint = w * state[s] * path[u] * at.onwards(s * paths + u);
        sum += joint;
        scratch_[u] += joint;
      }
      if (sum > counts.smallest) to.add(p, child.state_modality, s, sum);
    }
    if (child.path_modality == SequenceTables::Child::kNoModality) continue;
    for (std::size_t u = 0; u < paths; ++u)
      if (scratch_[u] > counts.smallest) to.add(p, child.path_modality, u, scratch_[u]);
  }
}

/// From one step of an episode to the next,
///
///     forward_{t+1}(s', u) = Σ_s P(s' | s, u) forward_t(s, u) L_t(s),
///
/// and with λ_{t+1} the expected counts of the arcs between them, each its term of the sum times
/// λ_{t+1}(s', u), normalised over all arcs and pairs that stay.
void Episode::walk(std::size_t level, std::size_t step, std::size_t factor,
                   SequenceCounts* counts) {
  const auto& table = tables_->level(level)[factor];
  const auto& from = node(level, step, factor);
  auto& to = node(level, step + 1, factor);
  const std::size_t paths = table.num_paths;
  if (in_logs(level, step, factor)) return walk_in_logs(level, step, factor, counts);
  scratch_ = from.forward;
  if (from.observed)
    for (std::size_t s = 0; s < table.num_states; ++s)
      for (std::size_t u = 0; u < paths; ++u) scratch_[s * paths + u] *= from.own[s];
  scale_to_largest(scratch_);
  thread_local std::vector<char> left;
  move_on(table, scratch_, to.forward, left);
  if (counts == nullptr || table.arcs.empty()) return;
  double total = 0;
  for (std::size_t i = 0; i < to.forward.size(); ++i) total += to.forward[i] * to.onwards(i);
  for (std::size_t s = 0; s < table.num_states; ++s)
    for (std::size_t k = table.arc_begin[s]; k < table.arc_begin[s + 1]; ++k) {
      const auto& arc = table.arcs[k];
      counts->levels[level][factor].arcs[k] += scratch_[s * paths + arc.path] * arc.probability *
                                               to.onwards(arc.next * paths + arc.path) / total;
    }
}

/// Posteriors of a step, from what came before it and what comes after: P(s, u | all) ∝
/// forward(s, u) λ(s, u), summed over the paths and over the states in one go.
void Episode::believe(std::size_t level, std::size_t step, std::size_t factor) {
  const auto& table = tables_->level(level)[factor];
  auto& at = node(level, step, factor);
  const std::size_t paths = table.num_paths;
  at.posterior.assign(table.num_states, 0.0);
  at.path_posterior.assign(paths, 0.0);
  if (in_logs(level, step, factor)) {
    scratch_ = at.log_forward;
    for (std::size_t i = 0; i < scratch_.size(); ++i) scratch_[i] += at.log_ahead[i];
    exponentiate(scratch_, nullptr);
    for (std::size_t i = 0; i < scratch_.size(); ++i) {
      at.posterior[i / paths] += scratch_[i];
      at.path_posterior[i % paths] += scratch_[i];
    }
  } else {
    for (std::size_t s = 0; s < table.num_states; ++s)
      for (std::size_t u = 0; u < paths; ++u) {
        const double p = at.forward[s * paths + u] * at.onwards(s * paths + u);
        at.posterior[s] += p;
        at.path_posterior[u] += p;
      }
  }
  normalise(at.posterior, impossible_);
  normalise(at.path_posterior, impossible_);
}

bool Episode::infer(std::span<const double> root_posterior, std::size_t first, std::size_t last,
                    SequenceCounts* counts) {
  node(tables_->num_levels() - 1, 0, 0)
      .posterior.assign(root_posterior.begin(), root_posterior.end());
  for (std::size_t n = tables_->num_levels() - 1; n-- > 0;) {
    const std::size_t length = tables_->time_scale(n), each = tables_->steps(0) / tables_->steps(n);
    const std::size_t from = first / each, to = last / each;
    for (std::size_t begin = from - from % length; begin <= to; begin += length)
      for (std::size_t f = 0; f < tables_->level(n).size(); ++f) {
        if (is_far(n, begin, f)) {
          infer_far(n, begin, f, counts);
          continue;
        }
        start(n, begin, f);
        if (counts != nullptr) count_start(n, begin, f, *counts);
        believe(n, begin, f);
        for (std::size_t t = begin; t + 1 < begin + length && t < to; ++t) {
          walk(n, t, f, counts);
          believe(n, t + 1, f);
        }
      }
  }
  return possible();
}

bool Episode::infer_factor(std::span<const double> root_posterior, std::size_t step,
                           std::size_t factor) {
  const std::size_t top = tables_->num_levels() - 1;
  node(top, 0, 0).posterior.assign(root_posterior.begin(), root_posterior.end());
  std::vector<std::size_t> chain{factor};
  for (std::size_t n = 0; n < top; ++n) chain.push_back(tables_->level(n)[chain.back()].parent);
  for (std::size_t n = top; n-- > 0;) {
    const std::size_t each = tables_->steps(0) / tables_->steps(n), t = step / each, f = chain[n];
    const std::size_t begin = t - t % tables_->time_scale(n);
    if (is_far(n, begin, f)) {
      infer_far(n, begin, f, nullptr);
      continue;
    }
    start(n, begin, f);
    for (std::size_t at = begin; at < t; ++at) walk(n, at, f, nullptr);
    believe(n, t, f);
  }
  return possible();
}

}  // namespace rgm
