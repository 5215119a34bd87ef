#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "rgm/inference/cell_links.h"
#include "rgm/inference/episode.h"

namespace rgm {

struct SmoothOptions {
  SoftReading reading = SoftReading::kLikelihood;
  /// Of a model with kinds of change: what the tree is told of its cells, [item · cells + cell]
  /// (`CellSmoother`).
  std::span<const CellGate> gates{};
  /// What may wait along the root's chain, bytes, though never less than a number for each state of
  /// the root and each of √T steps, T those of the root. Whatever it is, results have the same
  /// bits.
  std::size_t memory = std::size_t{256} << 20U;
};

/// Exact smoothing: what the whole sequence says about each of its steps. Missing and soft evidence
/// may be anywhere.
///
/// Calls `visit(step, episode)` for every step of the root in order, `step` the first of level 0
/// that it covers; `episode` then answers for the posteriors of all levels. If `counts` is given,
/// adds the sequence's expected counts. Returns ln P(all outcomes), nats, exact.
///
/// With kinds of change it is exact given the gates; counts are not had then (`BadInput`): what the
/// states learn they learn by themselves.
///
/// `ImpossibleEvidence` if the outcomes are so under the model, `BadInput` if they are out of range
/// or of another number of modalities. Memory: a number for each state of the root and each of its
/// steps, or of O(√T) of its T steps where that would be more than `options.memory` (none if only
/// the evidence is asked for), beside one episode. Cost: twice that of filtering, three times with
/// the smaller memory.
double smooth(const SequenceTables& tables, const Outcomes& outcomes, const SmoothOptions& options,
              const std::function<void(std::size_t step, const Episode& episode)>& visit = {},
              SequenceCounts* counts = nullptr);

}  // namespace rgm
