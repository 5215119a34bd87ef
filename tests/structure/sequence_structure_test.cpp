#include "rgm/structure/sequence_structure.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "rgm/base/error.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/inference/smooth.h"
#include "structure/sequence_support.h"
#include "support/random_sequence.h"

namespace rgm {
namespace {

test::Frames frames_of(const Outcomes& sequence, std::size_t first, std::size_t steps) {
  test::Frames result;
  for (std::size_t t = first; t < first + steps; ++t) {
    result.emplace_back();
    for (const Outcome outcome : sequence.item(t)) result.back().push_back(outcome.token);
  }
  return result;
}

/// Every window of the length of an episode is a state of the root, and none else; with `visits`
/// each.
void expect_lossless(const Hierarchy& hierarchy, std::span<const Outcomes> sequences) {
  const test::StateFrames frames(hierarchy);
  RC_ASSERT(frames.one_hot());
  std::map<test::Frames, double> expected;
  for (const auto& sequence : sequences) {
    const std::size_t length = hierarchy.episode_length(), steps = sequence.items();
    for (std::size_t t = 0; t == 0 || t + length <= steps; ++t)
      ++expected[frames_of(sequence, t, std::min(length, steps))];
  }
  const auto& root = hierarchy.root();
  RC_ASSERT(expected.size() == root.num_states());
  for (std::size_t s = 0; s < root.num_states(); ++s) {
    const auto at = expected.find(frames(hierarchy.levels.size() - 1, 0, s));
    RC_ASSERT(at != expected.end());
    RC_ASSERT(at->second + 1.0 / static_cast<double>(root.num_states()) ==
              hierarchy.initial_state_counts[s]);
  }
}

void expect_one_successor(const Hierarchy& hierarchy) {
  for (const auto& level : hierarchy.levels)
    for (const auto& factor : level.factors) {
      std::size_t most = 1;
      for (std::size_t s = 0; s < factor.transition.num_states(); ++s) {
        const auto& arcs = factor.transition.arcs(s);
        most = std::max(most, arcs.size());
        std::set<std::size_t> paths;
        for (const auto& arc : arcs) RC_ASSERT(paths.insert(arc.path).second);
      }
      RC_ASSERT(factor.num_paths == most);
    }
}

RC_GTEST_PROP(SequenceStructure, EveryEpisodeOfEveryPhaseIsAState, (std::uint64_t seed)) {
  Random random(seed);
  const auto world = test::random_world(random);
  SequenceStructureOptions options;
  options.time_scale = 1 + random.index(2);
  options.min_levels = 1 + random.index(4);
  SequenceStructure structure(world.num_outcomes, world.locations, options);
  std::vector<Outcomes> sequences;
  for (std::size_t k = 0; k < 3; ++k) {
    sequences.push_back(test::random_sequence(random, 8 + random.index(20), world.num_outcomes));
    structure.add(sequences.back());
    structure.hierarchy().validate();
    if (structure.hierarchy().episode_length() > 8) break;
    expect_lossless(structure.hierarchy(), sequences);
    expect_one_successor(structure.hierarchy());
  }
}

RC_GTEST_PROP(SequenceStructure, FindsWhatItHasSeenAndNothingElse, (std::uint64_t seed)) {
  Random random(seed);
  const auto world = test::random_world(random, 6);
  SequenceStructureOptions options;
  options.time_scale = 1 + random.index(2);
  options.min_levels = 1 + random.index(4);
  SequenceStructure structure(world.num_outcomes, world.locations, options);
  std::map<test::Frames, std::size_t> known;
  for (std::size_t k = 0; k < 2; ++k) {
    const auto sequence = test::random_sequence(random, 16 + random.index(20), world.num_outcomes);
    const auto states = structure.add(sequence);
    const std::size_t length = structure.hierarchy().episode_length();
    RC_ASSERT(states.size() == sequence.items() - length + 1);
    for (std::size_t t = 0; t < states.size(); ++t) {
      RC_ASSERT(structure.find(sequence, t) == states[t]);
      known[frames_of(sequence, t, length)] = states[t];
    }
    const auto other = test::random_sequence(random, 40, world.num_outcomes);
    for (std::size_t t = 0; t + length <= other.items(); ++t) {
      const auto at = known.find(frames_of(other, t, length));
      const auto found = structure.find(other, t);
      RC_ASSERT(found.has_value() == (at != known.end()));
      if (found) RC_ASSERT(*found == at->second);
    }
    RC_ASSERT_THROWS_AS(structure.find(other, other.items() - length + 1), Error);
  }
}

RC_GTEST_PROP(SequenceStructure, GoesOnWithAKeptModel, (std::uint64_t seed)) {
  Random random(seed);
  const auto world = test::random_world(random);
  SequenceStructureOptions options;
  options.time_scale = 1 + random.index(3);
  options.min_levels = 1 + random.index(4);
  options.all_phases = random.index(2) == 0;
  options.paths = random.index(2) == 0;
  SequenceStructure structure(world.num_outcomes, world.locations, options);
  structure.add(test::random_sequence(random, 1 + random.index(20), world.num_outcomes));
  const auto more = test::random_sequence(random, 1 + random.index(20), world.num_outcomes);
  SequenceStructure copy(structure.hierarchy(), options);
  RC_ASSERT(copy.hierarchy() == structure.hierarchy());
  copy.add(more);
  structure.add(more);
  structure.hierarchy().validate();
  RC_ASSERT(copy.hierarchy() == structure.hierarchy());
}

RC_GTEST_PROP(SequenceStructure, TheOrderOfSequencesOnlyRenumbers, (std::uint64_t seed)) {
  Random random(seed);
  const auto world = test::random_world(random);
  std::vector<Outcomes> sequences;
  for (std::size_t k = 0; k < 4; ++k)
    sequences.push_back(test::random_sequence(random, 16 + random.index(10), world.num_outcomes));
  const auto expected =
      test::knowledge_of(grow_from_sequences(sequences, world.num_outcomes, world.locations));
  std::vector<Outcomes> permuted;
  for (const std::size_t k : test::shuffled_indices(random, 4)) permuted.push_back(sequences[k]);
  RC_ASSERT(test::knowledge_of(
                grow_from_sequences(permuted, world.num_outcomes, world.locations)) == expected);
}

std::vector<std::array<std::size_t, 2>> sizes_of(const Hierarchy& hierarchy) {
  std::vector<std::array<std::size_t, 2>> result;
  for (const auto& level : hierarchy.levels)
    for (const auto& factor : level.factors)
      result.push_back({factor.num_states(), factor.num_paths});
  return result;
}

RC_GTEST_PROP(SequenceStructure, KnowsEveryWindowOfWhatItHasSeen, (std::uint64_t seed)) {
  Random random(seed);
  const auto world = test::random_world(random);
  const auto sequence = test::random_sequence(random, 20 + random.index(40), world.num_outcomes);
  SequenceStructureOptions options;
  options.time_scale = 1 + random.index(3);
  options.min_levels = 1 + random.index(4);
  SequenceStructure structure(world.num_outcomes, world.locations, options);
  structure.add(sequence);
  const auto before = sizes_of(structure.hierarchy());
  const std::size_t length = structure.hierarchy().episode_length();
  if (length > sequence.items()) return;
  const std::size_t steps = length + random.index(sequence.items() - length + 1);
  structure.add(test::window(sequence, random.index(sequence.items() - steps + 1), steps));
  structure.hierarchy().validate();
  RC_ASSERT(sizes_of(structure.hierarchy()) == before);
}

// Sequences of any length, longer episodes, one phase, streams, few levels: the result is valid,
// and counts are visits.
RC_GTEST_PROP(SequenceStructure, IsValidWhateverTheOptions, (std::uint64_t seed)) {
  Random random(seed);
  const auto world = test::random_world(random, 40);
  SequenceStructureOptions options;
  options.time_scale = 1 + random.index(4);
  options.all_phases = random.index(2) == 0;
  options.paths = random.index(3) > 0;
  options.group_size = 1 + random.index(5);
  options.max_levels = random.index(4) == 0 ? 0 : 2 + random.index(3);
  if (random.index(3) == 0) options.new_state_concentration = 1;
  auto streams = test::random_streams(random, world);
  SequenceStructure structure(world.num_outcomes, streams, options);
  std::size_t steps = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    const auto sequence = test::random_sequence(random, 1 + random.index(20), world.num_outcomes);
    structure.add(sequence);
    steps += sequence.items();
    const auto& hierarchy = structure.hierarchy();
    hierarchy.validate();
    for (const auto& factor : hierarchy.levels[0].factors) {
      double visits = 0;
      for (std::size_t s = 0; s < factor.num_states(); ++s)
        for (const auto& [g, outcome, count] : factor.likelihood.column(s))
          visits += g == 0 ? count : 0;
      RC_ASSERT(visits == static_cast<double>(steps));
    }
    if (random.index(8) == 0) {
      structure.forget();
      RC_ASSERT_THROWS_AS(structure.hierarchy(), Error);
      structure.add(sequence);
      structure.hierarchy().validate();
      steps = sequence.items();
    }
  }
}

RC_GTEST_PROP(SequenceStructure, AShortSequenceIsCoveredByAnIncompleteEpisode,
              (std::uint64_t seed)) {
  Random random(seed);
  const auto world = test::random_world(random);
  SequenceStructureOptions options;
  options.all_phases = random.index(2) == 0;
  SequenceStructure structure(world.num_outcomes, world.locations, options);
  const auto first = test::random_sequence(random, 1 + random.index(4), world.num_outcomes);
  structure.add(first);
  const auto& hierarchy = structure.hierarchy();
  if (first.items() >= hierarchy.episode_length()) return;
  RC_ASSERT(hierarchy.root().num_states() == 1);
  auto frames = test::StateFrames(hierarchy)(hierarchy.levels.size() - 1, 0, 0);
  RC_ASSERT(frames.size() >= first.items());
  frames.resize(first.items());  // how path 0 goes on is beyond its end
  RC_ASSERT(frames == frames_of(first, 0, first.items()));
}

// The parts of a count, visits and words, not the clock: a sequence that repeats itself adds no
// memory; twice the steps, twice the visits.
TEST(SequenceStructure, MemoryIsThatOfDistinctStates) {
  Random random(5);
  const std::vector<std::size_t> num_outcomes(12, 3);
  std::vector<Location> places;
  for (std::size_t g = 0; g < 12; ++g)
    places.push_back({static_cast<double>(g % 4), static_cast<double>(g / 4)});
  const auto period = test::random_sequence(random, 16, num_outcomes, 0);
  SequenceStructure structure(num_outcomes, places);
  auto sequence = test::joined(period, period);
  structure.add(sequence);
  const auto parameters = structure.hierarchy().num_parameters();
  for (std::size_t k = 0; k < 4; ++k) {
    sequence = test::joined(sequence, sequence);
    structure.add(sequence);
    EXPECT_EQ(structure.hierarchy().num_parameters(), parameters);
    EXPECT_EQ(structure.hierarchy().root().num_states(), 16);
  }
}

// The leading stream has the root's state predict what trails.
TEST(SequenceStructure, TrailingStreamsHaveLeadingParents) {
  Random random(2);
  const std::vector<std::size_t> num_outcomes(22, 2);
  std::vector<Stream> streams(3);
  for (std::size_t g = 0; g < 22; ++g) streams[g < 20 ? 0 : g - 19].modalities.push_back(g);
  SequenceStructureOptions options;
  options.group_size = 4;
  SequenceStructure structure(num_outcomes, streams, options);
  auto sequence = test::random_sequence(random, 200, num_outcomes, 90);
  for (std::size_t t = 0; t < 200; ++t) {
    sequence(t, 20) = sequence(t, 3);
    sequence(t, 21) = {};  // never observed
  }
  structure.add(sequence);
  const auto& hierarchy = structure.hierarchy();
  hierarchy.validate();
  std::size_t trailing = 0;
  for (const auto& factor : hierarchy.levels[0].factors) trailing += factor.stream > 0 ? 1 : 0;
  EXPECT_EQ(trailing, 2);
  for (std::size_t n = 1; n < hierarchy.levels.size(); ++n)
    for (const auto& factor : hierarchy.levels[n].factors) EXPECT_EQ(factor.stream, 0);
}

// Levels that are asked for are there, of time alone above a single group, and remember as many
// steps as one of them says; what is exact below one group is exact above it.
RC_GTEST_PROP(SequenceStructure, GoesOnInTimeAboveASingleGroup, (std::uint64_t seed)) {
  Random random(seed);
  const auto world = test::random_world(random, 3);
  SequenceStructureOptions options;
  options.max_levels = 1 + random.index(4);
  SequenceStructure structure(world.num_outcomes, world.locations, options);
  std::vector<Outcomes> sequences;
  for (std::size_t k = 0; k < 2; ++k) {
    sequences.push_back(test::random_sequence(random, 9 + random.index(8), world.num_outcomes));
    const auto states = structure.add(sequences.back());
    const auto& hierarchy = structure.hierarchy();
    hierarchy.validate();
    RC_ASSERT(hierarchy.levels.size() == options.max_levels);
    const std::size_t length = hierarchy.episode_length();
    RC_ASSERT(length == std::size_t{1} << (options.max_levels - 1));
    for (std::size_t t = 0; t < states.size(); ++t)
      RC_ASSERT(structure.find(sequences.back(), t) == states[t]);
    expect_lossless(hierarchy, sequences);
    expect_one_successor(hierarchy);
  }
}

TEST(SequenceStructure, LevelsOfTimeEndWhereTheFirstSequenceDoes) {
  Random random(3);
  const std::vector<std::size_t> num_outcomes{4};
  SequenceStructureOptions options;
  options.max_levels = 32;
  SequenceStructure structure(num_outcomes, std::vector<Location>(1), options);
  structure.add(test::random_sequence(random, 9, num_outcomes));
  EXPECT_EQ(structure.hierarchy().episode_length(), 8U);  // of 9 steps: two states of the root
  EXPECT_EQ(structure.hierarchy().root().num_states(), 2U);
  structure.add(test::random_sequence(random, 100, num_outcomes));
  structure.forget();
  structure.add(test::random_sequence(random, 100, num_outcomes));
  EXPECT_EQ(structure.hierarchy().levels.size(), 4U);  // groups do not change

  options.time_scale = 1;  // no time to add
  SequenceStructure still(num_outcomes, std::vector<Location>(1), options);
  still.add(test::random_sequence(random, 9, num_outcomes));
  EXPECT_EQ(still.hierarchy().levels.size(), 1U);

  options = {};  // by the groups
  SequenceStructure usual(num_outcomes, std::vector<Location>(1), options);
  usual.add(test::random_sequence(random, 9, num_outcomes));
  EXPECT_EQ(usual.hierarchy().levels.size(), 1U);
}

// Inference over levels of time equals enumeration of the joint distribution.
TEST(SequenceStructure, LevelsOfTimeAreInferredExactly) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    Random random(seed);
    const std::vector<std::size_t> num_outcomes{2};
    SequenceStructureOptions options;
    options.max_levels = 3;
    SequenceStructure structure(num_outcomes, std::vector<Location>(1), options);
    Outcomes sequence(6, 1);
    for (std::size_t t = 0; t < 6; ++t)
      sequence(t, 0) = {static_cast<std::uint16_t>(t == seed || t == seed + 1 ? 1 : 0), 0};
    structure.add(sequence);
    const auto& hierarchy = structure.hierarchy();
    ASSERT_EQ(hierarchy.levels.size(), 3U);
    sequence(2, 0) = {};
    const SequenceTables tables(hierarchy);
    test::SequenceJoint joint(hierarchy, sequence, SoftReading::kLikelihood);
    const auto expected = joint.infer();
    const double log_evidence =
        smooth(tables, sequence, {}, [&](std::size_t first, const Episode& episode) {
          for (std::size_t t = 0; t < tables.steps(0); ++t)
            for (std::size_t s = 0; s < tables.level(0)[0].num_states; ++s)
              EXPECT_NEAR(episode.posterior(0, t, 0)[s], expected.states[0][first + t][0][s],
                          1e-10);
        });
    EXPECT_NEAR(log_evidence, std::log(expected.evidence), 1e-10);
    SequenceFilter filter(tables);
    double filtered = 0;
    for (std::size_t t = 0; t < 6; ++t) filtered += filter.push(sequence, t);
    EXPECT_NEAR(filtered, log_evidence, 1e-10);
  }
}

