#include "rgm/compression/sequence_coder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "rgm/base/error.h"
#include "rgm/inference/sequence_filter.h"
#include "support/random_clip.h"
#include "support/random_kinds.h"
#include "support/random_sequence.h"

namespace rgm {
namespace {

Outcomes random_clip(Random& random, const Hierarchy& hierarchy, std::size_t steps,
                     bool from_model) {
  return from_model ? test::clip_of_model(random, hierarchy, steps)
                    : test::even_clip(random, hierarchy, steps);
}

/// −log₂ P(outcomes); infinite if they are impossible.
double model_bits(const Hierarchy& hierarchy, const Outcomes& outcomes) {
  const SequenceTables tables(hierarchy);
  SequenceFilter filter(tables);
  try {
    for (std::size_t t = 0; t < outcomes.items(); ++t) filter.push(outcomes, t);
  } catch (const ImpossibleEvidence&) {
    return std::numeric_limits<double>::infinity();
  }
  return -filter.log_evidence() / std::numbers::ln2;
}

struct Coded {
  double bits = 0;
  std::size_t bytes = 0;
  bool came_back = false;
};

/// Encodes and decodes with coders made by `make`.
template <class Make>
Coded there_and_back(const Outcomes& outcomes, Make make) {
  SequenceCoder sender = make(), receiver = make();
  RangeEncoder encoder;
  for (std::size_t t = 0; t < outcomes.items(); ++t) sender.encode(outcomes, t, encoder);
  const auto bytes = encoder.finish();
  RangeDecoder decoder(bytes);
  Outcomes decoded(1, outcomes.modalities());
  bool same = true;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    receiver.decode(decoder, decoded, 0);
    same = same && std::ranges::equal(decoded.item(0), outcomes.item(t));
  }
  return {sender.bits(), bytes.size(), same && sender.bits() == receiver.bits()};
}

test::SequenceShape larger() {
  test::SequenceShape shape;
  shape.max_factors = 4;
  shape.max_states = 6;
  shape.max_paths = 3;
  return shape;
}

TEST(SequenceCoder, LengthIsThatOfTheModel) {
  double total = 0, expected_total = 0;
  std::size_t possible = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Random random(seed);
    const auto hierarchy =
        test::random_sequence_tree(random, seed % 2 == 0 ? test::SequenceShape{} : larger());
    const auto outcomes = random_clip(random, hierarchy, 1 + random.index(40), seed % 4 != 0);
    const auto coded =
        there_and_back(outcomes, [&] { return SequenceCoder(hierarchy, {.kinds = false}); });
    ASSERT_TRUE(coded.came_back) << seed;
    ASSERT_LE(static_cast<double>(coded.bytes) * 8, coded.bits + 24) << seed;
    const double expected = model_bits(hierarchy, outcomes);
    if (std::isinf(expected)) continue;
    ++possible;
    EXPECT_NEAR(coded.bits, expected, 0.01 * expected + 0.05) << seed;
    total += coded.bits;
    expected_total += expected;
  }
  EXPECT_GT(possible, 700U);
  EXPECT_NEAR(total, expected_total, 1e-3 * expected_total);
  RecordProperty("possible", static_cast<int>(possible));
  RecordProperty("excess_millionths", static_cast<int>(1e6 * (total / expected_total - 1)));
}

TEST(SequenceCoder, BytesOfALongClipAreThoseOfTheModel) {
  for (std::uint64_t seed : {1U, 2U, 3U, 5U, 6U, 7U}) {
    Random random(seed);
    const auto hierarchy = test::random_sequence_tree(random, larger());
    const auto outcomes = random_clip(random, hierarchy, 1000, true);
    const auto coded =
        there_and_back(outcomes, [&] { return SequenceCoder(hierarchy, {.kinds = false}); });
    ASSERT_TRUE(coded.came_back);
    const double expected = model_bits(hierarchy, outcomes);
    ASSERT_FALSE(std::isinf(expected));
    EXPECT_NEAR(static_cast<double>(coded.bytes) * 8, expected, 0.01 * expected + 16) << seed;
  }
}

Hierarchy with_random_kinds(Random& random, Hierarchy hierarchy) {
  std::vector<std::size_t> num_outcomes(hierarchy.num_modalities());
  for (const auto& modality : hierarchy.levels[0].modalities)
    num_outcomes[modality.source] = modality.num_outcomes;
  KindsOptions options;
  options.number = 2 + random.index(4);
  options.memory = random.index(3);
  options.link_stay = 0.5 + 0.49 * random.uniform();
  hierarchy.kinds =
      test::random_kinds(random, num_outcomes, test::random_cells(random, hierarchy), options);
  return hierarchy;
}

