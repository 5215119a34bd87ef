#include "rgm/agent/recognition.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

#include "rgm/base/error.h"
#include "support/random_sequence.h"

namespace rgm {
namespace {

/// P(frames | state of the root), [state], by enumeration.
std::vector<double> likelihood(const Hierarchy& hierarchy, const Outcomes& frames) {
  const auto all = test::SequenceJoint(hierarchy, frames, SoftReading::kLikelihood).infer();
  const auto& counts = hierarchy.initial_state_counts;
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  std::vector<double> result(counts.size());
  for (std::size_t s = 0; s < result.size(); ++s)
    if (all.evidence > 0) result[s] = all.evidence * all.states.back()[0][0][s] * total / counts[s];
  return result;
}

RC_GTEST_PROP(Recogniser, BeliefEqualsEnumeration, (std::uint64_t seed)) {
  Random random(seed);
  const auto hierarchy = test::random_sequence_tree(random, {.max_states = 3});
  const std::size_t length = hierarchy.episode_length(), states = hierarchy.root().num_states();
  const auto frames = test::random_outcomes(random, hierarchy, length);
  RC_PRE(test::SequenceJoint(hierarchy, frames, SoftReading::kLikelihood).size() < 50'000);
  auto frames_before = frames;
  for (std::size_t g = 0; g < frames.modalities(); ++g) frames_before(length - 1, g) = {};
  const auto all = likelihood(hierarchy, frames), before = likelihood(hierarchy, frames_before);

  std::vector<double> predicted(states), anywhere(states);
  double sum = 0, sum_anywhere = 0;
  for (std::size_t s = 0; s < states; ++s) {
    sum += predicted[s] = random.index(2) == 0 ? 0 : random.uniform();
    sum_anywhere += anywhere[s] = random.uniform() + 0.01;
  }
  const double jump = sum == 0 ? 1 : random.uniform();
  double fit = 0;
  for (std::size_t s = 0; s < states; ++s) {
    if (sum > 0) predicted[s] *= (1 - jump) / sum;
    anywhere[s] /= sum_anywhere;
    fit += anywhere[s] * before[s];
  }
  std::vector<double> expected(states);
  double total = 0;
  for (std::size_t s = 0; s < states; ++s) {
    if (before[s] > 0)
      total += expected[s] =
          all[s] / before[s] * (predicted[s] + jump * anywhere[s] * before[s] / fit);
  }
  Recogniser recogniser(hierarchy);
  const auto belief = recogniser.belief(frames, predicted, jump, anywhere);
  if (total == 0) {
    RC_ASSERT(belief.empty());
    return;
  }
  RC_ASSERT(belief.size() == states);
  for (std::size_t s = 0; s < states; ++s)
    RC_ASSERT(std::abs(belief[s] - expected[s] / total) < 1e-10);
}

RC_GTEST_PROP(Recogniser, TheLastFrameEqualsEnumeration, (std::uint64_t seed)) {
  Random random(seed);
  auto hierarchy = test::random_sequence_tree(random);
  const std::size_t length = hierarchy.episode_length(), states = hierarchy.root().num_states();
  Outcomes frames(length, hierarchy.num_modalities());
  RC_PRE(test::SequenceJoint(hierarchy, frames, SoftReading::kLikelihood).size() < 5'000);
  std::vector<double> belief(states);
  for (double& p : belief) p = random.uniform() + 0.01;
  const double sum = std::accumulate(belief.begin(), belief.end(), 0.0);
  for (double& p : belief) p /= sum;
  Recogniser recogniser(hierarchy);
  const auto shown = recogniser.last_frame(belief);
  // The belief as the prior: then P(outcome) is the evidence of a frame that shows it alone.
  hierarchy.initial_state_counts = belief;
  for (const auto& modality : hierarchy.levels.front().modalities)
    for (std::size_t o = 0; o < modality.num_outcomes; ++o) {
      auto seen = frames;
      seen(length - 1, modality.source) = {static_cast<std::uint16_t>(o), 0};
      const auto all = test::SequenceJoint(hierarchy, seen, SoftReading::kLikelihood).infer();
      RC_ASSERT(std::abs(shown[modality.source][o] - all.evidence) < 1e-10);
    }
}

TEST(Recogniser, WrongShapesAreErrors) {
  Random random(1);
  const auto hierarchy = test::random_sequence_tree(random);
  const std::vector<double> some(hierarchy.root().num_states()), more(some.size() + 1);
  Recogniser recogniser(hierarchy);
  const Outcomes frames(hierarchy.episode_length(), hierarchy.num_modalities());
  EXPECT_THROW(recogniser.belief(frames, more, 1, some), Error);
  EXPECT_THROW(recogniser.belief(Outcomes(frames.items() + 1, frames.modalities()), some, 1, some),
               Error);
}

}  // namespace
}  // namespace rgm
