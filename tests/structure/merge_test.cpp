#include "rgm/structure/merge.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rgm/base/error.h"
#include "structure/sequence_support.h"
#include "support/error_of.h"

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

/// A model of two columns whose kinds have seen outcome 1 follow 0 so many times.
Hierarchy with_kinds(double times, const KindsOptions& options = {.number = 2, .memory = 1},
                     std::vector<std::vector<std::size_t>> cells = {{0}, {1}}) {
  Random random(1);
  const std::vector<std::size_t> num_outcomes(2, 3);
  const std::vector sequences{test::random_sequence(random, 20, num_outcomes)};
  auto model = grow_from_sequences(sequences, num_outcomes, {{0, 0}, {0, 1}}, {});
  model.kinds = make_kinds(num_outcomes, std::move(cells), true, options);
  if (model.kinds.empty()) return model;
  auto& table = model.kinds.tables[0];
  table.after_last[0].add(1, std::vector<double>{times, 1});
  table.after_last[2].add(times > 2 ? 0 : 2, std::vector<double>{1, times});
  table.after_two[table.pair(0, times > 2 ? 0 : 1)].add(1, std::vector<double>{times, 1});
  table.after_two[table.pair(0, 2)].add(1, std::vector<double>{times, 1});
  if (options.memory > 0)
    for (const std::uint64_t context : {std::uint64_t{7}, static_cast<std::uint64_t>(times)})
      model.kinds.memory[0][context].add(1, std::vector<double>{times});
  model.kinds.frequencies[1][0] = times;
  model.kinds.chain(0, 1) = times;
  return model;
}

TEST(Merge, AddsWhatWasCountedOfKinds) {
  const auto merged = merge(with_kinds(2), with_kinds(3));
  merged.validate();
  const auto& kinds = merged.kinds;
  const auto& table = kinds.tables[0];
  using Counts = std::vector<double>;
  EXPECT_EQ(table.after_last[0].counts, (Counts{5, 2}));
  EXPECT_EQ(table.after_last[0].totals, (Counts{5, 2}));
  EXPECT_TRUE(table.after_last[1].outcomes.empty());
  EXPECT_EQ(table.after_last[2].outcomes, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(table.after_last[2].counts, (Counts{1, 3, 1, 2}));
  EXPECT_EQ(table.after_last[2].totals, (Counts{2, 5}));
  ASSERT_EQ(table.after_two.size(), 3U);
  EXPECT_EQ(table.after_two.at(table.pair(0, 0)).counts, (Counts{3, 1}));
  EXPECT_EQ(table.after_two.at(table.pair(0, 1)).counts, (Counts{2, 1}));
  EXPECT_EQ(table.after_two.at(table.pair(0, 2)).counts, (Counts{5, 2}));
  ASSERT_EQ(kinds.memory[0].size(), 3U);
  EXPECT_EQ(kinds.memory[0].at(7).counts, (Counts{5}));
  EXPECT_EQ(kinds.memory[0].at(2).counts, (Counts{2}));
  EXPECT_EQ(kinds.memory[0].at(3).totals, (Counts{3}));
  EXPECT_EQ(kinds.frequencies, (std::vector<Counts>{{0, 0, 0}, {5, 0, 0}}));
  EXPECT_EQ(kinds.chain(0, 1), 5);
  EXPECT_TRUE(merge(with_kinds(3), with_kinds(2)).kinds == kinds);
}

TEST(Merge, RefusesOtherKinds) {
  const auto error = [](const Hierarchy& from) {
    return test::error_of([&] { merge(with_kinds(2), from); });
  };
  EXPECT_EQ(error(with_kinds(3)), "");
  EXPECT_EQ(error(with_kinds(3, {.number = 0})),
            "merge: expected kinds of change in both, or in neither, got them in one");
  EXPECT_EQ(error(with_kinds(3, {.number = 2, .order = 1})),
            "merge: kinds: expected the same options in both");
  EXPECT_EQ(error(with_kinds(3, {.number = 2, .memory = 1}, {{1}, {0}})),
            "merge: kinds: expected the same cells in both");
  auto unordered = with_kinds(3);
  unordered.kinds.tables[0].ordered = false;
  EXPECT_EQ(error(unordered), "merge: kinds: table 0: expected the same outcomes in both");
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