TEST(SequenceStructure, EpisodesOfThreeSteps) {
  Outcomes sequence(7, 5);
  const std::vector<std::uint16_t> tokens{0, 0, 1, 2, 0, 1, 1};
  for (std::size_t t = 0; t < 7; ++t)
    for (std::size_t g = 0; g < 5; ++g) sequence(t, g) = {tokens[t], 0};
  const std::vector<Location> places{{0, 0}, {0, 9}, {9, 0}, {9, 9}, {0, 1}};
  SequenceStructureOptions options;
  options.time_scale = 3;
  const auto hierarchy =
      grow_from_sequences(std::span(&sequence, 1), std::vector<std::size_t>(5, 3), places, options);
  const auto& transition = hierarchy.levels[0].factors[0].transition;
  // 0 0 1 contradicts itself (0 → 0, 0 → 1) and has path 0 to itself; 0 1 2, 1 2 0 and 2 0 1 share
  // path 1; 0 1 1 has path 2.
  EXPECT_EQ(transition.num_paths(), 3);
  EXPECT_EQ(transition.successors(0, 0).size(), 2);
  for (const std::size_t s : {0, 1, 2}) EXPECT_EQ(transition.successors(s, 1).size(), 1);
  EXPECT_EQ(transition.successors(1, 2).front().first, 1);
  EXPECT_EQ(hierarchy.root().num_states(), 5);
}

