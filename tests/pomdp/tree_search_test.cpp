#include "rgm/pomdp/tree_search.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "support/random_pomdp.h"

namespace rgm {
namespace {

/// G by recursion on the definition: every history of controls and outcomes, and of each the
/// beliefs from scratch.
class Exhaustive {
 public:
  Exhaustive(const PomdpTables& tables, const SearchOptions& options)
      : tables_(tables), options_(options) {}

  std::vector<double> expected_free_energy(std::size_t depth) {
    const auto belief = normalised(history_joint());
    std::vector<double> result;
    for (std::size_t u = 0; u < tables_.num_controls(); ++u)
      result.push_back(step(belief, u, depth == 1));
    if (depth == 1) return result;
    const auto first = softmax_of(result);
    const double best = std::ranges::max(first);
    for (std::size_t u = 0; u < result.size(); ++u) {
      if (first[u] < options_.pruning * best) {
        result[u] = std::numeric_limits<double>::infinity();
        continue;
      }
      controls_.push_back(u);
      outcomes_.emplace_back(tables_.modalities.size(), 0);
      for (bool more = true; more;) {
        double p = 0, before = 0;
        for (const double x : history_joint()) p += x;
        const auto shown = outcomes_.back();
        std::ranges::fill(outcomes_.back(), kMissingOutcome);
        for (const double x : history_joint()) before += x;
        outcomes_.back() = shown;
        if (p > 0) {
          const auto next = expected_free_energy(depth - 1);
          const auto then = softmax_of(next);
          for (std::size_t v = 0; v < next.size(); ++v)
            if (then[v] > 0) result[u] += p / before * then[v] * next[v];
        }
        more = false;
        for (std::size_t g = 0; g < shown.size() && !more; ++g) {
          more = ++outcomes_.back()[g] < tables_.modalities[g].likelihood.rows();
          if (!more) outcomes_.back()[g] = 0;
        }
      }
      controls_.pop_back();
      outcomes_.pop_back();
    }
    return result;
  }

  std::vector<double> softmax_of(const std::vector<double>& g) const {
    std::vector<double> p;
    double total = 0;
    const double least = std::ranges::min(g);
    for (const double x : g) total += p.emplace_back(std::exp(-options_.precision * (x - least)));
    for (double& x : p) x /= total;
    return p;
  }

 private:
  static std::vector<double> normalised(std::vector<double> p) {
    double total = 0;
    for (const double x : p) total += x;
    for (double& x : p) x /= total;
    return p;
  }

  /// P(outcomes of the history, present state | its controls).
  std::vector<double> history_joint() const {
    auto p = tables_.initial_state;
    for (std::size_t t = 0; t < controls_.size(); ++t) {
      std::vector<double> next(p.size());
      for (std::size_t to = 0; to < p.size(); ++to) {
        for (std::size_t from = 0; from < p.size(); ++from)
          next[to] += tables_.transition[controls_[t]](to, from) * p[from];
        for (std::size_t g = 0; g < outcomes_[t].size(); ++g)
          if (outcomes_[t][g] != kMissingOutcome)
            next[to] *= tables_.modalities[g].likelihood(outcomes_[t][g], to);
      }
      p = next;
    }
    return p;
  }

  double step(const std::vector<double>& belief, std::size_t u, bool last) const {
    return rgm::expected_free_energy(tables_, belief, u, predict_state(tables_, belief, u), last)
        .total();
  }

