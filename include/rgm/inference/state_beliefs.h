#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "rgm/inference/episode.h"
#include "rgm/inference/sequence_tables.h"

namespace rgm {

/// What is known when a step's states are believed in.
enum class BeliefsGiven {
  kPast,      ///< the step itself and all before it: filtering
  kSequence,  ///< the whole sequence: smoothing
};

/// The beliefs of all factors' states at one step of level 0; valid while it is shown.
class StateBeliefs {
 public:
  StateBeliefs(const Episode& episode, std::size_t place) : episode_(&episode), place_(place) {}

  /// P(state | what is given), [state], of a factor of any level at the step of its level that
  /// holds this step of level 0.
  std::span<const double> states(std::size_t level, std::size_t factor) const {
    return episode_->posterior(level, place_of(level), factor);
  }
  /// The same of the path of the factor's episode, [path]; empty at the root.
  std::span<const double> paths(std::size_t level, std::size_t factor) const {
    return episode_->path_posterior(level, place_of(level), factor);
  }

 private:
  std::size_t place_of(std::size_t level) const {
    const auto& tables = episode_->tables();
    return place_ / (tables.steps(0) / tables.steps(level));
  }

  const Episode* episode_;
  std::size_t place_;  // of the step of level 0, within the root's
};

/// Takes the beliefs at a step of level 0.
using TakeStateBeliefs = std::function<void(std::size_t step, const StateBeliefs& beliefs)>;

/// Exact posteriors of the states of all factors of all levels, and of the paths, at every step of
/// a sequence of outcomes, some of which may be missing. Returns ln P(all outcomes), nats.
///
/// With kinds of change they are those of `SequenceFilter` and of `smooth` by the gates of
/// `CellSmoother`. `Error` as of these. Cost: that of filtering and, each step, of the posteriors
/// above one step; or of `smooth`. Memory does not grow with the length, or as of `smooth`.
double state_beliefs(const SequenceTables& tables, const Outcomes& outcomes, BeliefsGiven given,
                     SoftReading reading, const TakeStateBeliefs& take);

}  // namespace rgm
