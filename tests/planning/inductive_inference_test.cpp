#include "rgm/planning/inductive_inference.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "support/random_graph.h"

namespace rgm {
namespace {

using Set = std::vector<std::size_t>;

bool contains(const Set& set, std::size_t s) { return std::ranges::find(set, s) != set.end(); }

bool leads(const Transition& transition, std::size_t from, std::size_t to, double threshold) {
  for (std::size_t u = 0; u < transition.num_paths(); ++u)
    if (!transition.successors(from, u).empty() && transition.probability(to, from, u) > threshold)
      return true;
  return false;
}

/// Steps from each state to an intended one by Bellman and Ford's method on the definition.
Set brute_force_distances(const Transition& transition, const Set& intended, const Set& costly,
                          double threshold) {
  const std::size_t states = transition.num_states();
  Set distance(states, kUnreachable);
  for (const std::size_t s : intended)
    if (!contains(costly, s)) distance[s] = 0;
  for (std::size_t round = 0; round < states; ++round)
    for (std::size_t s = 0; s < states; ++s)
      for (std::size_t next = 0; next < states; ++next)
        if (!contains(costly, s) && distance[next] != kUnreachable &&
            leads(transition, s, next, threshold))
          distance[s] = std::min(distance[s], distance[next] + 1);
  return distance;
}

InductiveMap map_of(const Transition& transition, const Set& intended, const Set& costly,
                    const InductiveOptions& options = {}) {
  InductiveMap map(options);
  map.update(transition);
  map.add_costly(costly);
  map.add_intended(intended);
  return map;
}

RC_GTEST_PROP(InductiveMap, KeptUpToDateEqualsFromScratch, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t paths = 1 + random.index(3);
  std::size_t states = 1 + random.index(4);
  Transition transition(states, paths);
  // No share of counts of 0.3 and 20 equals these: rounding would decide whether it is above.
  InductiveMap map({.threshold = random.index(2) == 0 ? 0.0309 : 0.2903});
  map.update(transition);
  Set intended, costly;
  for (int round = 0; round < 12; ++round) {
    if (random.index(3) == 0) transition.grow(states += random.index(4), paths);
    Set changed;
    for (std::size_t i = 0, arcs = random.index(6); i < arcs; ++i) {
      changed.push_back(random.index(states));
      transition.add(random.index(states), changed.back(), random.index(paths),
                     random.index(5) == 0 ? 20 : 0.3);
    }
    if (random.index(5) == 0)
      map.update(transition);
    else
      map.update(transition, changed);
    if (random.index(3) == 0) {
      intended.push_back(random.index(states));
      map.add_intended(Set{intended.back()});
    }
    if (random.index(6) == 0) {
      costly.push_back(random.index(states));
      map.add_costly(Set{costly.back()});
    }
    RC_ASSERT(map.distances() ==
              brute_force_distances(transition, intended, costly, map.options().threshold));
    const auto anew = map_of(transition, intended, costly, map.options());
    for (std::size_t s = 0; s < states; ++s) RC_ASSERT(map.successors(s) == anew.successors(s));
  }
}

RC_GTEST_PROP(InductiveMap, PlansOneStepNearer, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t states = 2 + random.index(12), paths = 1 + random.index(3);
  const auto transition = test::random_graph(random, states, paths, random.index(2 * states));
  const auto intended = test::random_subset(random, states, 0.2),
             costly = test::random_subset(random, states, 0.2);
  const InductiveOptions options{.max_steps =
                                     random.index(2) == 0 ? kUnreachable : random.index(4)};
  const auto map = map_of(transition, intended, costly, options);
  std::vector<double> belief(states);
  for (int i = 0; i < 3; ++i) belief[random.index(states)] += i == 0 ? 0.02 : 0.49;
  const auto plan = map.plan(transition, belief);

  const auto distance = brute_force_distances(transition, intended, costly, options.threshold);
  std::size_t steps = kUnreachable;
  for (std::size_t s = 0; s < states; ++s)
    for (std::size_t next = 0; next < states; ++next)
      if (belief[s] > options.threshold && leads(transition, s, next, options.threshold) &&
          distance[next] != kUnreachable)
        steps = std::min(steps, distance[next] + 1);
  if (options.max_steps != kUnreachable && steps > options.max_steps) steps = kUnreachable;
  RC_ASSERT(plan.reachable == (steps != kUnreachable));
  RC_ASSERT(plan.steps == steps);
  if (!plan.reachable) {
    RC_ASSERT(plan.next_states.empty() && plan.control_bonus.empty());
    return;
  }
  Set next_states;
  for (std::size_t next = 0; next < states; ++next)
    for (std::size_t s = 0; s < states; ++s)
      if (belief[s] > options.threshold && leads(transition, s, next, options.threshold) &&
          distance[next] + 1 == steps && !contains(next_states, next))
        next_states.push_back(next);
  RC_ASSERT(plan.next_states == next_states);
  RC_ASSERT(contains(intended, plan.intended) && !contains(costly, plan.intended));
  double mass = 0;
  for (const double p : belief) mass += p > options.threshold ? p : 0;
  for (std::size_t u = 0; u < paths; ++u) {
    double bonus = 0;
    for (std::size_t s = 0; s < states; ++s)
      if (belief[s] > options.threshold && !transition.successors(s, u).empty())
        for (const std::size_t next : next_states)
          bonus += 32 * belief[s] / mass * transition.probability(next, s, u);
    RC_ASSERT(std::abs(plan.control_bonus[u] - bonus) <= 1e-10);
  }
}

RC_GTEST_PROP(InductiveInference, BasinAndOrbitsByTheDefinition, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t states = 1 + random.index(12), paths = 1 + random.index(3),
                    steps = random.index(6);
  const auto transition = test::random_graph(random, states, paths, random.index(2 * states));
  const auto intended = test::random_subset(random, states, 0.2),
             costly = test::random_subset(random, states, 0.2);
  constexpr double kThreshold = 1.0 / 32;
  const auto distance = brute_force_distances(transition, intended, costly, kThreshold);
  std::vector<std::uint8_t> follows(states), expected(states);
  for (const std::size_t s : intended) follows[s] = contains(costly, s) ? 0 : 1;
  for (std::size_t step = 0; step < steps; ++step) {
    const auto before = follows;
    for (std::size_t s = 0; s < states; ++s)
      for (std::size_t next = 0; next < states; ++next)
        if (before[s] != 0 && !contains(costly, next) && leads(transition, s, next, kThreshold))
          follows[next] = 1;
  }
  for (std::size_t s = 0; s < states; ++s)
    expected[s] = distance[s] <= steps || follows[s] != 0 ? 1 : 0;
  RC_ASSERT(basin_of_attraction(transition, intended, costly, steps) == expected);

  Set without_return;
  bool any = false;
  for (std::size_t s = 0; s < states; ++s) {
    if (!contains(intended, s) || contains(costly, s)) continue;
    any = true;
    bool returns = false;
    for (std::size_t next = 0; next < states; ++next)
      returns |= leads(transition, s, next, kThreshold) && distance[next] < steps;
    if (!returns) without_return.push_back(s);
  }
  const auto orbits = find_orbits(map_of(transition, intended, costly), steps);
  RC_ASSERT(orbits.without_return == without_return);
  RC_ASSERT(orbits.closed == (any && without_return.empty()));
}

RC_GTEST_PROP(SteadyState, IsStationaryAndKeepsWhatGoesOn, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t states = 2 + random.index(10);
  auto transition = test::random_graph(random, states, 2, random.index(2 * states));
  for (std::size_t s = 0; s < states; ++s)
    transition.add((s + 1) % states, s, 0, 0.2);  // irreducible
  const auto result = steady_state_pruning(transition);
  std::vector<double> next(states);
  for (std::size_t s = 0; s < states; ++s) {
    double total = 0;
    for (const auto& arc : transition.arcs(s)) total += arc.count;
    for (const auto& arc : transition.arcs(s))
      next[arc.next] += result.visits[s] * arc.count / total;
  }
  double sum = 0, least_kept = 1, most_pruned = 0;
  for (std::size_t s = 0; s < states; ++s) {
    sum += result.visits[s];
    RC_ASSERT(std::abs(next[s] - result.visits[s]) <= 1e-10);
    (result.kept[s] != 0 ? least_kept : most_pruned) =
        result.kept[s] != 0 ? std::min(least_kept, result.visits[s])
                            : std::max(most_pruned, result.visits[s]);
  }
  RC_ASSERT(std::abs(sum - 1) <= 1e-10);
  RC_ASSERT(most_pruned <= least_kept);
  for (std::size_t s = 0; s < states; ++s) {
    bool goes_on = result.kept[s] == 0;
    for (const auto& arc : transition.arcs(s))
      goes_on |= arc.next != s && result.kept[arc.next] != 0;
    RC_ASSERT(goes_on);
  }
}

RC_GTEST_PROP(SteadyState, NothingEndsInADeadEnd, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t states = 2 + random.index(12);
  const auto transition = test::random_graph(random, states, 2, random.index(2 * states));
  const auto result = steady_state_pruning(transition);
  // Whether play can go on for as many steps as there are states, to another one in each.
  std::vector<std::uint8_t> going(states, 1);
  for (std::size_t i = 0; i < states; ++i) {
    auto next = going;
    for (std::size_t s = 0; s < states; ++s)
      next[s] = std::ranges::any_of(transition.arcs(s), [&](const auto& arc) {
        return arc.next != s && going[arc.next] != 0;
      });
    going = next;
  }
  RC_ASSERT((std::ranges::count(result.kept, 1) > 0) == (std::ranges::count(going, 1) > 0));
  for (std::size_t s = 0; s < states; ++s)
    if (result.kept[s] != 0)
      RC_ASSERT(std::ranges::any_of(transition.arcs(s), [&](const auto& arc) {
        return arc.next != s && result.kept[arc.next] != 0;
      }));
}

TEST(SteadyState, PrunesWhatIsPassedOnceOnly) {
  // 0 → 1 → a ring of 2, 3, 4, from 3 rarely to 5 and back to 4; 6 is not allowed.
  Transition transition(7, 1);
  transition.add(1, 0, 0, 1);
  transition.add(2, 1, 0, 1);
  transition.add(3, 2, 0, 1);
  transition.add(4, 3, 0, 9);
  transition.add(5, 3, 0, 1);
  transition.add(2, 4, 0, 1);
  transition.add(4, 5, 0, 1);
  transition.add(6, 4, 0, 100);
  const std::vector<std::uint8_t> allowed{1, 1, 1, 1, 1, 1, 0};
  const auto result = steady_state_pruning(transition, allowed);
  EXPECT_EQ(result.kept, (std::vector<std::uint8_t>{0, 0, 1, 1, 1, 0, 0}));
  EXPECT_NEAR(result.visits[2], 1 / 3.1, 1e-9);
  EXPECT_NEAR(result.visits[5], 0.1 / 3.1, 1e-9);
  EXPECT_EQ(result.visits[6], 0);
}

TEST(InductiveMap, ThePresentStateDoesNotCount) {
  // A ring of four whose only intended state is 0: from there it takes a whole round.
  Transition ring(4, 2);
  for (std::size_t s = 0; s < 4; ++s) ring.add((s + 1) % 4, s, 0, 1);
  const auto map = map_of(ring, {0}, {});
  const auto plan = map.plan(ring, std::vector<double>{1, 0, 0, 0});
  EXPECT_TRUE(plan.reachable);
  EXPECT_EQ(plan.steps, 4U);
  EXPECT_EQ(plan.intended, 0U);
  EXPECT_EQ(plan.next_states, Set{1});
  EXPECT_EQ(plan.control_bonus, (std::vector<double>{32, 0}));
}

TEST(InductiveMap, GoalsOutOfReachAreNoError) {
  Transition line(3, 1);
  line.add(1, 0, 0, 1);
  const auto map = map_of(line, {2}, {});
  EXPECT_FALSE(map.plan(line, std::vector<double>{1, 0, 0}).reachable);
  EXPECT_FALSE(map_of(line, {}, {}).plan(line, std::vector<double>{1, 0, 0}).reachable);
}

TEST(InductiveMap, Errors) {
  const Transition graph(3, 1);
  InductiveMap map;
  map.update(graph);
  EXPECT_THROW(map.add_intended(Set{3}), Error);
  EXPECT_THROW(map.add_costly(Set{3}), Error);
  EXPECT_THROW(map.update(graph, Set{3}), Error);
  EXPECT_THROW(map.update(Transition(2, 1)), Error);
  EXPECT_THROW(map.plan(graph, std::vector<double>{1, 0}), Error);
  EXPECT_THROW(map.plan(graph, std::vector<double>{1, 0, std::nan("")}), Error);
  EXPECT_THROW(map.plan(Transition(4, 1), std::vector<double>{1, 0, 0}), Error);
  EXPECT_THROW(map.steps_from(3), Error);
  EXPECT_THROW(InductiveMap({.threshold = 1}), Error);
  EXPECT_THROW(InductiveMap({.bonus = std::nan("")}), Error);
  EXPECT_THROW(basin_of_attraction(graph, Set{3}, {}), Error);
  EXPECT_THROW(steady_state_pruning(graph, std::vector<std::uint8_t>{1}), Error);
}

}  // namespace
}  // namespace rgm