// What the coder works out outcome by outcome the filter does cell by cell, in logarithms, with
// messages through the tree. Later steps differ: the filter's links hear of the whole step.
TEST(SequenceCoder, FirstStepOfCellsThatMayBeCutIsThatOfTheFilter) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    auto shape = larger();
    shape.structural_zeros = 0;
    auto hierarchy = with_random_kinds(random, test::random_sequence_tree(random, shape));
    hierarchy.kinds.options.link_stay = 0.9;  // the filter's cells are first cut so probably, too
    const auto outcomes = random_clip(random, hierarchy, 1, random.index(2) == 0);
    const auto coded = there_and_back(outcomes, [&] { return SequenceCoder(hierarchy); });
    ASSERT_TRUE(coded.came_back) << seed;
    EXPECT_NEAR(coded.bits, model_bits(hierarchy, outcomes), 1e-3) << seed;
  }
}

TEST(SequenceCoder, KindsComeBackAndCostWhatTheFilterSays) {
  double total = 0, expected = 0, pure = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Random random(seed);
    const auto hierarchy = with_random_kinds(random, test::random_sequence_tree(random, larger()));
    const auto outcomes = random_clip(random, hierarchy, 40, false);
    const auto coded = there_and_back(outcomes, [&] { return SequenceCoder(hierarchy); });
    ASSERT_TRUE(coded.came_back) << seed;
    EXPECT_LE(static_cast<double>(coded.bytes) * 8, coded.bits + 24) << seed;
    EXPECT_GE(static_cast<double>(coded.bytes) * 8, coded.bits - 8) << seed;
    total += coded.bits;
    expected += model_bits(hierarchy, outcomes);
    pure +=
        there_and_back(outcomes, [&] { return SequenceCoder(hierarchy, {.kinds = false}); }).bits;
  }
  // Kinds and links go on learning, so the coder does a little better than the filter.
  EXPECT_LT(total, 1.02 * expected);
  EXPECT_GT(total, 0.8 * expected);
  EXPECT_LT(total, 0.9 * pure);
}

// No kind may be lost on the way through a cell of many modalities: 900 that stay as they are leave
// less than the least number to all kinds that know of large changes.
TEST(SequenceCoder, ALargeCellMayChangeItsMind) {
  constexpr std::size_t kModalities = 920, kStay = 900, kOutcomes = 2000;
  SequenceCoder coder(std::vector<std::size_t>(kModalities, kOutcomes),
                      std::vector<Location>(kModalities));
  RangeEncoder encoder;
  Outcomes outcomes(3, kModalities);
  for (std::size_t t = 0; t < 3; ++t)
    for (std::size_t g = 0; g < kModalities; ++g)
      outcomes(t, g) = {static_cast<std::uint16_t>(t > 0 && g >= kStay ? kOutcomes - 1 : 0), 0};
  coder.encode(outcomes, 0, encoder);
  coder.encode(outcomes, 1, encoder);
  const double before = coder.bits();
  coder.encode(outcomes, 2, encoder);
  EXPECT_LT(coder.bits() - before, 0.5 * kModalities);
}

TEST(SequenceCoder, ImpossibleOutcomesComeBackToo) {
  Random random(7);
  test::SequenceShape shape = larger();
  shape.structural_zeros = 1;
  int impossible = 0;
  for (int i = 0; i < 50; ++i) {
    const auto hierarchy = test::random_sequence_tree(random, shape);
    const auto outcomes = random_clip(random, hierarchy, 30, false);
    impossible += std::isinf(model_bits(hierarchy, outcomes)) ? 1 : 0;
    for (const bool kinds : {false, true}) {
      const auto coded =
          there_and_back(outcomes, [&] { return SequenceCoder(hierarchy, {.kinds = kinds}); });
      EXPECT_TRUE(coded.came_back);
      EXPECT_LE(coded.bits, 25.0 * static_cast<double>(outcomes.items() * outcomes.modalities()));
    }
  }
  EXPECT_GT(impossible, 10);
}

