#include "rgm/structure/merge.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rgm/base/error.h"
#include "structure/sequence_support.h"

namespace rgm {
namespace {

struct Learnt {
  test::SequenceWorld world;
  SequenceStructureOptions options;
  std::vector<Outcomes> sequences;

  Hierarchy of(std::span<const Outcomes> some) const {
    return grow_from_sequences(some, world.num_outcomes, world.locations, options);
  }
};

/// Some sequences, none shorter than an episode of the root.
Learnt random_case(Random& random) {
  Learnt result{test::random_world(random), {}, {}};
  result.options.time_scale = 1 + random.index(2);
  result.options.paths = random.index(4) > 0;
  result.options.min_levels = 1 + random.index(4);
  for (std::size_t k = 0; k < 4; ++k)
    result.sequences.push_back(
        test::random_sequence(random, 16 + random.index(16), result.world.num_outcomes, 80));
  return result;
}

RC_GTEST_PROP(Merge, KnowsWhatLearningBothWouldHaveTaught, (std::uint64_t seed)) {
  Random random(seed);
  const auto learnt = random_case(random);
  const std::span all(learnt.sequences);
  const auto first = learnt.of(all.first(2)), second = learnt.of(all.subspan(2)),
             both = learnt.of(all);
  const auto merged = merge(first, second, learnt.options.paths);
  merged.validate();
  for (std::size_t n = 0; n < both.levels.size(); ++n)
    for (std::size_t f = 0; f < both.levels[n].factors.size(); ++f) {
      RC_ASSERT(merged.levels[n].factors[f].num_states() == both.levels[n].factors[f].num_states());
      RC_ASSERT(merged.levels[n].factors[f].num_paths == both.levels[n].factors[f].num_paths);
    }
  if (learnt.options.paths) {
    RC_ASSERT(test::knowledge_of(merged) == test::knowledge_of(both));
    RC_ASSERT(test::knowledge_of(merge(second, first)) == test::knowledge_of(both));
  }
}

RC_GTEST_PROP(Merge, LeavesNumbersAsTheyAreAndGoesOn, (std::uint64_t seed)) {
  Random random(seed);
  const auto learnt = random_case(random);
  const std::span all(learnt.sequences);
  const auto first = learnt.of(all.first(1));
  const auto merged = merge(first, learnt.of(all.subspan(1, 2)), learnt.options.paths);
  for (std::size_t n = 0; n < first.levels.size(); ++n)
    for (std::size_t f = 0; f < first.levels[n].factors.size(); ++f) {
      const auto &before = first.levels[n].factors[f].likelihood,
                 &after = merged.levels[n].factors[f].likelihood;
      for (std::size_t s = 0; s < before.num_states(); ++s)
        RC_ASSERT(after.column(s).front().outcome == before.column(s).front().outcome);
    }
  if (!learnt.options.paths) return;
  SequenceStructure goes_on(merged, learnt.options);
  goes_on.add(learnt.sequences[3]);
  RC_ASSERT(test::knowledge_of(goes_on.hierarchy()) == test::knowledge_of(learnt.of(all)));
}

// a → b in one model and a → c in the other are both path 0; merged, the second becomes path 1, and
// the states above that begin it say so.
TEST(Merge, RenamesPaths) {
  const auto sequence = [](std::vector<std::uint16_t> tokens) {
    Outcomes result(tokens.size(), 5);
    for (std::size_t t = 0; t < tokens.size(); ++t)
      for (std::size_t g = 0; g < 5; ++g) result(t, g) = {tokens[t], 0};
    return result;
  };
  const std::vector<Location> locations{{0, 0}, {0, 9}, {9, 0}, {9, 9}, {0, 1}};  // four groups
  const auto learn = [&](std::vector<Outcomes> sequences) {
    return grow_from_sequences(sequences, std::vector<std::size_t>(5, 3), locations);
  };
  const auto ab = sequence({0, 1}), ac = sequence({0, 2});
  const auto merged = merge(learn({ab}), learn({ac}));
  ASSERT_EQ(merged.levels.size(), 2);
  EXPECT_EQ(merged, learn({ab, ac}));
  EXPECT_EQ(merged.levels[0].factors[0].num_paths, 2);
  EXPECT_EQ(merged.levels[0].factors[0].transition.successors(0, 1),
            (std::vector<Transition::Successor>{{2, 1.0}}));
  EXPECT_EQ(merged.root().num_states(), 2);
  EXPECT_EQ(merged.initial_state_counts, (std::vector{1.5, 1.5}));
}

TEST(Merge, Errors) {
  Random random(1);
  const std::vector<std::size_t> num_outcomes(5, 3);
  const std::vector<Location> places{{0, 0}, {0, 9}, {9, 0}, {9, 9}, {0, 1}},
      line{{0, 0}, {0, 9}, {9, 9}, {9, 0}, {0, 1}};
  const std::vector sequences{test::random_sequence(random, 20, num_outcomes)};
  SequenceStructureOptions options;
  const auto model = grow_from_sequences(sequences, num_outcomes, places, options);
  EXPECT_NO_THROW(merge(model, model));
  EXPECT_THROW(merge(model, grow_from_sequences(sequences, num_outcomes, line, options)), Error);
  EXPECT_THROW(merge(model, grow_from_sequences(sequences, {4, 3, 3, 3, 3}, places, options)),
               Error);
  options.max_levels = 1;
  EXPECT_THROW(merge(model, grow_from_sequences(sequences, num_outcomes, places, options)), Error);
  options = {};
  options.time_scale = 1;
  EXPECT_THROW(merge(model, grow_from_sequences(sequences, num_outcomes, places, options)), Error);
  options.time_scale = 3;
  const auto longer = grow_from_sequences(sequences, num_outcomes, places, options);
  EXPECT_THROW(merge(longer, longer), Error);
  options = {};
  options.paths = false;
  const auto without_paths = grow_from_sequences(sequences, num_outcomes, places, options);
  EXPECT_THROW(merge(without_paths, without_paths), Error);
  EXPECT_NO_THROW(merge(without_paths, without_paths, false));
  EXPECT_THROW(merge(model, Hierarchy{}), Error);
}

}  // namespace
}  // namespace rgm
