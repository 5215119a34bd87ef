#include "rgm/inference/episode.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

#include "logarithms.h"
#include "rgm/base/error.h"

namespace rgm {
namespace {

using detail::exponentiate;
using detail::kImpossible;

/// ln of the smallest best product of an episode's scaled messages of which nothing that matters is
/// lost: what underflows (below 1e-308) is then less than 1e-28 of what does not, as seen from
/// either end.
constexpr double kSmallestBest = -322;  // ln 1e-140

/// Notes in `impossible` what was found to be so, and where; the first of several.
template <class... Parts>
void check_possible(std::string& impossible, bool possible, const Parts&... parts) {
  if (possible || !impossible.empty()) return;
  std::ostringstream message;
  (message << ... << parts);
  impossible = message.str();
}

/// Divides by the largest; returns its logarithm.
double scale_to_largest(std::vector<double>& values) {
  const double largest = *std::ranges::max_element(values);
  if (largest > 0)
    for (double& v : values) v /= largest;
  return std::log(largest);
}

void normalise(std::vector<double>& values, std::string& impossible) {
  double total = 0;
  for (double v : values) total += v;
  check_possible(impossible, total > 0 && std::isfinite(total),
                 "episode: the evidence is impossible under the model (probability 0)");
  for (double& v : values) v /= total;
}

/// to[s, u] = Σ_s' P(s' | s, u) from[s', u]; a pair (s, u) without successors stays.
void expect_next(const SequenceTables::FactorTable& table, std::span<const double> from,
                 std::vector<double>& to) {
  const std::size_t paths = table.num_paths;
  to.assign(from.begin(), from.end());
  for (std::size_t s = 0; s < table.num_states; ++s) {
    const auto arcs = table.arcs_of(s);
    for (const auto& arc : arcs)
      if (arc.probability > 0) to[s * paths + arc.path] = 0;
    for (const auto& arc : arcs)
      to[s * paths + arc.path] += arc.probability * from[arc.next * paths + arc.path];
  }
}

/// The transpose: to[s', u] = Σ_s P(s' | s, u) from[s, u].
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

SequenceCounts::SequenceCounts(const SequenceTables& tables, double smallest_count)
    : initial_states(tables.root().num_states), smallest(smallest_count) {
  for (std::size_t n = 0; n < tables.num_levels(); ++n) {
    auto& level = levels.emplace_back();
    for (const auto& table : tables.level(n)) {
      auto& factor = level.emplace_back();
      factor.likelihood.resize(table.num_states);
      factor.arcs.assign(table.arcs.size(), 0.0);
    }
  }
}

Episode::Episode(const SequenceTables& tables) : tables_(&tables), nodes_(tables.num_levels()) {
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    nodes_[n].resize(tables.steps(n) * tables.level(n).size());
}

void Episode::fail_impossible() const { fail<ImpossibleEvidence>("inference: ", impossible_); }

void Episode::clear() {
  impossible_.clear();
  for (auto& level : nodes_)
    for (auto& node : level) node.observed = node.ahead_observed = node.in_logs = false;
}

void Episode::observe(std::size_t step, std::size_t factor, const Outcomes& outcomes,
                      std::size_t item, SoftReading reading) {
  if (tables_->log_likelihood(factor, outcomes, item, reading, log_likelihood_))
    observe(step, factor, log_likelihood_);
  else
    node(0, step, factor).observed = false;
}

void Episode::observe(std::size_t step, std::size_t factor,
                      std::span<const double> log_likelihood) {
  auto& at = node(0, step, factor);
  at.observed = true;
  at.own.assign(log_likelihood.begin(), log_likelihood.end());
  at.own_log_scale = exponentiate(at.own, tables_->time_scale(0) > 1 ? &at.log_own : nullptr);
  check_possible(
      impossible_, at.own_log_scale > kImpossible, "level 0, factor ", factor,
      ": what its group observed is impossible together (probability 0); expected possible outcomes or a prior "
      "concentration above 0");
}

void Episode::look_ahead(std::size_t level, std::size_t step, std::size_t factor) {
  const auto& table = tables_->level(level)[factor];
  auto& at = node(level, step, factor);
  const bool last = (step + 1) % tables_->time_scale(level) == 0;
  const Node* next = last ? nullptr : &node(level, step + 1, factor);
  const bool after = next != nullptr && next->ahead_observed;
  at.ahead_observed = at.observed || after;
  at.in_logs = false;
  if (!at.ahead_observed) return;
  const std::size_t paths = table.num_paths;
  at.ahead_log_scale = at.best = 0;
  if (after) {
    expect_next(table, next->ahead, at.ahead);
    at.ahead_log_scale = next->ahead_log_scale;
    at.best = next->best;
  } else {
    at.ahead.assign(table.num_states * paths, 1.0);
  }
  if (at.observed) {
    for (std::size_t s = 0; s < table.num_states; ++s)
      for (std::size_t u = 0; u < paths; ++u) at.ahead[s * paths + u] *= at.own[s];
    at.ahead_log_scale += at.own_log_scale;
  }
  const double before = at.best;
  at.best += scale_to_largest(at.ahead);
  at.in_logs = at.best < kSmallestBest;
  if (at.in_logs) look_ahead_in_logs(level, step, factor);
  check_possible(impossible_, at.best > kImpossible, "level ", level, ", factor ", factor,
                 ": the states that its group observed cannot follow each other (probability 0)");
  at.ahead_log_scale += at.best - before;
}

void Episode::send(std::size_t level, std::size_t step, std::size_t factor) {
  const auto& table = tables_->level(level)[factor];
  auto& at = node(level, step, factor);
  if (!at.ahead_observed) return;
  const auto& child = tables_->level(level + 1)[table.parent].children[table.place];
  const std::size_t paths = table.num_paths, parents = child.states.background.size();
  by_state_.assign(table.num_states, 0.0);
  by_path_.assign(paths, 0.0);
  double total = 0;
  for (std::size_t s = 0; s < table.num_states; ++s)
    for (std::size_t u = 0; u < paths; ++u) {
      by_state_[s] += at.ahead[s * paths + u];
      by_path_[u] += at.ahead[s * paths + u];
    }
  for (double v : by_state_) total += v;
  at.to_parent.resize(parents);
  for (std::size_t p = 0; p < parents; ++p) {
    const double b_state = child.states.background[p], b_path = child.paths.background[p];
    double sum = b_state * b_path * total;
    for (const auto& [s, a] : child.states.column(p)) {
      sum += b_path * a * by_state_[s];
      for (const auto& [u, e] : child.paths.column(p)) sum += a * e * at.ahead[s * paths + u];
    }
    for (const auto& [u, e] : child.paths.column(p)) sum += b_state * e * by_path_[u];
    at.to_parent[p] = std::log(sum);
  }
}

void Episode::collect(std::size_t level, std::size_t step, std::size_t factor) {
  const auto& table = tables_->level(level)[factor];
  auto& at = node(level, step, factor);
  const std::size_t first = step * tables_->time_scale(level - 1);
  at.observed = false;
  double log_scale = 0;
  for (const auto& child : table.children) {
    const auto& from = node(level - 1, first, child.factor);
    if (!from.ahead_observed) continue;
    if (!at.observed) at.own.assign(table.num_states, 0.0);
    at.observed = true;
    for (std::size_t s = 0; s < table.num_states; ++s) at.own[s] += from.to_parent[s];
    log_scale += from.ahead_log_scale;
  }
  if (!at.observed) return;
  at.own_log_scale =
      exponentiate(at.own, tables_->time_scale(level) > 1 ? &at.log_own : nullptr) + log_scale;
  check_possible(impossible_, at.own_log_scale > kImpossible, "level ", level, ", factor ", factor,
                 ": what its group observed is impossible together (probability 0)");
}

void Episode::update_episode(std::size_t level, std::size_t step, std::size_t factor) {
  const std::size_t length = tables_->time_scale(level), start = step - step % length;
  for (std::size_t t = step + 1; t-- > start;) look_ahead(level, t, factor);
  if (level + 1 < tables_->num_levels()) send(level, start, factor);
}

bool Episode::update(std::size_t step, std::size_t factor) {
  for (std::size_t n = 0; possible(); ++n) {
    update_episode(n, step, factor);
    if (n + 1 == tables_->num_levels()) break;
    step /= tables_->time_scale(n);
    factor = tables_->level(n)[factor].parent;
    collect(n + 1, step, factor);
  }
  return possible();
}

bool Episode::update(std::size_t step) {
  for (std::size_t n = 0; possible(); ++n) {
    for (std::size_t f = 0; f < tables_->level(n).size(); ++f) update_episode(n, step, f);
    if (n + 1 == tables_->num_levels()) break;
    step /= tables_->time_scale(n);
    for (std::size_t f = 0; f < tables_->level(n + 1).size(); ++f) collect(n + 1, step, f);
  }
  return possible();
}

bool Episode::update() {
  for (std::size_t n = 0; n < tables_->num_levels() && possible(); ++n)
    for (std::size_t f = 0; f < tables_->level(n).size(); ++f) {
      const std::size_t length = tables_->time_scale(n);
      for (std::size_t t = 0; t < tables_->steps(n); ++t)
        if (n > 0) collect(n, t, f);
      for (std::size_t t = length; t <= tables_->steps(n); t += length) update_episode(n, t - 1, f);
    }
  return possible();
}

std::span<const double> Episode::root_likelihood() const {
  const auto& root = node(tables_->num_levels() - 1, 0, 0);
  return root.observed ? std::span<const double>(root.own) : std::span<const double>();
}

double Episode::root_log_scale() const {
  const auto& root = node(tables_->num_levels() - 1, 0, 0);
  return root.observed ? root.own_log_scale : 0.0;
}

/// The start of an episode: P(s_0, u | evidence outside the episode), from the parent's posterior.
void Episode::start(std::size_t level, std::size_t step, std::size_t factor,
                    SequenceCounts* counts) {
  const auto& table = tables_->level(level)[factor];
  auto& at = node(level, step, factor);
  const std::size_t above = step / tables_->time_scale(level), paths = table.num_paths;
  const auto& child = tables_->level(level + 1)[table.parent].children[table.place];
  const auto& parent = node(level + 1, above, table.parent).posterior;
  at.forward.assign(table.num_states * paths, 0.0);
  by_state_.assign(table.num_states, 0.0);
  by_path_.assign(paths, 0.0);
  double constant = 0;
  const auto weight = [&](std::size_t p) {
    return at.ahead_observed ? parent[p] * std::exp(-at.to_parent[p]) : parent[p];
  };
  for (std::size_t p = 0; p < parent.size(); ++p) {
    if (parent[p] == 0) continue;
    const double w = weight(p), b_state = child.states.background[p],
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
  if (counts == nullptr) return;

  // P(s_0, p) and P(u, p): the parent's weights times λ summed over the other of the two.
  auto& to = counts->levels[level + 1][table.parent];
  const auto message = [&](std::size_t s, std::size_t u) {
    return at.ahead_observed ? at.ahead[s * paths + u] : 1.0;
  };
  for (std::size_t p = 0; p < parent.size(); ++p) {
    if (parent[p] <= counts->smallest) continue;
    const double w = weight(p);
    std::vector<double>& path = by_path_;
    std::vector<double>& state = by_state_;
    path.assign(paths, child.paths.background[p]);
    for (const auto& [u, e] : child.paths.column(p)) path[u] += e;
    state.assign(table.num_states, child.states.background[p]);
    for (const auto& [s, a] : child.states.column(p)) state[s] += a;
    scratch_.assign(paths, 0.0);
    for (std::size_t s = 0; s < table.num_states; ++s) {
      if (state[s] == 0) continue;
      double sum = 0;
      for (std::size_t u = 0; u < paths; ++u) {
        const double joint = w * state[s] * path[u] * message(s, u);
        sum += joint;
        scratch_[u] += joint;
      }
      if (sum > counts->smallest) to.add(p, child.state_modality, s, sum);
    }
    for (std::size_t u = 0; u < paths; ++u)
      if (child.path_modality != SequenceTables::Child::kNoModality &&
          scratch_[u] > counts->smallest)
        to.add(p, child.path_modality, u, scratch_[u]);
  }
}

/// From one step of an episode to the next.
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
  const auto ahead = [&](std::size_t i) { return to.ahead_observed ? to.ahead[i] : 1.0; };
  for (std::size_t i = 0; i < to.forward.size(); ++i) total += to.forward[i] * ahead(i);
  for (std::size_t s = 0; s < table.num_states; ++s)
    for (std::size_t k = table.arc_begin[s]; k < table.arc_begin[s + 1]; ++k) {
      const auto& arc = table.arcs[k];
      counts->levels[level][factor].arcs[k] += scratch_[s * paths + arc.path] * arc.probability *
                                               ahead(arc.next * paths + arc.path) / total;
    }
}

/// Posteriors of a step from what came before it and what comes after.
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
    normalise(at.posterior, impossible_);
    normalise(at.path_posterior, impossible_);
    return;
  }
  for (std::size_t s = 0; s < table.num_states; ++s)
    for (std::size_t u = 0; u < paths; ++u) {
      const double p =
          at.forward[s * paths + u] * (at.ahead_observed ? at.ahead[s * paths + u] : 1.0);
      at.posterior[s] += p;
      at.path_posterior[u] += p;
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
        start(n, begin, f, counts);
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
    start(n, begin, f, nullptr);
    for (std::size_t at = begin; at < t; ++at) walk(n, at, f, nullptr);
    believe(n, t, f);
  }
  return possible();
}

}  // namespace rgm
