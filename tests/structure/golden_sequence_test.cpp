// Structure in time compared with the reference. It counts a transition once however often it was
// seen (here: compared where it is, not how often), takes one phase (here: `all_phases` off) and
// numbers states and paths in order of first appearance, as we do.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "rgm/structure/sequence_structure.h"
#include "support/golden.h"

namespace rgm {
namespace {

using nlohmann::json;

std::set<std::array<std::size_t, 3>> arcs_of(const Factor& factor) {
  std::set<std::array<std::size_t, 3>> result;
  for (std::size_t s = 0; s < factor.transition.num_states(); ++s)
    for (const auto& arc : factor.transition.arcs(s)) result.insert({s, arc.next, arc.path});
  return result;
}

std::set<std::array<std::size_t, 3>> arcs_of(const json& factor) {
  std::set<std::array<std::size_t, 3>> result;
  for (const auto& arc : factor["arcs"]) {
    const auto numbers = arc.get<std::vector<double>>();
    result.insert({static_cast<std::size_t>(numbers[0]), static_cast<std::size_t>(numbers[1]),
                   static_cast<std::size_t>(numbers[2])});
  }
  return result;
}

/// The outcomes of codec or level below that the states of our factor show: (kind and source) →
/// outcome of each state.
void expect_columns(const Level& level, const Factor& factor, const json& expected) {
  for (std::size_t i = 0; i < expected["members"].size(); ++i) {
    const std::size_t member = expected["members"][i];
    const bool lowest = level.modalities.front().kind == Modality::Kind::kOutcome;
    const std::size_t source = lowest ? member : member / 2;
    const auto kind = lowest            ? Modality::Kind::kOutcome
                      : member % 2 == 0 ? Modality::Kind::kInitialState
                                        : Modality::Kind::kInitialPath;
    for (std::size_t s = 0; s < factor.num_states(); ++s) {
      std::size_t found = 0;  // of a path that is the only one
      for (const auto& [g, outcome, count] : factor.likelihood.column(s)) {
        const auto& modality = level.modalities[factor.modalities[g]];
        if (modality.kind == kind && modality.source == source) found = outcome;
      }
      EXPECT_EQ(found, expected["outcomes"][i][s]);
    }
  }
}

void expect_structure(const Hierarchy& hierarchy, const json& levels, bool transitions) {
  ASSERT_EQ(hierarchy.levels.size(), levels.size());
  for (std::size_t n = 0; n < levels.size(); ++n) {
    ASSERT_EQ(hierarchy.levels[n].factors.size(), levels[n].size());
    for (std::size_t f = 0; f < levels[n].size(); ++f) {
      const auto& factor = hierarchy.levels[n].factors[f];
      ASSERT_EQ(factor.num_states(), levels[n][f]["states"]);
      expect_columns(hierarchy.levels[n], factor, levels[n][f]);
      if (!transitions) continue;
      EXPECT_EQ(factor.num_paths, levels[n][f]["paths"]);
      EXPECT_EQ(arcs_of(factor), arcs_of(levels[n][f]));
    }
  }
}

Hierarchy grown(const json& expected, SequenceStructureOptions options) {
  const auto sequence = test::golden_outcomes(expected["outcomes"]);
  std::vector<Location> locations;
  for (const auto& location : expected["locations"])
    locations.push_back({location[0], location[1]});
  options.all_phases = false;
  const auto hierarchy = grow_from_sequences(
      std::span(&sequence, 1), std::vector<std::size_t>(locations.size(), 9), locations, options);
  hierarchy.validate();
  return hierarchy;
}

TEST(GoldenSequence, VideoByPlace) {
  const auto golden = test::golden("sequence_structure");
  expect_structure(grown(golden["video"], {}), golden["video"]["levels"], true);
  expect_structure(grown(golden["few_modes"], {}), golden["few_modes"]["levels"], true);
}

TEST(GoldenSequence, VideoWithoutEpisodes) {
  const auto golden = test::golden("sequence_structure");
  SequenceStructureOptions options;
  options.time_scale = 1;
  expect_structure(grown(golden["video_one_step"], options), golden["video_one_step"]["levels"],
                   false);
  expect_structure(grown(golden["voxels_one_step"], options), golden["voxels_one_step"]["levels"],
                   false);
}

Outcomes pong_frames(const json& golden, const json& steps) {
  std::vector<std::size_t> items;
  for (const auto& step : steps) items.push_back(step);
  return test::golden_outcomes(golden["screens"]).select(items);
}

/// 108 pixels of 5 symbols lead; reward, cost and the bat's position trail.
SequenceStructure pong_structure(const SequenceStructureOptions& options) {
  std::vector<std::size_t> num_outcomes(108, 5);
  num_outcomes.insert(num_outcomes.end(), {2, 2, 9});
  std::vector<Stream> streams(4);
  for (std::size_t g = 0; g < num_outcomes.size(); ++g)
    streams[g < 108 ? 0 : g - 107].modalities.push_back(g);
  return {num_outcomes, streams, options};
}

std::vector<std::array<std::size_t, 2>> sizes_of(const Level& level) {
  std::vector<std::array<std::size_t, 2>> result;
  for (const auto& factor : level.factors)
    result.push_back({factor.num_states(), factor.num_paths});
  return result;
}

double total_count(const Factor& factor) {
  double total = 0;
  for (std::size_t s = 0; s < factor.num_states(); ++s)
    for (const auto& arc : factor.transition.arcs(s)) total += arc.count;
  return total;
}

double count_of(const Factor& factor, const json& arc) {
  for (const auto& [next, count] : factor.transition.successors(arc[0], arc[2]))
    if (next == arc[1]) return count;
  return 0;
}

using Groups = std::vector<std::vector<std::size_t>>;

// The groups have the reference's sizes. The first and the last are its groups, the others differ
// in pixels that the ball visits alike, where rounding decides in the reference and the index in
// ours. The pixels that never change, each a group of its own there, are one group here. So are the
// levels above of the trailing streams, which here have no factors of their own. There are as many
// states and paths, and the same chain of top states, of 500 episodes.
TEST(GoldenSequence, PongByMutualInformation) {
  const auto golden = test::golden("information_structure");
  SequenceStructureOptions options;
  options.all_phases = false;
  auto structure = pong_structure(options);
  structure.add(pong_frames(golden, golden["steps"]));
  const auto& hierarchy = structure.hierarchy();
  hierarchy.validate();
  ASSERT_EQ(hierarchy.levels.size(), 2);
  const auto& lowest = hierarchy.levels[0].factors;
  const auto groups = golden["groups"][0].get<Groups>();
  ASSERT_EQ(lowest.size(), 11);
  for (const std::size_t f : {0, 6}) EXPECT_EQ(lowest[f].modalities, groups[f]);
  for (std::size_t f = 0; f < 7; ++f) EXPECT_EQ(lowest[f].modalities.size(), groups[f].size());
  EXPECT_EQ(lowest[7].modalities.size(), groups.size() - 7);
  for (std::size_t f = 0; f < 11; ++f) {
    EXPECT_EQ(lowest[f].stream, f < 8 ? 0 : f - 7);
    const auto& expected = golden["levels"][0][f < 8 ? f : f + 49];
    EXPECT_EQ(lowest[f].num_states(), expected["states"]);
    EXPECT_EQ(lowest[f].num_paths, expected["paths"]);
  }
  const auto& root = golden["levels"][1][0];
  ASSERT_EQ(hierarchy.root().num_states(), root["states"]);
  EXPECT_EQ(hierarchy.root().num_paths, root["paths"]);
  EXPECT_EQ(arcs_of(hierarchy.root()), arcs_of(root));
  EXPECT_EQ(total_count(hierarchy.root()), 499);
  EXPECT_EQ(total_count(lowest[0]), 999);
  for (const auto& arc : root["arcs"]) EXPECT_EQ(count_of(hierarchy.root(), arc), arc[3]);
  for (const auto& arc : golden["levels"][0][0]["arcs"])
    EXPECT_EQ(count_of(lowest[0], arc), arc[3]);
}

// Structure from play at random; then the states of rewarded episodes alone, merged one by one. The
// reference merges two shifted copies of an episode, which end one frame apart; ours are the two
// phases of one sequence.
TEST(GoldenSequence, PongMerged) {
  const auto golden = test::golden("information_structure");
  auto structure = pong_structure({});
  structure.add(pong_frames(golden, golden["steps"]));
  structure.forget();
  std::size_t merged = 0;
  for (const auto& [windows, expected] : {std::pair{1UL, 0}, {2UL, 1}, {50UL, 2}}) {
    for (; merged < windows; ++merged)
      structure.add(pong_frames(golden, golden["windows"][merged]));
    const auto& levels = structure.hierarchy().levels;
    structure.hierarchy().validate();
    const auto reference =
        golden["merges"][expected].get<std::vector<std::vector<std::array<std::size_t, 2>>>>();
    EXPECT_EQ(sizes_of(levels[1]), std::vector{reference[1][0]});
    for (const std::size_t f : {0, 10}) {  // the bat and its position
      EXPECT_EQ(sizes_of(levels[0])[f], reference[0][f < 8 ? f : f + 49]);
    }
    if (windows < 50) continue;
    for (std::size_t f = 0; f < 7; ++f) EXPECT_EQ(sizes_of(levels[0])[f], reference[0][f]);
  }
}

}  // namespace
}  // namespace rgm
