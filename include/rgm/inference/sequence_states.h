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

struct SequenceSampleOptions {
  int root_state = -1;     ///< the root's first state, −1: drawn from its prior
  bool background = true;  ///< false: draw by observed counts alone wherever there are any (what
                           ///< was seen, without the prior)
};

/// A draw of a hierarchy in space and time.
struct SequenceSample {
  Outcomes outcomes;  ///< hard, [step, modality]
  SequenceStates states;
};

/// Ancestral sample of `steps` steps of level 0, from the root's chain down to the outcomes.
/// `hierarchy` is valid. Throws `Error` if `root_state` is out of range. Cost O(steps · modalities)
/// beside the counts of the columns visited.
SequenceSample sample_sequence(const Hierarchy& hierarchy, std::size_t steps, Random& random,
                               const SequenceSampleOptions& options = {});

}  // namespace rgm
