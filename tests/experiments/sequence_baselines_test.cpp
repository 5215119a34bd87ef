#include "rgm/experiments/sequence_baselines.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/experiments/context_mixing.h"

namespace rgm {
namespace {

Outcome outcome(std::size_t token) { return {static_cast<std::uint16_t>(token), 0}; }

/// A sequence by the outcome of every step and modality.
Outcomes sequence(std::size_t steps, std::size_t modalities,
                  const std::function<std::size_t(std::size_t, std::size_t)>& of) {
  Outcomes result(steps, modalities);
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t g = 0; g < modalities; ++g) result(t, g) = outcome(of(t, g));
  return result;
}

using Sizes = std::vector<std::size_t>;

double mixed(const Outcomes& training, const Outcomes& test, const Sizes& sizes) {
  const Sizes cells(sizes.size(), 0);
  return surprise_by_context_mixing(training, test, sizes, cells).nats_per_step;
}

TEST(SequenceBaselinesTest, EachKnowsWhatItsOrderShows) {
  const auto alternating = sequence(40, 1, [](std::size_t t, std::size_t) { return t % 2; });
  EXPECT_NEAR(surprise_by_frequency(alternating, alternating, Sizes{2}), std::log(2.0), 1e-12);
  EXPECT_LT(surprise_by_last(alternating, alternating, Sizes{2}), 0.2);
  const auto pairs = sequence(80, 1, [](std::size_t t, std::size_t) { return t / 2 % 2; });
  EXPECT_GT(surprise_by_last(pairs, pairs, Sizes{2}), 0.6);
  EXPECT_LT(surprise_by_last_two(pairs, pairs, Sizes{2}), 0.1);
}

TEST(SequenceBaselinesTest, GoOnWhereTrainingEnds) {
  const auto alternating = sequence(40, 1, [](std::size_t t, std::size_t) { return t % 2; });
  const auto next = sequence(1, 1, [](std::size_t, std::size_t) { return 0; }),
             wrong = sequence(1, 1, [](std::size_t, std::size_t) { return 1; });
  for (const auto surprise : {surprise_by_last, surprise_by_last_two})
    EXPECT_LT(surprise(alternating, next, Sizes{2}), surprise(alternating, wrong, Sizes{2}) - 2);
}

TEST(SequenceBaselinesTest, ProbabilitiesSumToOne) {
  Random random(3);
  for (const std::size_t n : {1, 2, 3, 7, 9, 33}) {
    const auto training = sequence(30, 2, [&](std::size_t, std::size_t g) {
      return g == 0 ? random.index(n) : std::size_t{0};
    });
    const Sizes sizes{n, 1};
    for (const auto& surprise :
         {std::function(surprise_by_frequency), std::function(surprise_by_last),
          std::function(surprise_by_last_two),
          std::function([](const Outcomes&a, const Outcomes&b, std::span<const std::size_t> of) {
            return mixed(a, b, {of.begin(), of.end()});
          })}) {
      double sum = 0;
      for (std::size_t o = 0; o < n; ++o)
        sum += std::exp(-surprise(
            training,
            sequence(1, 2, [&](std::size_t, std::size_t g) { return g == 0 ? o : std::size_t{0}; }),
            sizes));
      EXPECT_NEAR(sum, 1, 1e-5) << n;
    }
  }
}

TEST(SequenceBaselinesTest, MissingOutcomesCostNothing) {
  const auto training = sequence(20, 2, [](std::size_t t, std::size_t) { return t % 3; });
  Outcomes half = sequence(10, 2, [](std::size_t t, std::size_t) { return (t + 2) % 3; });
  const Sizes sizes{3, 3};
  const double whole = surprise_by_last(training, half, sizes);
  for (std::size_t t = 0; t < half.items(); ++t) half(t, 1) = {};
  EXPECT_NEAR(surprise_by_last(training, half, sizes), whole / 2, 1e-12);
  EXPECT_EQ(mixed(training, Outcomes(4, 2), sizes), 0);
}

TEST(SequenceBaselinesTest, Errors) {
  const auto some = sequence(4, 2, [](std::size_t, std::size_t) { return 0; });
  EXPECT_THROW(surprise_by_frequency(some, some, Sizes{2}), Error);
  EXPECT_THROW(surprise_by_last(some, Outcomes(0, 2), Sizes{2, 2}), Error);
  EXPECT_THROW(surprise_by_last_two(Outcomes(0, 2), some, Sizes{2, 2}), Error);
  EXPECT_THROW(surprise_by_context_mixing(some, some, Sizes{2, 2}, Sizes{0}), Error);
  EXPECT_THROW(surprise_by_context_mixing(some, some, Sizes{2, 2}, Sizes{0, 0}, {.rates = {}}),
               Error);
}

TEST(ContextMixingTest, HearsTheSameCellOfTheSameStep) {
  // The second modality is the first one's mirror; the first is drawn.
  Random random(5);
  std::size_t drawn = 0;
  const auto copies = sequence(600, 2, [&](std::size_t, std::size_t g) {
    if (g == 0) drawn = random.index(4);
    return g == 0 ? drawn : 3 - drawn;
  });
  const std::size_t half = 300;
  std::vector<std::size_t> first(half), second(half);
  for (std::size_t t = 0; t < half; ++t) first[t] = t, second[t] = half + t;
  const auto training = copies.select(first), test = copies.select(second);
  const Sizes sizes{4, 4}, together{0, 0}, apart{0, 1};
  const auto heard = surprise_by_context_mixing(training, test, sizes, together),
             deaf = surprise_by_context_mixing(training, test, sizes, apart);
  EXPECT_NEAR(heard.nats_per_step, std::log(4.0), 0.15);
  EXPECT_GT(deaf.nats_per_step, 2 * std::log(4.0) - 0.1);
  EXPECT_LT(heard.nats_per_step, surprise_by_last_two(training, test, sizes) - 1);
}

TEST(ContextMixingTest, GoesOnLearningUnlessItIsFrozen) {
  // What is held out follows another rule.
  const auto training = sequence(100, 3, [](std::size_t t, std::size_t g) { return (t + g) % 4; }),
             other = sequence(200, 3, [](std::size_t t, std::size_t g) { return (3 * t + g) % 4; });
  const auto result = surprise_by_context_mixing(training, other, Sizes{4, 4, 4}, Sizes{0, 1, 2});
  EXPECT_LT(result.nats_per_step, result.frozen / 4);
  const auto same = surprise_by_context_mixing(training, training, Sizes{4, 4, 4}, Sizes{0, 1, 2});
  EXPECT_LT(same.frozen, 0.5);
}

TEST(ContextMixingTest, CodesLargeAlphabets) {
  const std::size_t n = 5000;
  const auto far = sequence(200, 1, [](std::size_t t, std::size_t) { return t * 2503 % n; });
  EXPECT_LT(mixed(far, far, {n}), std::log(static_cast<double>(n)) + 1);
}

}  // namespace
}  // namespace rgm
