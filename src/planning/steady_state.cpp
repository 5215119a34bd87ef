#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/planning/inductive_inference.h"

namespace rgm {
namespace {

/// Among states that are kept: whether `state` leads to another one.
bool leads_on(const Transition& transition, std::size_t state,
              const std::vector<std::uint8_t>& kept) {
  return std::ranges::any_of(transition.arcs(state), [&](const auto& arc) {
    return arc.count > 0 && arc.next != state && kept[arc.next] != 0;
  });
}

/// Drops what leads to no other kept state, until none is left: all flow would end there.
void drop_dead_ends(const Transition& transition, std::vector<std::uint8_t>& kept) {
  for (bool dropped = true; dropped;) {
    dropped = false;
    for (std::size_t s = kept.size(); s-- > 0;) {
      if (kept[s] == 0 || leads_on(transition, s, kept)) continue;
      kept[s] = 0;
      dropped = true;
    }
  }
}

/// The kept states' flow from a uniform start: visits ← ½ visits + ½ visits · P, P the normalised
/// counts among kept states, until nothing changes. Half of every state stays where it is, which
/// leaves the eigenvectors as they are and ends oscillations.
std::vector<double> steady_visits(const Transition& transition,
                                  const std::vector<std::uint8_t>& kept, double alive,
                                  std::size_t iterations) {
  const std::size_t states = kept.size();
  std::vector<double> visits(states, 0.0), totals(states), next(states);
  for (std::size_t s = 0; s < states; ++s) {
    if (kept[s] == 0) continue;
    visits[s] = 1 / alive;
    for (const auto& arc : transition.arcs(s))
      if (kept[arc.next] != 0) totals[s] += arc.count;
  }
  double change = 1;
  for (std::size_t i = 0; i < iterations && change > 1e-14; ++i) {
    check_interruption();
    for (std::size_t s = 0; s < states; ++s) next[s] = visits[s] * 0.5;
    for (std::size_t s = 0; s < states; ++s)
      if (kept[s] != 0)
        for (const auto& arc : transition.arcs(s))
          if (kept[arc.next] != 0) next[arc.next] += 0.5 * visits[s] * arc.count / totals[s];
    change = 0;
    for (std::size_t s = 0; s < states; ++s)
      change = std::max(change, std::abs(next[s] - visits[s]));
    visits.swap(next);
  }
  return visits;
}

/// Drops the states that are visited least, those with equal visits together, for as long as every
/// state that led on still leads on: nothing that is kept becomes absorbing.
void drop_least_visited(const Transition& transition, const std::vector<double>& visits,
                        double alive, std::vector<std::uint8_t>& kept) {
  // Visits that differ by less, relative to the mean, count as equal.
  constexpr double kNegligible = 1e-9;
  std::vector<std::size_t> order, going_on;
  for (std::size_t s = 0; s < kept.size(); ++s) {
    if (kept[s] != 0) order.push_back(s);
    if (kept[s] != 0 && leads_on(transition, s, kept)) going_on.push_back(s);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t s) { return visits[s]; });
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    const double most = visits[order[begin]] + kNegligible / alive;
    for (end = begin; end < order.size() && visits[order[end]] <= most;) ++end;
    auto fewer = kept;
    for (std::size_t i = begin; i < end; ++i) fewer[order[i]] = 0;
    const bool absorbing = std::ranges::any_of(
        going_on, [&](std::size_t s) { return fewer[s] != 0 && !leads_on(transition, s, fewer); });
    if (absorbing || end == order.size()) break;
    kept = std::move(fewer);
  }
}

}  // namespace

SteadyState steady_state_pruning(const Transition& transition,
                                 std::span<const std::uint8_t> allowed, std::size_t iterations) {
  const std::size_t states = transition.num_states();
  require(allowed.empty() || allowed.size() == states,
          "steady_state_pruning: allowed: expected one a state (", states, ") or none, got ",
          allowed.size());
  SteadyState result;
  if (allowed.empty())
    result.kept.assign(states, 1);
  else
    for (const auto a : allowed) result.kept.push_back(a != 0 ? 1 : 0);
  drop_dead_ends(transition, result.kept);
  const auto alive = static_cast<double>(std::ranges::count(result.kept, 1));
  result.visits.assign(states, 0.0);
  if (alive == 0) return result;
  result.visits = steady_visits(transition, result.kept, alive, iterations);
  drop_least_visited(transition, result.visits, alive, result.kept);
  return result;
}

}  // namespace rgm
