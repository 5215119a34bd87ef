#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "evidence_states.h"
#include "growing_hierarchy.h"
#include "joint_index.h"
#include "rgm/base/matrix.h"
#include "rgm/model/likelihood.h"
#include "rgm/model/outcomes.h"
#include "rgm/structure/sequence_structure.h"
#include "sequence_positions.h"

namespace rgm {

/// A structure that grows, with how it walks through a sequence: level by level, at each the states
/// of its factors and then the paths that begin there, which are what the level above sees.
struct SequenceStructure::State {
  SequenceStructureOptions options;
  std::vector<std::size_t> num_outcomes;
  std::vector<Stream> streams;                               // empty when going on with a model
  std::vector<std::vector<GrowingHierarchy::Group>> groups;  // [level], once they are known
  std::vector<std::size_t> time_scales;                      // [level], likewise
  bool all_levels = false;  // whether the groups of all levels are known
  GrowingHierarchy grown;
  std::vector<EvidenceStates> evidence;  // [factor of level 0], if states are found by evidence
  JointKey key;                          // work space

  State(const SequenceStructureOptions& settings, GrowingHierarchy hierarchy)
      : options(settings), grown(std::move(hierarchy)) {}

  bool by_evidence() const { return std::isfinite(options.new_state_concentration); }
  /// Steps of an episode of the root; the groups must be known.
  std::size_t episode_length() const {
    return std::accumulate(time_scales.begin(), time_scales.end(), std::size_t{1},
                           std::multiplies<>());
  }
  /// `Error` unless a sequence has the outcomes of this structure, and a step.
  void check(const Outcomes& sequence) const;
  /// Extends all levels by a sequence, and adds levels until one group is left; returns the states
  /// of the root.
  std::vector<std::uint32_t> learn(const Outcomes& sequence, bool incomplete_end);
  /// The root's state whose episode shows exactly the steps from `first` on.
  std::optional<std::size_t> find(const Outcomes& sequence, std::size_t first) const;

 private:
  /// The states of a level's factors through a sequence, and the paths that begin there, [factor,
  /// episode].
  struct Walk {
    SequencePositions positions;
    Matrix<std::uint32_t> states, paths;
  };

  bool leads_by_place() const {
    return !streams.front().locations.empty() && streams.front().neighbour_distance == 0;
  }
  /// Whether a level, whose groups are known, is the root of what grows from a first sequence of
  /// that many steps.
  bool is_last(std::size_t level, std::size_t steps) const;
  void add_level(const Outcomes& sequence, const Walk* below);
  void find_states(const Outcomes& sequence, std::size_t factor, Walk& walk);
  void find_states(std::size_t level, std::size_t factor, const Walk& below, Walk& walk);
  void find_paths(std::size_t level, std::size_t factor, const SequencePositions& above,
                  Walk& walk);
  std::size_t distinct_state(const Outcomes& sequence, std::size_t t, std::size_t factor,
                             std::span<const std::size_t> members);
  std::size_t state_by_evidence(std::size_t factor, std::span<const Likelihood::Count> item);
  std::size_t begins_alike(std::size_t level, std::size_t factor) const;
};

}  // namespace rgm
