#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "frame_memory.h"
#include "rgm/agent/game_model.h"
#include "rgm/agent/recognition.h"

namespace rgm {

/// What an agent takes the present to be: a generalised state that is known exactly, since its
/// frames were seen before just so, or a distribution over them that is inferred, or nothing.
class Belief {
 public:
  /// `model` must outlive the belief. `jump_concentration`: prior count of a jump to any known
  /// state.
  Belief(const GameModel& model, double jump_concentration)
      : model_(model), jump_concentration_(jump_concentration) {}

  /// Whether anything is known.
  bool known() const { return state_ || !probabilities_.empty(); }
  /// Whether the state is known exactly: it is then `most_probable()`.
  bool exact() const { return state_.has_value(); }
  /// The most probable state; none if nothing is known.
  std::optional<std::size_t> most_probable() const;
  /// P(state); something must be known.
  double probability(std::size_t state) const {
    return state_ ? (state == *state_ ? 1.0 : 0.0) : probabilities_[state];
  }
  /// Of each state where the belief was inferred, [state]; else empty.
  const std::vector<double>& probabilities() const { return probabilities_; }
  /// P(outcome | belief, action) of the frame that should follow an action, [modality][outcome];
  /// empty where nothing is known.
  OutcomeDistributions predict(std::size_t action);

  void forget();
  /// What the last frames are, after an action: exactly known, or inferred from them, the belief
  /// before and the action. While `exploring` frames that are whole and new are not inferred:
  /// nothing is known then.
  void recognise(const FrameMemory& memory, std::size_t action, bool exploring);
  /// The model has learnt: it may have more states.
  void model_has_grown();

 private:
  Recogniser& recogniser();

  const GameModel& model_;
  double jump_concentration_;
  std::optional<std::size_t> state_;        // if it is known exactly; else
  std::vector<double> probabilities_;       // [state], or empty if nothing is known
  std::unique_ptr<Recogniser> recogniser_;  // of the model as it is; made when it is needed
};

}  // namespace rgm
