#include "rgm/inference/episode.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "logarithms.h"
#include "possible.h"
#include "rgm/base/error.h"
#include "rgm/inference/pair_messages.h"

namespace rgm {
namespace {

using detail::check_possible;
using detail::exponentiate;
using detail::kImpossible;
using detail::kSmallestBest;
using detail::scale_to_largest;

}  // namespace

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
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::size_t numbers = 0;  // counted, since that is vectorised
  for (const double l : log_likelihood) numbers += l < kInfinity ? 1U : 0U;
  for (std::size_t s = 0; s < log_likelihood.size() && numbers < log_likelihood.size(); ++s)
    require(log_likelihood[s] < kInfinity, "episode: level 0, factor ", factor,
            ": log-likelihood: expected numbers that are finite, or −∞, got ", log_likelihood[s]);
  auto& at = node(0, step, factor);
  at.observed = true;
  at.own.assign(log_likelihood.begin(), log_likelihood.end());
  at.own_log_scale = exponentiate(at.own, &at.log_own);
  check_possible(
      impossible_, at.own_log_scale > kImpossible, "level 0, factor ", factor,
      ": what its group observed is impossible together (probability 0); expected possible outcomes or a prior "
      "concentration above 0");
}

/// The message of what a step of an episode shows and of all that comes after it in the episode,
///
///     λ_t(s, u) = L_t(s) Σ_s' P(s' | s, u) λ_{t+1}(s', u),
///
/// from that of the next step, scaled to its largest so that no episode is too long. By `best` it
/// is known how much of the range of numbers the scales have used up; when it is nearly all, the
/// logarithms of the episode from here on take over.
void Episode::look_ahead(std::size_t level, std::size_t step, std::size_t factor) {
  const auto& table = tables_->level(level)[factor];
  auto& at = node(level, step, factor);
  const bool last = (step + 1) % tables_->time_scale(level) == 0;
  const Node* next = last ? nullptr : &node(level, step + 1, factor);
  const bool after = next != nullptr && next->ahead_observed;
  at.ahead_observed = at.observed || after;
  at.in_logs = false;
  if (!at.ahead_observed) return;
  at.ahead_log_scale = at.best = 0;
  if (after) {
    expect_next(table.pairs, next->ahead, at.ahead);
    at.ahead_log_scale = next->ahead_log_scale;
    at.best = next->best;
  } else {
    at.ahead = table.pairs.nothing();
  }
  if (at.observed) {
    multiply_by_state(table.pairs, at.own, at.ahead);
    at.ahead_log_scale += at.own_log_scale;
  }
  const double before = at.best;
  at.best += scale_to_largest(at.ahead);
  at.in_logs = at.best < kSmallestBest && tables_->time_scale(level) > 1;
  if (at.in_logs) look_ahead_in_logs(level, step, factor);
  check_possible(impossible_, at.best > kImpossible, "level ", level, ", factor ", factor,
                 ": the states that its group observed cannot follow each other (probability 0)");
  at.ahead_log_scale += at.best - before;
}

/// The message of an episode to its parent,
///
///     ln ℓ(p) = ln Σ_{s, u} (a_p(s) + b_p)(e_p(u) + c_p) λ(s, u),
///
/// a and e the observed entries of A_D and A_E, b and c their backgrounds. Multiplied out, so that
/// a parent's state costs its observed entries only: what is summed over s, over u and over both is
/// known beforehand.
void Episode::send(std::size_t level, std::size_t step, std::size_t factor) {
  const auto& table = tables_->level(level)[factor];
  auto& at = node(level, step, factor);
  if (!at.ahead_observed) return;
  const auto& child = tables_->level(level + 1)[table.parent].children[table.place];
  const double total = sum_up(table.pairs, at.ahead, by_state_, by_path_, scratch_);
  at.to_parent.resize(child.states.background.size());
  double last = 1, log_last = 0;  // what fits nothing is mostly the same, to the last bit
  for (std::size_t p = 0; p < at.to_parent.size(); ++p) {
    const double b_state = child.states.background[p], b_path = child.paths.background[p];
    double sum = b_state * b_path * total;
    for (const auto& [s, a] : child.states.column(p)) sum += b_path * a * by_state_[s];
    for (const auto& [u, e] : child.paths.column(p)) sum += b_state * e * by_path_[u];
    for (const auto& [place, ae] : child.products.column(p)) sum += ae * at.ahead[place];
    if (sum != last) log_last = std::log(last = sum);
    at.to_parent[p] = log_last;
  }
  if (*std::ranges::min_element(at.to_parent) < kSmallestBest) send_far(level, step, factor);
}

/// What a factor's children say about one of its steps, ln L(s) = Σ_c ln ℓ_c(s): sums of
/// logarithms, since products of many children would leave the range of numbers. Children that saw
/// nothing are left out.
void Episode::collect(std::size_t level, std::size_t step, std::size_t factor) {
  if (!possible()) return;
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
  at.own_log_scale = exponentiate(at.own, &at.log_own) + log_scale;
  check_possible(impossible_, at.own_log_scale > kImpossible, "level ", level, ", factor ", factor,
                 ": what its group observed is impossible together (probability 0)");
}

void Episode::update_episode(std::size_t level, std::size_t step, std::size_t factor) {
  if (level + 1 == tables_->num_levels()) return;  // the root's chain is not the episode's
  const std::size_t length = tables_->time_scale(level), start = step - step % length;
  for (std::size_t t = step + 1; t-- > start && possible();) look_ahead(level, t, factor);
  if (possible()) send(level, start, factor);
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

std::span<const double> Episode::root_log_likelihood() const {
  const auto& root = node(tables_->num_levels() - 1, 0, 0);
  return root.observed ? std::span<const double>(root.log_own) : std::span<const double>();
}

double Episode::root_log_scale() const {
  const auto& root = node(tables_->num_levels() - 1, 0, 0);
  return root.observed ? root.own_log_scale : 0.0;
}

}  // namespace rgm
