#include <cmath>
#include <string>

#include "logarithms.h"
#include "possible.h"
#include "rgm/inference/episode.h"
#include "rgm/inference/pair_messages.h"

// The way down of `Episode`: posteriors and expected counts, given those of the root.

namespace rgm {
namespace {

using detail::check_possible;
using detail::scale_to_largest;

/// Divides by the sum, and returns it.
double normalise(std::vector<double>& values, std::string& impossible) {
  double total = 0;
  for (double v : values) total += v;
  check_possible(impossible, total > 0 && std::isfinite(total),
                 "episode: the evidence is impossible under the model (probability 0)");
  for (double& v : values) v /= total;
  return total;
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
/// backgrounds add to all pairs comes once, at the end. Of a pair that does not move
/// forward(s, u) λ(s, u) stays the same through the episode, whose whole evidence about s is in λ:
/// it is summed here for all steps.
void Episode::start(std::size_t level, std::size_t step, std::size_t factor) {
  const auto& table = tables_->level(level)[factor];
  const auto& pairs = table.pairs;
  auto& at = node(level, step, factor);
  const auto& child = tables_->level(level + 1)[table.parent].children[table.place];
  const auto& parent = node(level + 1, step / tables_->time_scale(level), table.parent).posterior;
  const auto& ahead = onwards(at, pairs);
  const std::size_t states = table.num_states, paths = table.num_paths;
  at.forward.assign(pairs.pairs().size(), 0.0);
  at.staying_states.assign(states, 0.0);
  at.staying_paths.assign(paths, 0.0);
  by_state_.assign(states, 0.0);
  by_path_.assign(paths, 0.0);
  double constant = 0;
  for (std::size_t p = 0; p < parent.size(); ++p) {
    if (parent[p] == 0) continue;
    const double w = at.outside(parent, p), b_state = child.states.background[p],
                 b_path = child.paths.background[p];
    constant += w * b_state * b_path;
    for (const auto& [s, a] : child.states.column(p)) by_state_[s] += w * b_path * a;
    for (const auto& [u, e] : child.paths.column(p)) by_path_[u] += w * b_state * e;
    bool staying = false;
    for (const auto& [place, ae] : child.products.column(p)) {
      staying = staying || place < states;
      (place < states ? at.staying_states[place] : at.forward[place - states]) += w * ae;
    }
    if (!staying) continue;
    for (const auto& [s, a] : child.states.column(p))
      for (const auto& [u, e] : child.paths.column(p))
        if (pairs.place(s, u) == s) at.staying_paths[u] += w * a * e * ahead[s];
  }
  at.forward_log_scale = 0;
  for (std::size_t k = 0; k < at.forward.size(); ++k) {
    const auto [s, u] = pairs.pairs()[k];
    at.forward[k] += by_state_[s] + by_path_[u] + constant;
  }
  if (at.in_logs) {
    at.log_forward = at.forward;
    for (double& v : at.log_forward) v = std::log(v);
  }
  add_backgrounds_of_staying(pairs, constant, ahead, at);
}

/// Σ (by_state(s) + by_path(u) + constant) λ(s) over the pairs that do not move.
void Episode::add_backgrounds_of_staying(const MovingPairs& pairs, double constant,
                                         std::span<const double> ahead, Node& at) {
  {
    const SumsOfOthers others(by_path_, scratch_);
    for (std::size_t s = 0; s < by_state_.size(); ++s) {
      by_state_[s] += constant;
      at.staying_states[s] = ahead[s] * (at.staying_states[s] +
                                         static_cast<double>(pairs.other_paths(s)) * by_state_[s] +
                                         sum_of_other_paths(pairs, others, s));
      by_state_[s] *= ahead[s];
    }
  }
  {
    const SumsOfOthers others(by_state_, scratch_);
    for (std::size_t u = 0; u < by_path_.size(); ++u)
      at.staying_paths[u] += sum_of_other_states(pairs, others, u);
  }
  const SumsOfOthers others(ahead.first(by_state_.size()), scratch_);
  for (std::size_t u = 0; u < by_path_.size(); ++u)
    at.staying_paths[u] += by_path_[u] * sum_of_other_states(pairs, others, u);
}

/// Counts what a parent generated at the start of an episode: P(s, p | all) and P(u, p | all), the
/// sums over u and over s of the joint
///
///     P(s, u, p | all) = w_p (a_p(s) + b_p)(e_p(u) + c_p) λ(s, u),
///
/// where what is summed over all u or all s is known beforehand. Parent's state by parent's state,
/// without those that are hardly believed in, for here every state and every path counts.
void Episode::count_start(std::size_t level, std::size_t step, std::size_t factor,
                          SequenceCounts& counts) {
  const auto& table = tables_->level(level)[factor];
  const auto& at = node(level, step, factor);
  const std::size_t above = step / tables_->time_scale(level);
  const auto& child = tables_->level(level + 1)[table.parent].children[table.place];
  const auto& parent = node(level + 1, above, table.parent).posterior;
  const auto& ahead = onwards(at, table.pairs);
  auto& to = counts.levels[level + 1][table.parent];
  sum_up(table.pairs, ahead, by_state_, by_path_, scratch_);
  for (std::size_t p = 0; p < parent.size(); ++p) {
    if (parent[p] <= counts.smallest) continue;
    const double w = at.outside(parent, p), b_state = child.states.background[p],
                 b_path = child.paths.background[p];
    scratch_.assign(table.num_states, b_state);
    for (const auto& [s, a] : child.states.column(p)) scratch_[s] += a;
    for (std::size_t s = 0; s < table.num_states; ++s) {
      if (scratch_[s] == 0) continue;
      double sum = b_path * by_state_[s];
      for (const auto& [u, e] : child.paths.column(p)) sum += e * ahead[table.pairs.place(s, u)];
      if (const double count = w * scratch_[s] * sum; count > counts.smallest)
        to.add(p, child.state_modality, s, count);
    }
    if (child.path_modality == SequenceTables::Child::kNoModality) continue;
    scratch_.assign(table.num_paths, b_path);
    for (const auto& [u, e] : child.paths.column(p)) scratch_[u] += e;
    for (std::size_t u = 0; u < table.num_paths; ++u) {
      double sum = b_state * by_path_[u];
      for (const auto& [s, a] : child.states.column(p)) sum += a * ahead[table.pairs.place(s, u)];
      if (const double count = w * scratch_[u] * sum; count > counts.smallest)
        to.add(p, child.path_modality, u, count);
    }
  }
}

/// From one step of an episode to the next, of pairs that move,
///
///     forward_{t+1}(s', u) = Σ_s P(s' | s, u) forward_t(s, u) L_t(s),
///
/// and with λ_{t+1} the expected counts of the arcs between them, each its term of the sum times
/// λ_{t+1}(s', u), normalised over all arcs and pairs that stay.
void Episode::walk(std::size_t level, std::size_t step, std::size_t factor,
                   SequenceCounts* counts) {
  const auto& pairs = tables_->level(level)[factor].pairs;
  if (pairs.pairs().empty()) return;
  const auto& from = node(level, step, factor);
  auto& to = node(level, step + 1, factor);
  const auto& first = beginning(level, step, factor);
  if (first.in_logs) return walk_in_logs(level, step, factor, counts);
  scratch_ = from.forward;
  if (from.observed)
    for (std::size_t k = 0; k < scratch_.size(); ++k)
      scratch_[k] *= from.own[pairs.pairs()[k].state];
  to.forward_log_scale = from.forward_log_scale + scale_to_largest(scratch_);
  move_on(pairs, scratch_, to.forward);
  if (counts == nullptr) return;
  const auto& ahead = onwards(to, pairs);
  const double scale = scale_of_moving(first, to) / first.total;
  auto& arcs = counts->levels[level][factor].arcs;
  for (std::size_t i = 0; i < pairs.moves().size(); ++i) {
    const auto& move = pairs.moves()[i];
    arcs[i] += scratch_[move.from] * move.probability * ahead[pairs.num_states() + move.to] * scale;
  }
}

/// Posteriors of a step, from what came before it and what comes after: P(s, u | all) ∝
/// forward(s, u) λ(s, u), summed over the paths and over the states in one go.
void Episode::believe(std::size_t level, std::size_t step, std::size_t factor) {
  const auto& pairs = tables_->level(level)[factor].pairs;
  auto& first = beginning(level, step, factor);
  auto& at = node(level, step, factor);
  const auto& ahead = onwards(at, pairs);
  at.posterior = first.staying_states;
  at.path_posterior = first.staying_paths;
  const double scale = first.in_logs ? 0 : scale_of_moving(first, at);
  for (std::size_t k = 0; k < pairs.pairs().size(); ++k) {
    const auto [s, u] = pairs.pairs()[k];
    const std::size_t place = pairs.num_states() + k;
    const double p = first.in_logs ? std::exp(at.log_forward[k] + at.log_ahead[place] - first.best)
                                   : at.forward[k] * ahead[place] * scale;
    at.posterior[s] += p;
    at.path_posterior[u] += p;
  }
  const double total = normalise(at.posterior, impossible_);
  if (&at == &first) first.total = total;
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
