#include "rgm/structure/sequence_structure.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "rgm/base/error.h"
#include "structure/sequence_support.h"

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

/// Every window of the length of an episode is a state of the root, and none else; with `visits` each.
void expect_lossless(const Hierarchy& hierarchy, std::span<const Outcomes> sequences) {
  const test::StateFrames frames(hierarchy);
  RC_ASSERT(frames.one_hot());
  std::map<test::Frames, double> expected;
  for (const auto& sequence : sequences) {
    const std::size_t length = hierarchy.episode_length(), steps = sequence.items();
    for (std::size_t t = 0; t == 0 || t + length <= steps; ++t) ++expected[frames_of(sequence, t, std::min(length, steps))];
  }
  const auto& root = hierarchy.root();
  RC_ASSERT(expected.size() == root.num_states());
  for (std::size_t s = 0; s < root.num_states(); ++s) {
    const auto at = expected.find(frames(hierarchy.levels.size() - 1, 0, s));
    RC_ASSERT(at != expected.end());
    RC_ASSERT(at->second + 1.0 / static_cast<double>(root.num_states()) == hierarchy.initial_state_counts[s]);
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

RC_GTEST_PROP(SequenceStructure, GoesOnWithAKeptModel, (std::uint64_t seed)) {
  Random random(seed);
  const auto world = test::random_world(random);
  SequenceStructureOptions options;
  options.time_scale = 1 + random.index(3);
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

}  // namespace
}  // namespace rgm
