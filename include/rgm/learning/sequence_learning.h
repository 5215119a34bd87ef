#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "rgm/inference/smooth.h"
#include "rgm/learning/expectation_maximisation.h"

namespace rgm {

struct SequenceEmOptions {
  std::size_t passes = 5;
  /// Stop when the log evidence gains less, nats a step of level 0; 0: never.
  double tolerance = 0;
  double smallest = 1e-9;  ///< expected counts of at most this much an episode are left out, so
                           ///< that sparse stays sparse; 0: exact
  SoftReading reading = SoftReading::kLikelihood;
  int threads = 0;  ///< 0: all cores; results do not depend on it
};

/// Expected counts of sequences, one E-step (`options.passes` and `tolerance` unused), and in
/// `log_evidence` ln P of each, nats. Bit-identical for any number of threads, which share out the
/// sequences: these are cut into parts by their number alone, whose counts are added in order.
/// Throws `Error` as `smooth` does.
SequenceCounts expected_counts(const SequenceTables& tables, std::span<const Outcomes> sequences,
                               const SequenceEmOptions& options,
                               std::vector<double>* log_evidence = nullptr);

/// Online learning by counting: adds expected counts (see `smooth`) to those of the model.
/// Transitions learn the counts of the arcs that they have; structure (`SequenceStructure`) is what
/// opens new ones.
void add_counts(Hierarchy& hierarchy, const SequenceCounts& counts);

/// The maximisation step: every count is set to its expected one. A column without prior
/// concentration, or the arcs of a state under one path, of which nothing is expected keep theirs.
/// The root's initial state gets one prior count spread evenly. Where its chain restarts (κ > 0),
/// the arcs of a state are scaled by κ / (ρ + κ), ρ its expected restarts: so its restart becomes
/// as probable as ρ and its prior count κ say, though κ itself is not learnt.
void set_counts(Hierarchy& hierarchy, const SequenceCounts& counts);

/// Batch learning of sequences: exact expectations over all of them, then `set_counts`; repeat.
///
/// `EmResult::log_evidence` is a mean over steps of level 0. With `smallest` 0 no pass lowers the
/// objective. Updates `hierarchy` after each whole pass, as `expectation_maximisation`. Throws
/// `Error` if there are no sequences or as `smooth` does. Bit-identical for any number of threads,
/// as `expected_counts`. Cost of a pass: that of smoothing; memory: that of smoothing and the
/// counts for each thread.
EmResult sequence_expectation_maximisation(
    Hierarchy& hierarchy, std::span<const Outcomes> sequences,
    const SequenceEmOptions& options = {},
    const std::function<void(std::size_t, const EmResult&)>& after_pass = {});

}  // namespace rgm
