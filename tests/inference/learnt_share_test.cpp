#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "inference/sequence_support.h"
#include "rgm/base/error.h"
#include "rgm/inference/sequence_states.h"

namespace rgm {
namespace {

double count_of(const Likelihood& likelihood, std::size_t modality, std::size_t outcome,
                std::size_t state) {
  double result = 0;
  likelihood.for_each_count(state, [&](std::size_t g, std::size_t o, double count) {
    if (g == modality && o == outcome) result += count;
  });
  return result;
}

/// The share of observed counts in P(outcome of a modality | state).
double share_of(const Likelihood& likelihood, std::size_t modality, std::size_t outcome,
                std::size_t state) {
  const double count = count_of(likelihood, modality, outcome, state);
  return count > 0 ? count / (count + likelihood.concentration(modality)) : 0;
}

/// By the hierarchy's counts alone, step of level 0 by step.
double expected_share(const Hierarchy& hierarchy, const SequenceStates& at, std::size_t begin,
                      std::size_t end, std::size_t steps) {
  double least = 1;
  std::size_t length = 1;  // steps of level 0 to one of the level
  for (std::size_t n = 0; n < hierarchy.levels.size(); ++n) {
    const auto& level = hierarchy.levels[n];
    const bool root = n + 1 == hierarchy.levels.size();
    for (std::size_t t = std::max<std::size_t>(begin, 1); t <= std::min(end, steps - 1); ++t) {
      const std::size_t k = t / length;
      if (t % length != 0 || (!root && k % level.time_scale == 0)) continue;
      for (std::size_t f = 0; f < level.factors.size(); ++f) {
        const std::size_t from = at.states[n][k - 1][f], to = at.states[n][k][f];
        const auto& transition = level.factors[f].transition;
        double count = 0;
        if (!transition.empty())
          for (const auto& arc : transition.arcs(from)) {
            if (!root && arc.path != at.paths[n][k - 1][f]) continue;
            if (arc.next == to) count += arc.count;
          }
        double other = 0;
        if (root) {
          double visits = 0;
          for (const double d : hierarchy.initial_state_counts) visits += d;
          other = hierarchy.restart_concentration * hierarchy.initial_state_counts[to] / visits;
        }
        least = std::min(least, count > 0 ? count / (count + other) : 0.0);
      }
    }
    for (std::size_t t = begin; t < end && n > 0; ++t)
      for (std::size_t f = 0; f < level.factors.size(); ++f)
        for (std::size_t i = 0; i < level.factors[f].modalities.size(); ++i) {
          const auto& modality = level.modalities[level.factors[f].modalities[i]];
          const std::size_t k = t / length, first = k * hierarchy.levels[n - 1].time_scale;
          const auto& below = modality.kind == Modality::Kind::kInitialState ? at.states : at.paths;
          least =
              std::min(least, share_of(level.factors[f].likelihood, i,
                                       below[n - 1][first][modality.source], at.states[n][k][f]));
        }
    length *= level.time_scale;
  }
  return least;
}

RC_GTEST_PROP(LearntShare, IsTheSmallestOfAllLinks, (std::uint64_t seed)) {
  Random random(seed);
  const auto hierarchy = test::random_sequence_tree(
      random, {.max_time_scale = 2 + random.index(2), .structural_zeros = 0});
  const std::size_t steps = 1 + random.index(4 * hierarchy.episode_length());
  const auto sample =
      sample_sequence(hierarchy, steps, random, {.background = random.index(2) == 0});
  const SequenceTables tables(hierarchy);
  const std::size_t begin = random.index(steps), end = begin + 1 + random.index(steps - begin);
  const double share = learnt_share(tables, sample.states, begin, end, steps);
  RC_ASSERT(std::abs(share - expected_share(hierarchy, sample.states, begin, end, steps)) <
            test::kTolerance);
}

TEST(LearntShare, TellsAPathThatWasLearntFromAJump) {
  Hierarchy hierarchy;
  Level level;
  level.modalities.push_back({Modality::Kind::kOutcome, 0, 4});
  Factor factor;
  factor.modalities = {0};
  factor.likelihood = Likelihood(std::vector<std::size_t>{4}, std::vector{0.01}, 4);
  factor.transition = Transition(4, 1);
  for (std::size_t s = 0; s < 4; ++s) factor.likelihood.add(0, s, s, 1);
  for (const std::size_t s : {0, 2}) factor.transition.add(s + 1, s, 0, 1);  // 0 → 1, 2 → 3
  level.factors.push_back(factor);
  hierarchy.levels.push_back(level);
  hierarchy.initial_state_counts.assign(4, 1);
  hierarchy.restart_concentration = 0.1;
  hierarchy.validate();
  const SequenceTables tables(hierarchy);
  const auto share = [&](std::vector<int> shown) {
    Outcomes outcomes(shown.size(), 1);
    for (std::size_t t = 0; t < shown.size(); ++t)
      if (shown[t] >= 0) outcomes(t, 0) = {static_cast<std::uint16_t>(shown[t]), 0};
    const auto at = static_cast<std::size_t>(std::ranges::find(shown, -1) - shown.begin());
    return learnt_share(tables, most_probable_states(tables, outcomes), at, at + 1, shown.size());
  };
  EXPECT_GT(share({0, -1}), 0.9);
  EXPECT_GT(share({-1, 3}), 0.9);
  EXPECT_LT(share({1, -1}), 0.1);  // nothing is known to follow
  EXPECT_LT(share({0, -1, 3}), 0.1);
  const SequenceStates states = most_probable_states(tables, Outcomes(3, 1));
  EXPECT_THROW(learnt_share(tables, states, 1, 4, 3), Error);
  EXPECT_THROW(learnt_share(tables, states, 1, 1, 3), Error);
}

}  // namespace
}  // namespace rgm
