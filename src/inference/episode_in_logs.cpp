#include <algorithm>
#include <cmath>
#include <utility>

#include "logarithms.h"
#include "rgm/base/error.h"
#include "rgm/inference/episode.h"

// The parts of `Episode` whose messages are logarithms.

namespace rgm {
namespace {

using detail::exponentiate;
using detail::kImpossible;
using detail::log_add;

/// to(s, u) = ln Σ_s' P(s' | s, u) exp(from(s', u)); a pair without successors stays.
void expect_next_in_logs(const MovingPairs& pairs, std::span<const double> from,
                         std::vector<double>& to) {
  const std::size_t states = pairs.num_states();
  to.assign(from.begin(), from.end());
  for (std::size_t k = 0; k < pairs.pairs().size(); ++k)
    if (!pairs.stays(k)) to[states + k] = kImpossible;
  for (const auto& move : pairs.moves()) {
    double& sum = to[states + move.from];
    if (move.probability > 0)
      sum = log_add(sum, std::log(move.probability) + from[states + move.to]);
  }
}

/// The transpose, of pairs alone: to(s', u) = ln Σ_s P(s' | s, u) exp(from(s, u)).
void move_on_in_logs(const MovingPairs& pairs, std::span<const double> from,
                     std::vector<double>& to) {
  to.assign(from.begin(), from.end());
  for (std::size_t k = 0; k < to.size(); ++k)
    if (!pairs.stays(k)) to[k] = kImpossible;
  for (const auto& move : pairs.moves())
    if (move.probability > 0)
      to[move.to] = log_add(to[move.to], std::log(move.probability) + from[move.from]);
}

}  // namespace

/// The message of this step, and the logarithms of those that come after it in the episode.
void Episode::look_ahead_in_logs(std::size_t level, std::size_t step, std::size_t factor) {
  const auto& pairs = tables_->level(level)[factor].pairs;
  const std::size_t length = tables_->time_scale(level), states = pairs.num_states(),
                    end = step - step % length + length;
  for (std::size_t t = end; t-- > step;) {
    auto& at = node(level, t, factor);
    if (t + 1 < end) {
      expect_next_in_logs(pairs, node(level, t + 1, factor).log_ahead, at.log_ahead);
    } else {
      at.log_ahead = pairs.nothing();
      for (double& v : at.log_ahead) v = std::log(v);
    }
    if (!at.observed) continue;
    require(at.log_own.size() == states, "episode: level ", level,
            ": expected logarithms of what its steps show, got none");
    for (std::size_t s = 0; s < states; ++s) at.log_ahead[s] += at.log_own[s];
    for (std::size_t k = 0; k < pairs.pairs().size(); ++k)
      at.log_ahead[states + k] += at.log_own[pairs.pairs()[k].state];
  }
  auto& at = node(level, step, factor);
  at.ahead = at.log_ahead;
  at.best = exponentiate(at.ahead, nullptr);
}

void Episode::walk_in_logs(std::size_t level, std::size_t step, std::size_t factor,
                           SequenceCounts* counts) {
  const auto& pairs = tables_->level(level)[factor].pairs;
  auto& from = node(level, step, factor);
  auto& to = node(level, step + 1, factor);
  if (from.observed)
    for (std::size_t k = 0; k < from.log_forward.size(); ++k)
      from.log_forward[k] += from.log_own[pairs.pairs()[k].state];
  move_on_in_logs(pairs, from.log_forward, to.log_forward);
  if (counts == nullptr) return;
  const auto& first = beginning(level, step, factor);
  const double total = std::log(first.total) + first.best;
  auto& arcs = counts->levels[level][factor].arcs;
  for (std::size_t i = 0; i < pairs.moves().size(); ++i) {
    const auto& move = pairs.moves()[i];
    arcs[i] += move.probability * std::exp(from.log_forward[move.from] +
                                           to.log_ahead[pairs.num_states() + move.to] - total);
  }
}

}  // namespace rgm
