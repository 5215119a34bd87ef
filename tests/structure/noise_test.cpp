#include "rgm/structure/noise.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "rgm/base/error.h"
#include "rgm/base/random.h"

namespace rgm {
namespace {

/// Modalities: 0 noise; 1 a walk on a ring of four; 2 what 1 was before; 3 constant; 4 noise that 5
/// copies a step later; 6 seldom.
Outcomes example(std::size_t steps, std::uint64_t seed) {
  Random random(seed);
  Outcomes result(steps, 7);
  for (std::size_t t = 0; t < steps; ++t) {
    const auto set = [&](std::size_t g, std::size_t outcome) {
      result(t, g) = {static_cast<std::uint16_t>(outcome), 0};
    };
    set(0, random.index(5));
    set(1, t == 0 ? 0 : (result(t - 1, 1).token + random.index(2)) % 4);
    set(2, t == 0 ? 0 : result(t - 1, 1).token);
    set(3, 2);
    set(4, random.index(3));
    set(5, t == 0 ? 0 : result(t - 1, 4).token);
    set(6, random.index(50) == 0 ? 1 : 0);
  }
  return result;
}

const std::vector<std::size_t> kOutcomes{5, 4, 4, 3, 3, 3, 2};

TEST(Noise, IsWhatHasNothingToDoWithAnything) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto noise = noise_modalities(example(1000, seed), kOutcomes);
    EXPECT_TRUE(std::ranges::count(noise, 0U));
    for (const std::size_t g : {1U, 2U, 3U, 4U, 5U, 6U})
      EXPECT_FALSE(std::ranges::count(noise, g)) << g << ", seed " << seed;
  }
}

TEST(Noise, IsRarelyMistaken) {
  // Independent modalities alone: with significance 5 % about one in twenty sequences shows any
  // dependence.
  std::size_t mistaken = 0;
  constexpr std::size_t kSequences = 200, kModalities = 6;
  for (std::uint64_t seed = 0; seed < kSequences; ++seed) {
    Random random(seed);
    Outcomes sequence(500, kModalities);
    for (std::size_t t = 0; t < 500; ++t)
      for (std::size_t g = 0; g < kModalities; ++g)
        sequence(t, g) = {static_cast<std::uint16_t>(random.index(3)), 0};
    const std::vector<std::size_t> outcomes(kModalities, 3);
    mistaken +=
        noise_modalities(sequence, outcomes, {.significance = 0.05}).size() == kModalities ? 0 : 1;
  }
  EXPECT_LT(mistaken, kSequences / 10);
}

TEST(Noise, MissingOutcomesDoNotCount) {
  auto sequence = example(1000, 1);
  for (std::size_t t = 0; t < sequence.items(); ++t) sequence(t, 2) = {};
  const auto noise = noise_modalities(sequence, kOutcomes);
  EXPECT_TRUE(std::ranges::count(noise, 0U));
  EXPECT_FALSE(std::ranges::count(noise, 2U));
  EXPECT_TRUE(noise_modalities(Outcomes(0, 7), kOutcomes).empty());
}

TEST(Noise, WrongInputsAreErrors) {
  const auto sequence = example(10, 1);
  EXPECT_THROW(noise_modalities(sequence, std::vector<std::size_t>{5, 4}), Error);
  EXPECT_THROW(noise_modalities(sequence, std::vector<std::size_t>{5, 4, 4, 2, 3, 3, 2}), Error);
  EXPECT_THROW(noise_modalities(sequence, kOutcomes, {.significance = 0}), Error);
}

}  // namespace
}  // namespace rgm