  const PomdpTables& tables_;
  const SearchOptions& options_;
  std::vector<std::size_t> controls_;
  std::vector<std::vector<std::size_t>> outcomes_;
};

bool nearly(double x, double y) { return std::abs(x - y) <= 1e-9 * std::max(1.0, std::abs(y)); }

RC_GTEST_PROP(Search, EqualsExhaustiveEnumeration, (std::uint64_t seed)) {
  Random random(seed);
  const auto pomdp = test::random_pomdp(random, 3, 2, 2, 2);
  const PomdpTables tables(pomdp);
  const SearchOptions options{.horizon = 1 + random.index(pomdp.modalities.size() == 1 ? 4 : 3),
                              .precision = 0.1 + 2 * random.uniform(),
                              .pruning = random.index(2) == 0 ? 0.0 : 1.0 / 16,
                              .max_nodes = random.index(2) == 0 ? 0U : 1000000U};
  const auto result = search(tables, tables.initial_state, options);
  RC_ASSERT(result.depth == options.horizon && !result.budget_ended);
  Exhaustive exhaustive(tables, options);
  const auto expected = exhaustive.expected_free_energy(options.horizon);
  const auto posterior = exhaustive.softmax_of(expected);
  for (std::size_t u = 0; u < expected.size(); ++u) {
    if (std::isfinite(expected[u])) RC_ASSERT(nearly(result.expected_free_energy[u], expected[u]));
    RC_ASSERT(nearly(result.posterior[u], posterior[u]));
    RC_ASSERT(nearly(
        result.terms[u].total(),
        expected_free_energy(tables, tables.initial_state, u,
                             predict_state(tables, tables.initial_state, u), options.horizon == 1)
            .total()));
  }
  RC_ASSERT(result.plan.size() == options.horizon);
  RC_ASSERT(result.plan.front().control == best_control(result.posterior));
}

RC_GTEST_PROP(Search, BudgetsAreKept, (std::uint64_t seed)) {
  Random random(seed);
  const PomdpTables tables(test::random_pomdp(random, 3, 3, 2, 3));
  const std::size_t nodes = 1 + random.index(200);
  SearchOptions options{.horizon = 5, .max_nodes = nodes};
  const auto result = search(tables, tables.initial_state, options);
  RC_ASSERT(result.nodes <= std::max(nodes, tables.num_controls()));
  RC_ASSERT(result.depth >= 1);
  RC_ASSERT(result.budget_ended == (result.depth < options.horizon));
  // What was finished is what a search without a budget to that depth finds.
  const auto same = search(tables, tables.initial_state, {.horizon = result.depth});
  RC_ASSERT(same.expected_free_energy == result.expected_free_energy);
  RC_ASSERT(same.posterior == result.posterior);
}

RC_GTEST_PROP(Search, FollowsFewOutcomesAndStates, (std::uint64_t seed)) {
  // With limits that cut nothing the result is the same; with limits that cut, fewer nodes, and a
  // distribution still.
  Random random(seed);
  const PomdpTables tables(test::random_pomdp(random, 4, 3, 2, 3));
  const auto exact = search(tables, tables.initial_state, {.horizon = 3});
  const auto wide =
      search(tables, tables.initial_state, {.horizon = 3, .max_outcomes = 9, .max_states = 4});
  for (std::size_t u = 0; u < exact.posterior.size(); ++u)
    RC_ASSERT(nearly(wide.posterior[u], exact.posterior[u]));
  const auto narrow = search(tables, tables.initial_state,
                             {.horizon = 3, .pruning = 0, .max_outcomes = 1, .max_states = 1});
  const std::size_t controls = tables.num_controls();
  RC_ASSERT(narrow.nodes == controls + controls * controls + controls * controls * controls);
  double total = 0;
  for (const double p : narrow.posterior) total += p;
  RC_ASSERT(nearly(total, 1));
}

/// A line of places seen without noise; the last is preferred. Controls: stay, go on.
PomdpTables line(std::size_t places) {
  Pomdp pomdp;
  Matrix<double> same(places, places), on(places, places);
  for (std::size_t s = 0; s < places; ++s) {
    same(s, s) = 1;
    on(std::min(s + 1, places - 1), s) = 1;
  }
  std::vector<double> preferences(places);
  preferences.back() = 4;
  pomdp.modalities = {{same, preferences, false}};
  pomdp.transition_counts = {same, on};
  pomdp.initial_state.assign(places, 0.0);
  pomdp.initial_state[0] = 1;
  return PomdpTables(pomdp);
}

TEST(Search, LooksFarEnoughToFindWhatIsPreferred) {
  const auto tables = line(4);
  const SearchOptions options{.horizon = 4, .precision = 8};
  const auto blind = search(tables, tables.initial_state, {.horizon = 2, .precision = 8});
  EXPECT_NEAR(blind.posterior[0], 0.5, 1e-12);
  const auto result = search(tables, tables.initial_state, options);
  EXPECT_GT(result.posterior[1], 0.99);
  ASSERT_EQ(result.plan.size(), 4U);
  for (std::size_t t = 0; t < 3; ++t) {
    EXPECT_EQ(result.plan[t].control, 1U);
    EXPECT_EQ(result.plan[t].outcomes, std::vector<std::size_t>{t + 1});
  }
  // The plan holds until something else is seen; what is missing surprises nobody, and a plan ends.
  EXPECT_FALSE(is_surprised(result.plan[0], std::vector<std::size_t>{1}));
  EXPECT_FALSE(is_surprised(result.plan[0], std::vector<std::size_t>{kMissingOutcome}));
  EXPECT_TRUE(is_surprised(result.plan[0], std::vector<std::size_t>{0}));
  EXPECT_TRUE(is_surprised(result.plan[3], std::vector<std::size_t>{3}));
}

TEST(Search, ABonusDecides) {
  const auto tables = line(4);
  const auto result = search(tables, tables.initial_state, {}, std::vector<double>{32, 0});
  const auto plain = search(tables, tables.initial_state, {});
  EXPECT_NEAR(result.expected_free_energy[0], plain.expected_free_energy[0] - 32, 1e-12);
  EXPECT_GT(result.posterior[0], 1 - 1e-12);
}

TEST(Search, TimeIsUpInTime) {
  Random random(4);
  auto pomdp = test::random_pomdp(random, 1, 1, 1, 1);
  while (pomdp.num_controls() < 3 || pomdp.num_states() < 3)
    pomdp = test::random_pomdp(random, 4, 4, 2, 3);
  const PomdpTables tables(pomdp);
  const auto result =
      search(tables, tables.initial_state, {.horizon = 30, .precision = 0, .max_seconds = 0.02});
  EXPECT_TRUE(result.budget_ended);
  EXPECT_GE(result.depth, 1U);
}

TEST(Search, ControlsAreDrawnByPrecision) {
  Random random(1);
  const std::vector<double> posterior{0.2, 0.8, 0};
  std::vector<double> drawn(3);
  for (int i = 0; i < 4000; ++i) drawn[sample_control(posterior, 2, random)] += 1.0 / 4000;
  EXPECT_NEAR(drawn[1], 16. / 17, 0.015);  // 4 standard errors
  EXPECT_EQ(drawn[2], 0);
  EXPECT_EQ(best_control(posterior), 1U);
}

TEST(Search, Errors) {
  const auto tables = line(3);
  const auto& belief = tables.initial_state;
  Random random(1);
  EXPECT_THROW(search(tables, belief, {.horizon = 0}), Error);
  EXPECT_THROW(search(tables, belief, {.precision = -1}), Error);
  EXPECT_THROW(search(tables, belief, {.pruning = 2}), Error);
  EXPECT_THROW(search(tables, belief, {.max_seconds = std::nan("")}), Error);
  EXPECT_THROW(search(tables, belief, {}, std::vector<double>{1}), Error);
  EXPECT_THROW(search(tables, belief, {}, std::vector<double>{1, std::nan("")}), Error);
  EXPECT_THROW(search(tables, std::vector<double>{1}), Error);
  EXPECT_THROW(search(tables, std::vector<double>{0.5, 0.4, 0}), Error);  // sums to 0.9
  EXPECT_THROW(search(tables, std::vector<double>{std::nan(""), 0, 0}), Error);
  EXPECT_THROW(best_control({}), Error);
  EXPECT_THROW(best_control(std::vector<double>{std::nan("")}), Error);
  EXPECT_THROW(sample_control(std::vector<double>{0, 0}, 1, random), Error);
  EXPECT_THROW(is_surprised({0, {1}}, std::vector<std::size_t>{1, 1}), Error);
}

}  // namespace
}  // namespace rgm
