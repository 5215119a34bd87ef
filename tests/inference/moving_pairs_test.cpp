#include "rgm/inference/moving_pairs.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/inference/pair_messages.h"
#include "support/random_tree.h"

namespace rgm {
namespace {

struct Case {
  std::size_t states = 1, paths = 1;
  std::vector<MovingPairs::Arc> arcs;
};

Case random_arcs(Random& random) {
  Case result{test::between(random, 1, 7), test::between(random, 1, 5), {}};
  const std::size_t most = random.index(2) == 0 ? 4 : 3 * result.states * result.paths;
  for (std::size_t i = random.index(most + 1); i-- > 0;)
    result.arcs.push_back({static_cast<std::uint32_t>(random.index(result.states)),
                           static_cast<std::uint32_t>(random.index(result.paths)),
                           static_cast<std::uint32_t>(random.index(result.states)),
                           random.index(5) == 0 ? 0.0 : random.uniform()});
  return result;
}

/// A message, [state][path], that is the same for all pairs of a state that do not move, of very
/// different sizes otherwise; and as it is laid out.
std::pair<Matrix<double>, std::vector<double>> random_message(Random& random,
                                                              const MovingPairs& pairs) {
  auto message = pairs.nothing();
  for (double& v : message) v *= std::exp(-60 * random.uniform());
  Matrix<double> dense(pairs.num_states(), pairs.num_paths());
  for (std::size_t s = 0; s < dense.rows(); ++s)
    for (std::size_t u = 0; u < dense.cols(); ++u) dense(s, u) = message[pairs.place(s, u)];
  return {std::move(dense), std::move(message)};
}

bool near(double actual, double expected) {
  return std::abs(actual - expected) <= 1e-13 * std::abs(expected);
}

RC_GTEST_PROP(MovingPairs, AreThoseThatArcsLeaveOrReach, (std::uint64_t seed)) {
  Random random(seed);
  const auto [states, paths, arcs] = random_arcs(random);
  const MovingPairs pairs(states, paths, arcs);
  std::set<std::pair<std::size_t, std::size_t>> expected, left;
  for (const auto& arc : arcs) {
    expected.insert({arc.state, arc.path});
    expected.insert({arc.next, arc.path});
    if (arc.probability > 0) left.insert({arc.state, arc.path});
  }
  RC_ASSERT(pairs.num_states() == states && pairs.num_paths() == paths);
  RC_ASSERT(pairs.pairs().size() == expected.size());
  std::size_t k = 0;
  for (const auto& [s, u] : expected) {  // in this order
    RC_ASSERT(pairs.pairs()[k].state == s && pairs.pairs()[k].path == u);
    RC_ASSERT(pairs.place(s, u) == states + k);
    RC_ASSERT(pairs.stays(k) == !left.contains({s, u}));
    ++k;
  }
  for (std::size_t s = 0; s < states; ++s) {
    std::size_t others = 0;
    for (std::size_t u = 0; u < paths; ++u) {
      if (expected.contains({s, u})) continue;
      ++others;
      RC_ASSERT(pairs.place(s, u) == s);
    }
    RC_ASSERT(pairs.other_paths(s) == others);
    RC_ASSERT(pairs.nothing()[s] == (others > 0 ? 1.0 : 0.0));
  }
  for (std::size_t u = 0; u < paths; ++u)
    for (std::size_t i = 0; i < pairs.of_path(u).size(); ++i) {
      RC_ASSERT(pairs.pairs()[pairs.of_path(u)[i]].path == u);
      if (i > 0) RC_ASSERT(pairs.of_path(u)[i - 1] < pairs.of_path(u)[i]);
    }
}

RC_GTEST_PROP(MovingPairs, SumsAreThoseOfAllPairs, (std::uint64_t seed)) {
  Random random(seed);
  const auto [states, paths, arcs] = random_arcs(random);
  const MovingPairs pairs(states, paths, arcs);
  const auto [dense, message] = random_message(random, pairs);
  std::vector<double> by_state, by_path, scratch;
  const double total = sum_up(pairs, message, by_state, by_path, scratch);
  double expected_total = 0;
  for (std::size_t s = 0; s < states; ++s) {
    double expected = 0;
    for (std::size_t u = 0; u < paths; ++u) expected += dense(s, u);
    expected_total += expected;
    RC_ASSERT(near(by_state[s], expected));
  }
  for (std::size_t u = 0; u < paths; ++u) {
    double expected = 0;
    for (std::size_t s = 0; s < states; ++s) expected += dense(s, u);
    RC_ASSERT(near(by_path[u], expected));  // relative, however small it is beside the others
  }
  RC_ASSERT(near(total, expected_total));
}

RC_GTEST_PROP(MovingPairs, StepsAreThoseOfAllPairs, (std::uint64_t seed)) {
  Random random(seed);
  const auto [states, paths, arcs] = random_arcs(random);
  const MovingPairs pairs(states, paths, arcs);
  const auto [dense, message] = random_message(random, pairs);
  std::vector<double> back, forwards;
  expect_next(pairs, message, back);
  const std::vector<double> of_pairs(message.begin() + static_cast<std::ptrdiff_t>(states),
                                     message.end());
  move_on(pairs, of_pairs, forwards);
  Matrix<double> expected_back(states, paths), expected_forwards(states, paths);
  for (std::size_t s = 0; s < states; ++s)
    for (std::size_t u = 0; u < paths; ++u) {
      bool moves = false;
      for (const auto& arc : arcs)
        if (arc.state == s && arc.path == u && arc.probability > 0) {
          moves = true;
          expected_back(s, u) += arc.probability * dense(arc.next, u);
          expected_forwards(arc.next, u) += arc.probability * dense(s, u);
        }
      if (moves) continue;
      expected_back(s, u) += dense(s, u);
      expected_forwards(s, u) += dense(s, u);
    }
  for (std::size_t s = 0; s < states; ++s)
    for (std::size_t u = 0; u < paths; ++u) {
      const std::size_t place = pairs.place(s, u);
      RC_ASSERT(near(back[place], expected_back(s, u)));
      if (place >= states) RC_ASSERT(near(forwards[place - states], expected_forwards(s, u)));
    }
}

TEST(MovingPairs, WhatIsSmallBesideWhatMovesKeepsItsDigits) {
  // State 0 moves under path 0; what is left there is state 1.
  const std::vector<MovingPairs::Arc> arcs{{0, 0, 2, 1.0}};
  const MovingPairs pairs(3, 2, arcs);
  const std::vector<double> message{1, 3e-30, 0, 0, 0};
  std::vector<double> by_state, by_path, scratch;
  sum_up(pairs, message, by_state, by_path, scratch);
  EXPECT_EQ(by_path[0], 3e-30);
  EXPECT_EQ(by_path[1], 1 + 3e-30);
}

}  // namespace
}  // namespace rgm
