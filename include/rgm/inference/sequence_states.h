#pragma once

#include <cstddef>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/inference/sequence_tables.h"

namespace rgm {

/// A state of every factor at every step, and a path of every factor in every episode: one
/// configuration of a hierarchy in space and time.
struct SequenceStates {
  /// [level][step of that level][factor].
  std::vector<std::vector<std::vector<std::size_t>>> states;
  /// [level][step][factor], the episode's at each of its steps; 0 at the root.
  std::vector<std::vector<std::vector<std::size_t>>> paths;
  double log_probability = 0;  ///< ln P(configuration, outcomes), nats
};

/// The most probable configuration of all states and paths given a sequence of outcomes, some of
/// which may be missing; in general not the states that are most probable one by one. Of equals the
/// one with lower indices.
///
/// Throws `Error` as `smooth` does. Cost as of `smooth`; memory: an index of four bytes for each
/// state of the root and each of its steps, beside one episode. Source: max-product messages on a
/// tree (Pearl 1988; Viterbi 1967 for the root's chain).
SequenceStates most_probable_states(const SequenceTables& tables, const Outcomes& outcomes,
                                    SoftReading reading = SoftReading::kLikelihood);

/// How far what a configuration says of the steps `begin` … `end` − 1 of level 0 was learnt: of all
/// that leads through them, from the step before to the step behind, the smallest share that
/// observed counts have in its probability; the rest is background, or a restart of the root. That
/// is every transition into one of these steps or the one behind (if the sequence, `steps` long,
/// has it), and the initial states and paths of the episodes of every parent that holds any of
/// these steps. 0 if a state stays because nothing is known to follow it. So a path that was learnt
/// leads through if it is near 1, none if it is near 0. `Error` unless the sequence has these steps
/// and the configuration is one of these tables. Cost O(factors and columns of the steps + arcs of
/// the root for each of its steps).
double learnt_share(const SequenceTables& tables, const SequenceStates& states, std::size_t begin,
                    std::size_t end, std::size_t steps);

struct SequenceSampleOptions {
  int root_state = -1;     ///< the root's first state, −1: drawn from its prior
  bool background = true;  ///< false: draw by observed counts alone wherever there are any (what
                           ///< was seen, without the prior), every cell linked
};

/// A draw of a hierarchy in space and time.
struct SequenceSample {
  Outcomes outcomes;  ///< hard, [step, modality]
  SequenceStates states;
};

/// Ancestral sample of `steps` steps of level 0, from the root's chain down to the outcomes. With
/// kinds of change and the background, cells are cut from their states now and then, and drawn from
/// what `KindsFilter` predicts after what was drawn; `states` say nothing of that.
/// `hierarchy` is valid. Throws `Error` if `root_state` is out of range. Cost O(steps · modalities)
/// beside the counts of the columns visited.
SequenceSample sample_sequence(const Hierarchy& hierarchy, std::size_t steps, Random& random,
                               const SequenceSampleOptions& options = {});

}  // namespace rgm
