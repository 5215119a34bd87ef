#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rgm/env/environment.h"
#include "rgm/planning/inductive_inference.h"

namespace rgm {

/// Why an action was chosen.
enum class Motive : std::uint8_t {
  kRandomPlay,    ///< the phase of random play
  kNothingKnown,  ///< nothing like the present was ever seen: at random
  kNovelty,       ///< an action that was never tried here
  kValue,         ///< the greatest value
  kInduction,     ///< the shortest way to an intended state
  kForesight,     ///< the greatest value, of what was never seen but is foreseen
};

/// "random play", "nothing known", "novelty", "value", "induction", "foresight".
const char* name_of(Motive motive);

/// A decision, with what it came from.
struct Decision {
  std::size_t frame = 0;  ///< frames seen before
  std::size_t action = 0;
  Motive motive = Motive::kRandomPlay;
  std::optional<std::size_t> state;  ///< the generalised state that the agent takes to be the
                                     ///< present one (the most probable)
  double certainty = 0;  ///< its probability; 1 where the frames were seen before just so
  /// Of each action, in units of reward; induction adds 32 to those that lead nearer. With a
  /// `wanted` state: ln P of its bringing about the consequences that this one predicts, nats.
  std::vector<double> values;
  std::vector<double> probabilities;  ///< of each action
  std::optional<std::size_t> wanted;  ///< explicit action: the generalised state that it is after
  std::vector<std::size_t> tried;     ///< how often each action was tried in `state`
  /// The generalised state that should follow, if the action was tried.
  std::optional<std::size_t> expected;
  /// Frames to the next reward that it expects, `kUnreachable` if none.
  std::size_t steps_to_reward = kUnreachable;

  /// The decision in a sentence.
  std::string text(const EnvironmentSpaces& spaces) const;
};

}  // namespace rgm