TEST(SequenceCoder, GrowsAModelOnBothSides) {
  constexpr std::size_t kSteps = 200, kModalities = 64;
  const auto outcomes = test::scene(kSteps, kModalities, 0.05, 3);
  const auto make = [] {
    return SequenceCoder(std::vector<std::size_t>(kModalities, 7), test::places(kModalities));
  };
  const auto coded = there_and_back(outcomes, make);
  EXPECT_TRUE(coded.came_back);
  // The second half is known: it costs a small part of the first.
  Outcomes half(kSteps / 2, kModalities);
  for (std::size_t t = 0; t < kSteps / 2; ++t)
    std::ranges::copy(outcomes.item(t), half.item(t).begin());
  const auto first = there_and_back(half, make);
  EXPECT_TRUE(first.came_back);
  EXPECT_LT(first.bits, kSteps / 2 * kModalities * std::log2(7));
  EXPECT_LT(coded.bits - first.bits, 0.5 * first.bits);
  RecordProperty("first_half_bits", static_cast<int>(first.bits));
  RecordProperty("second_half_bits", static_cast<int>(coded.bits - first.bits));
}

TEST(SequenceCoder, GrowsOnALineInBoundedMemory) {
  constexpr std::size_t kModalities =
      4096;  // grouped in pairs up to the top, a step of the root would be 4096 steps
  std::vector<Location> line;
  for (std::size_t g = 0; g < kModalities; ++g) line.push_back({0, static_cast<double>(g)});
  const auto outcomes = test::scene(10, kModalities, 0.2, 5);
  const auto make = [&] { return SequenceCoder(std::vector<std::size_t>(kModalities, 7), line); };
  EXPECT_TRUE(there_and_back(outcomes, make).came_back);
}

RC_GTEST_PROP(SequenceCoder, AnyBytesGiveOutcomes,
              (std::uint32_t seed, std::vector<std::uint8_t> bytes)) {
  Random random(seed);
  const auto hierarchy = test::random_sequence_tree(random, larger());
  SequenceCoder fixed(hierarchy, {.kinds = random.index(2) == 0});
  SequenceCoder growing(std::vector<std::size_t>{3, 1, 7, 65534},
                        std::vector<Location>{{0, 0}, {0, 1}, {5, 5}, {9, 1}});
  for (SequenceCoder* coder : {&fixed, &growing}) {
    RangeDecoder decoder(bytes);
    Outcomes outcomes(1, coder->num_outcomes().size());
    for (int t = 0; t < 12; ++t) {
      coder->decode(decoder, outcomes, 0);
      for (std::size_t g = 0; g < coder->num_outcomes().size(); ++g)
        RC_ASSERT(outcomes(0, g).token < coder->num_outcomes()[g]);
    }
  }
}

TEST(SequenceCoder, Errors) {
  Random random(1);
  const auto hierarchy = test::random_sequence_tree(random);
  EXPECT_THROW(SequenceCoder(Hierarchy{}), Error);
  EXPECT_THROW(SequenceCoder(std::vector<std::size_t>{}, {}), Error);
  EXPECT_THROW(SequenceCoder({2, 0}, {{0, 0}, {1, 1}}), Error);
  EXPECT_THROW(SequenceCoder({2, 65535}, {{0, 0}, {1, 1}}), Error);
  EXPECT_THROW(SequenceCoder({2, 2}, {{0, 0}}), Error);
  EXPECT_THROW(SequenceCoder({2, 2}, {{0, 0}, {1, 1}}, {.kinds = false}), Error);
  SequenceCoder coder({2, 2}, {{0, 0}, {1, 1}});
  RangeEncoder encoder;
  Outcomes outcomes(1, 2);
  EXPECT_THROW(coder.encode(outcomes, 0, encoder), Error);  // missing
  outcomes(0, 0) = {1, 0};
  outcomes(0, 1) = {2, 0};
  EXPECT_THROW(coder.encode(outcomes, 0, encoder), Error);
  outcomes(0, 1) = {0, 5};
  EXPECT_THROW(coder.encode(outcomes, 0, encoder), Error);  // soft
  outcomes(0, 1) = {0, 0};
  EXPECT_THROW(coder.encode(outcomes, 1, encoder), Error);
  EXPECT_THROW(coder.encode(Outcomes(1, 3), 0, encoder), Error);
  EXPECT_EQ(coder.steps(), 0U);
  coder.encode(outcomes, 0, encoder);
  EXPECT_EQ(coder.steps(), 1U);
  EXPECT_NEAR(coder.bits(), 2, 1e-5);
}

}  // namespace
}  // namespace rgm