TEST(SequenceStructure, SoftOutcomesAreRoundedAndCounted) {
  Outcomes sequence(4, 1);
  sequence(0, 0) = {0, 0x4000};  // three quarters of 0
  sequence(1, 0) = {0, 0x2000};  // seven eighths
  sequence.set_soft(2, 0, std::vector{0.0, 4.0});
  const std::vector<std::size_t> num_outcomes{2};
  const auto hierarchy = grow_from_sequences(std::span(&sequence, 1), num_outcomes, {{0, 0}});
  ASSERT_EQ(hierarchy.root().num_states(), 3);  // the last one is of what is missing
  const auto column = hierarchy.root().likelihood.column(0);
  ASSERT_EQ(column.size(), 2);
  EXPECT_EQ(column[0].count, 0.75 + 0.875);
  EXPECT_EQ(column[1].count, 0.25 + 0.125);
  EXPECT_EQ(hierarchy.root().likelihood.column(1).front().count, 1);
  EXPECT_TRUE(hierarchy.root().likelihood.column(2).empty());
  SequenceStructure goes_on(hierarchy);
  goes_on.add(sequence);
  EXPECT_EQ(goes_on.hierarchy().root().num_states(), 3);
}

TEST(SequenceStructure, Errors) {
  const std::vector<std::size_t> num_outcomes{2, 3};
  const std::vector<Location> places(2);
  SequenceStructure structure(num_outcomes, places);
  EXPECT_THROW(structure.hierarchy(), Error);
  EXPECT_EQ(structure.find(Outcomes(4, 2), 0), std::nullopt);
  EXPECT_THROW(structure.add(Outcomes(0, 2)), Error);
  EXPECT_THROW(structure.add(Outcomes(4, 3)), Error);
  Outcomes sequence(4, 2);
  structure.add(sequence);
  const auto before = structure.hierarchy();
  sequence(3, 0) = {2, 0};
  EXPECT_THROW(structure.add(sequence), Error);
  EXPECT_EQ(structure.hierarchy(), before);
  EXPECT_THROW(structure.find(Outcomes(4, 3), 0), Error);
  SequenceStructure by_three(num_outcomes, {Stream{{0}, {}}, Stream{{1}, {}}}, {.time_scale = 3});
  by_three.add(Outcomes(9, 2));
  EXPECT_THROW(by_three.find(Outcomes(9, 2), 0), Error);
  EXPECT_THROW(SequenceStructure(num_outcomes, std::vector<Location>(3)), Error);
  EXPECT_THROW(SequenceStructure({2, 0}, places), Error);
  EXPECT_THROW(SequenceStructure(Hierarchy{}), Error);
  EXPECT_THROW(grow_from_sequences({}, num_outcomes, places), Error);
  const auto bad = [&](auto change) {
    SequenceStructureOptions options;
    change(options);
    EXPECT_THROW(SequenceStructure(num_outcomes, places, options), Error);
  };
  bad([](auto& options) { options.time_scale = 0; });
  bad([](auto& options) {
    options.min_levels = 3;
    options.max_levels = 2;
  });
  bad([](auto& options) { options.group_size = 0; });
  bad([](auto& options) { options.max_states = 0; });
  bad([](auto& options) { options.new_state_concentration = 0; });
  bad([](auto& options) { options.outcome_concentration = -1; });
  bad([](auto& options) { options.path_concentration = std::numeric_limits<double>::infinity(); });
  bad([](auto& options) {
    options.restart_concentration = std::numeric_limits<double>::quiet_NaN();
  });
  bad([](auto& options) {
    options.new_state_concentration = 1;
    options.outcome_concentration = 0;
  });
  const auto bad_streams = [&](const std::vector<Stream>& streams, std::size_t max_levels = 16) {
    SequenceStructureOptions options;
    options.max_levels = max_levels;
    EXPECT_THROW(SequenceStructure(num_outcomes, streams, options), Error);
  };
  bad_streams({});
  bad_streams({{{0}, {}, 1, 0}});
  bad_streams({{{0, 1}, {}, 1, 0}, {{}, {}, 1, 0}});
  bad_streams({{{0, 1}, {}, 1, 0}, {{1}, {}, 1, 0}});
  bad_streams({{{0, 2}, {}, 1, 0}, {{1}, {}, 1, 0}});
  bad_streams({{{0, 1}, {{0, 0}}, 1, 0}});
  bad_streams({{{0, 1}, {}, 3, 0}});
  bad_streams({{{0, 1}, {}, 1, 5}});
  bad_streams({{{0}, {}, 1, 0}, {{1}, {}, 1, 0}}, 1);
}

}  // namespace
}  // namespace rgm
