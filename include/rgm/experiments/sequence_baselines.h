#pragma once

#include <cstddef>
#include <span>

#include "rgm/model/outcomes.h"

namespace rgm {

// What a sequence costs, in nats a step, under models that everybody knows. All of them take hard
// outcomes (of a soft bin the nearer one), as many as `num_outcomes` says of each modality, and
// pass over missing ones. What they learn from `training` stays as it is while they follow `test`.
// Throw `Error` if the sequences have no steps or other modalities.

/// Each modality by itself, by how often an outcome was seen. Counts begin at ½ an outcome
/// (Krichevsky and Trofimov 1981).
double surprise_by_frequency(const Outcomes& training, const Outcomes& test,
                             std::span<const std::size_t> num_outcomes);
/// The same given the outcome before, a Markov chain. `test` goes on where `training` ends.
double surprise_by_last(const Outcomes& training, const Outcomes& test,
                        std::span<const std::size_t> num_outcomes);
/// The same given the two outcomes before, with n/2 further observations as the chain of order one
/// expects them: as much as the counts of that one begin with.
double surprise_by_last_two(const Outcomes& training, const Outcomes& test,
                            std::span<const std::size_t> num_outcomes);

/// The outcome's number for hard outcomes, the nearer of two for soft bins; `Outcome::kMissing`.
std::size_t hard_outcome(Outcome outcome);

/// `Error` unless both have steps, and the modalities that `num_outcomes` says.
void check_held_out(const Outcomes& training, const Outcomes& test,
                    std::span<const std::size_t> num_outcomes);

}  // namespace rgm
