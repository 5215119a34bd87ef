#include "rgm/planning/inductive_inference.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "rgm/base/error.h"

namespace rgm {
namespace {

/// Σ counts of a state's arcs by path.
void totals_by_path(const Transition& transition, std::size_t state, std::vector<double>& totals) {
  totals.assign(transition.num_paths(), 0.0);
  for (const auto& arc : transition.arcs(state)) totals[arc.path] += arc.count;
}

/// The states that follow with a probability above the threshold under some path; ascending.
std::vector<std::size_t> probable_successors(const Transition& transition, std::size_t state,
                                             double threshold) {
  std::vector<double> totals;
  totals_by_path(transition, state, totals);
  std::vector<std::size_t> result;
  for (const auto& arc : transition.arcs(state))
    if (arc.count > threshold * totals[arc.path]) result.push_back(arc.next);
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

void insert_sorted(std::vector<std::size_t>& list, std::size_t value) {
  const auto at = std::ranges::lower_bound(list, value);
  if (at == list.end() || *at != value) list.insert(at, value);
}

void erase_sorted(std::vector<std::size_t>& list, std::size_t value) {
  const auto at = std::ranges::lower_bound(list, value);
  if (at != list.end() && *at == value) list.erase(at);
}

}  // namespace

InductiveMap::InductiveMap(const InductiveOptions& options) : options_(options) {
  require(options.threshold >= 0 && options.threshold < 1,
          "InductiveMap: threshold: expected in [0, 1), got ", options.threshold);
  require(std::isfinite(options.bonus) && options.bonus >= 0,
          "InductiveMap: bonus: expected a finite value of at least 0, got ", options.bonus);
}

void InductiveMap::check_states(const char* what, std::span<const std::size_t> states) const {
  for (const std::size_t s : states)
    require(s < num_states(), "InductiveMap: ", what, ": expected states below ", num_states(),
            ", got ", s);
}

void InductiveMap::shorten(std::size_t state, std::size_t distance) {
  if (costly_[state] != 0 || distance >= distance_[state]) return;
  distance_[state] = distance;
  queue_.push_back(state);
}

void InductiveMap::propagate() {
  // Nearest first, so that no state is lowered twice while everything is computed at once; the
  // queue then stays in order.
  std::ranges::stable_sort(queue_, {}, [this](std::size_t s) { return distance_[s]; });
  std::size_t done = 0;
  while (done < queue_.size()) {
    const std::size_t state = queue_[done++];
    for (const std::size_t before : predecessors_[state]) shorten(before, distance_[state] + 1);
  }
  queue_.clear();
}

void InductiveMap::recompute() {
  std::ranges::fill(distance_, kUnreachable);
  for (std::size_t s = 0; s < num_states(); ++s)
    if (intended_[s] != 0) shorten(s, 0);
  propagate();
}

void InductiveMap::update(const Transition& transition, std::span<const std::size_t> changed) {
  const std::size_t states = transition.num_states(), before = num_states();
  require(states >= before, "InductiveMap::update: transition: expected at least ", before,
          " states, got ", states);
  for (const std::size_t s : changed)
    require(s < states, "InductiveMap::update: changed: expected states below ", states, ", got ",
            s);
  successors_.resize(states);
  predecessors_.resize(states);
  intended_.resize(states);
  costly_.resize(states);
  distance_.resize(states, kUnreachable);
  bool lost = false;
  const auto read = [&](std::size_t s) {
    auto now = probable_successors(transition, s, options_.threshold);
    for (const std::size_t next : successors_[s])
      if (!std::ranges::binary_search(now, next)) {
        erase_sorted(predecessors_[next], s);
        lost = true;
      }
    for (const std::size_t next : now) {
      insert_sorted(predecessors_[next], s);
      if (distance_[next] != kUnreachable) shorten(s, distance_[next] + 1);
    }
    successors_[s] = std::move(now);
  };
  for (const std::size_t s : changed)
    if (s < before) read(s);
  for (std::size_t s = before; s < states; ++s) read(s);
  if (lost) {
    queue_.clear();
    recompute();
  } else {
    propagate();
  }
}

void InductiveMap::update(const Transition& transition) {
  std::vector<std::size_t> all(std::min(num_states(), transition.num_states()));
  std::iota(all.begin(), all.end(), std::size_t{0});
  update(transition, all);
}

void InductiveMap::add_intended(std::span<const std::size_t> states) {
  check_states("intended", states);
  for (const std::size_t s : states) {
    intended_[s] = 1;
    shorten(s, 0);
  }
  propagate();
}

void InductiveMap::add_costly(std::span<const std::size_t> states) {
  check_states("costly", states);
  for (const std::size_t s : states) costly_[s] = 1;
  recompute();
}

std::size_t InductiveMap::steps_from(std::size_t state) const {
  require(state < num_states(), "InductiveMap::steps_from: expected a state below ", num_states(),
          ", got ", state);
  std::size_t nearest = kUnreachable;
  for (const std::size_t next : successors_[state]) nearest = std::min(nearest, distance_[next]);
  return nearest == kUnreachable ? kUnreachable : nearest + 1;
}

InductivePlan InductiveMap::plan(const Transition& transition,
                                 std::span<const double> belief) const {
  require(transition.num_states() == num_states(),
          "InductiveMap::plan: transition: expected the one that was followed (", num_states(),
          " states), got ", transition.num_states());
  require(belief.size() == num_states(), "InductiveMap::plan: belief: expected one a state (",
          num_states(), "), got ", belief.size());
  InductivePlan plan;
  std::vector<std::size_t> believed;
  double mass = 0;
  for (std::size_t s = 0; s < belief.size(); ++s) {
    require(std::isfinite(belief[s]) && belief[s] >= 0, "InductiveMap::plan: belief: state ", s,
            ": expected a probability, got ", belief[s]);
    if (belief[s] <= options_.threshold) continue;
    believed.push_back(s);
    mass += belief[s];
    plan.steps = std::min(plan.steps, steps_from(s));
  }
  if (plan.steps == kUnreachable || plan.steps > options_.max_steps) {
    plan.steps = kUnreachable;
    return plan;
  }
  plan.reachable = true;
  for (const std::size_t s : believed)
    for (const std::size_t next : successors_[s])
      if (distance_[next] == plan.steps - 1) insert_sorted(plan.next_states, next);
  plan.intended = plan.next_states.front();
  for (std::size_t left = plan.steps - 1; left > 0; --left)
    plan.intended = *std::ranges::find(successors_[plan.intended], left - 1,
                                       [this](std::size_t s) { return distance_[s]; });
  plan.control_bonus.assign(transition.num_paths(), 0.0);
  std::vector<double> totals;
  for (const std::size_t s : believed) {
    totals_by_path(transition, s, totals);
    for (const auto& arc : transition.arcs(s))
      if (arc.count > 0 && std::ranges::binary_search(plan.next_states, arc.next))
        plan.control_bonus[arc.path] +=
            options_.bonus * belief[s] / mass * arc.count / totals[arc.path];
  }
  return plan;
}

std::vector<std::uint8_t> basin_of_attraction(const Transition& transition,
                                              std::span<const std::size_t> intended,
                                              std::span<const std::size_t> costly,
                                              std::size_t steps, double threshold) {
  InductiveMap map({.threshold = threshold});
  map.update(transition);
  map.add_costly(costly);
  map.add_intended(intended);
  std::vector<std::uint8_t> basin(map.num_states());
  std::vector<std::size_t> queue;
  for (std::size_t s = 0; s < basin.size(); ++s) {
    basin[s] = map.distances()[s] <= steps && map.distances()[s] != kUnreachable ? 1 : 0;
    if (map.distances()[s] == 0) queue.push_back(s);
  }
  std::vector<std::uint8_t> met(basin.size());
  for (const std::size_t s : queue) met[s] = 1;
  for (std::size_t step = 0; step < steps && !queue.empty(); ++step) {
    std::vector<std::size_t> after;
    for (const std::size_t s : queue)
      for (const std::size_t next : map.successors(s))
        if (met[next] == 0 && !map.is_costly(next)) {
          met[next] = basin[next] = 1;
          after.push_back(next);
        }
    queue = std::move(after);
  }
  return basin;
}

Orbits find_orbits(const InductiveMap& map, std::size_t steps) {
  Orbits orbits;
  bool any = false;
  for (std::size_t s = 0; s < map.num_states(); ++s) {
    if (!map.is_intended(s) || map.is_costly(s)) continue;
    any = true;
    const std::size_t away = map.steps_from(s);
    if (away == kUnreachable || away > steps) orbits.without_return.push_back(s);
  }
  orbits.closed = any && orbits.without_return.empty();
  return orbits;
}

}  // namespace rgm
