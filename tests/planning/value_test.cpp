#include "rgm/planning/value.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "rgm/base/error.h"
#include "support/random_graph.h"

namespace rgm {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

struct RandomProblem {
  Transition transition;
  std::vector<double> reward;
  std::vector<std::uint8_t> allowed;
  Matrix<double> bonus;
  bool with_bonus = false;
  ValueOptions options;

  ValueProblem problem() const {
    return {transition, reward, allowed, with_bonus ? &bonus : nullptr};
  }
  bool is_allowed(std::size_t s) const { return allowed.empty() || allowed[s] != 0; }
};

RandomProblem random_problem(Random& random, std::size_t max_states) {
  RandomProblem result;
  const std::size_t states = 1 + random.index(max_states), paths = 1 + random.index(4);
  result.transition =
      test::random_graph(random, states, paths, random.index(2 * states * paths + 1));
  for (std::size_t s = 0; s < states; ++s)
    result.reward.push_back(random.index(3) == 0 ? random.normal() : 0);
  if (random.index(2) == 0)
    for (std::size_t s = 0; s < states; ++s) result.allowed.push_back(random.index(4) == 0 ? 0 : 1);
  result.with_bonus = random.index(2) == 0;
  result.bonus = Matrix<double>(states, paths + random.index(2));
  for (double& b : result.bonus.values()) b = random.index(5) == 0 ? kNever : random.uniform();
  result.options.discount = random.index(5) == 0 ? 0.0 : 0.5 + 0.48 * random.uniform();
  result.options.backup = random.index(2) == 0 ? ValueBackup::kExpected : ValueBackup::kOptimistic;
  if (random.index(2) == 0) result.options.unknown_value = random.normal();
  if (random.index(2) == 0) result.options.outside_value = random.normal();
  result.options.tolerance = 1e-13;
  return result;
}

/// Q of every control by the definition, from probabilities held densely.
std::vector<double> dense_controls(const RandomProblem& p, std::size_t s,
                                   const std::vector<double>& values) {
  const std::size_t states = values.size();
  const std::size_t controls = p.with_bonus ? p.bonus.cols() : p.transition.num_paths();
  std::vector<double> result(controls, kNever);
  for (std::size_t u = 0; u < controls; ++u) {
    const double bonus = p.with_bonus ? p.bonus(s, u) : 0;
    std::vector<double> counts(states);
    double tried = 0, total = 0;
    if (u < p.transition.num_paths())
      for (const auto& [next, count] : p.transition.successors(s, u)) {
        tried += count;
        if (!p.is_allowed(next) && !p.options.outside_value) continue;
        counts[next] = count;
        total += count;
      }
    if (tried == 0) {
      if (p.with_bonus) result[u] = bonus + p.options.discount * p.options.unknown_value;
      continue;
    }
    if (total == 0) continue;
    double expected = 0, best = kNever;
    for (std::size_t next = 0; next < states; ++next) {
      if (counts[next] == 0) continue;
      const double future = p.is_allowed(next) ? values[next] : *p.options.outside_value;
      const double worth = p.reward[next] + p.options.discount * future;
      expected += counts[next] / total * worth;
      best = std::max(best, worth);
    }
    result[u] = bonus + (p.options.backup == ValueBackup::kExpected ? expected : best);
  }
  return result;
}

std::vector<double> dense_values(const RandomProblem& p) {
  std::vector<double> values(p.transition.num_states(), 0.0), next(values);
  for (double change = 1; change > 1e-14;) {
    change = 0;
    for (std::size_t s = 0; s < values.size(); ++s) {
      next[s] = p.is_allowed(s) ? std::ranges::max(dense_controls(p, s, values))
                                : p.options.outside_value.value_or(p.options.unknown_value);
      if (next[s] == kNever) next[s] = p.options.unknown_value;
      change = std::max(change, std::abs(next[s] - values[s]));
    }
    values = next;
  }
  return values;
}

RC_GTEST_PROP(Value, EqualsDenseValueIteration, (std::uint64_t seed)) {
  Random random(seed);
  const auto p = random_problem(random, 12);
  const auto result = state_values(p.problem(), p.options);
  RC_ASSERT(result.converged);
  const auto expected = dense_values(p);
  for (std::size_t s = 0; s < expected.size(); ++s) {
    RC_ASSERT(std::abs(result.values[s] - expected[s]) <= 1e-10);
    const auto controls = control_values(p.problem(), p.options, result.values, s);
    const auto dense = dense_controls(p, s, expected);
    RC_ASSERT(controls.size() == dense.size());
    for (std::size_t u = 0; u < dense.size(); ++u)
      RC_ASSERT(controls[u] == dense[u] || std::abs(controls[u] - dense[u]) <= 1e-10);
  }
}

RC_GTEST_PROP(Value, DoesNotDependOnTheStart, (std::uint64_t seed)) {
  Random random(seed);
  const auto p = random_problem(random, 60);
  const auto cold = state_values(p.problem(), p.options);
  std::vector<double> start(random.index(p.reward.size() + 1));
  for (double& v : start) v = 10 * random.normal();
  const auto other = state_values(p.problem(), p.options, start);
  RC_ASSERT(cold.converged && other.converged);
  for (std::size_t s = 0; s < cold.values.size(); ++s)
    RC_ASSERT(std::abs(cold.values[s] - other.values[s]) <= 1e-10);
  RC_ASSERT(state_values(p.problem(), p.options, cold.values).sweeps <= 2);
}

RC_GTEST_PROP(Value, IsThatOfTheBestPolicy, (std::uint64_t seed)) {
  // Every policy of a small graph, its value by solving the linear equations iteratively.
  Random random(seed);
  const std::size_t states = 1 + random.index(4), paths = 1 + random.index(3);
  Transition transition(states, paths);
  for (std::size_t s = 0; s < states; ++s)
    for (std::size_t u = 0; u < paths; ++u)
      for (std::size_t i = 0; i < 1 + random.index(3); ++i)
        transition.add(random.index(states), s, u, 0.1 + random.uniform());
  std::vector<double> reward(states);
  for (double& r : reward) r = random.normal();
  const ValueOptions options{.discount = 0.8, .tolerance = 1e-13};
  const auto result = state_values({transition, reward}, options);
  std::vector<double> best(states, kNever);
  std::vector<std::size_t> policy(states);
  for (bool more = true; more;) {
    std::vector<double> values(states);
    for (int i = 0; i < 150; ++i) {
      std::vector<double> next(states);
      for (std::size_t s = 0; s < states; ++s)
        for (std::size_t t = 0; t < states; ++t)
          next[s] +=
              transition.probability(t, s, policy[s]) * (reward[t] + options.discount * values[t]);
      values = next;
    }
    for (std::size_t s = 0; s < states; ++s) best[s] = std::max(best[s], values[s]);
    more = false;
    for (std::size_t s = 0; s < states && !more; ++s) {
      more = ++policy[s] < paths;
      if (!more) policy[s] = 0;
    }
  }
  for (std::size_t s = 0; s < states; ++s) RC_ASSERT(std::abs(result.values[s] - best[s]) <= 1e-10);
}

TEST(Value, OfARingIsAGeometricSum) {
  constexpr std::size_t kStates = 50;
  Transition ring(kStates, 2);
  for (std::size_t s = 0; s < kStates; ++s) {
    ring.add((s + 1) % kStates, s, 0, 3);
    ring.add(s, s, 1, 1);
  }
  std::vector<double> reward(kStates);
  reward[0] = 1;
  const auto result = state_values({ring, reward}, {.discount = 0.97});
  ASSERT_TRUE(result.converged);
  EXPECT_LE(result.sweeps, 5U);
  // State 0 stays where it is rewarded.
  for (std::size_t s = 0; s < kStates; ++s)
    EXPECT_NEAR(result.values[s],
                std::pow(0.97, (kStates - s) % kStates) / (1 - 0.97) * (s == 0 ? 1 : 1 / 0.97),
                1e-8);
}

TEST(Value, BudgetOfSweeps) {
  Random random(1);
  auto p = random_problem(random, 60);
  p.options.max_sweeps = 0;
  const auto none = state_values(p.problem(), p.options);
  EXPECT_FALSE(none.converged);
  EXPECT_EQ(none.sweeps, 0U);
}

TEST(Value, Errors) {
  const Transition graph(2, 1);
  const std::vector<double> reward{0, 1}, short_reward{0}, nan_reward{0, std::nan("")};
  const std::vector<std::uint8_t> allowed{1};
  const Matrix<double> wide(1, 1), nan_bonus(2, 1, std::nan(""));
  EXPECT_THROW(state_values({graph, short_reward}), Error);
  EXPECT_THROW(state_values({graph, nan_reward}), Error);
  EXPECT_THROW(state_values({graph, reward, allowed}), Error);
  EXPECT_THROW(state_values({graph, reward, {}, &wide}), Error);
  EXPECT_THROW(state_values({graph, reward, {}, &nan_bonus}), Error);
  EXPECT_THROW(state_values({graph, reward}, {.discount = 1}), Error);
  EXPECT_THROW(state_values({graph, reward}, {.unknown_value = std::nan("")}), Error);
  EXPECT_THROW(state_values({graph, reward}, {.outside_value = -kNever}), Error);
  EXPECT_THROW(state_values({graph, reward}, {.tolerance = -1}), Error);
  EXPECT_THROW(state_values({graph, reward}, {}, nan_reward), Error);
  EXPECT_THROW(control_values({graph, reward}, {}, short_reward, 0), Error);
  EXPECT_THROW(control_values({graph, reward}, {}, reward, 2), Error);
}

}  // namespace
}  // namespace rgm
