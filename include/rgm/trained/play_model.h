#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "rgm/env/environment.h"
#include "rgm/env/grid_rules.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/transition.h"
#include "rgm/trained/provenance.h"
#include "rgm/trained/training_state.h"

namespace rgm {

/// Most frames of a generalised state that a model of a game may have.
inline constexpr std::size_t kMaxPlayWindow = 256;
/// Most actions that it may have.
inline constexpr std::size_t kMaxPlayActions = 256;

/// What is known of a game, as a model file holds it: a hierarchy that is grown from what was
/// observed, whose root's states are the generalised states, and what actions do. `GameModel` and
/// `Agent` go on with it.
///
/// Outcomes of level 0 are, by their `source`, the modalities of the environment's observations.
struct PlayModel {
  /// "pong", "breakout", "arcade", or the name of an environment of the user's own.
  std::string game;
  GameOptions options;  ///< of the game, if it is one of those
  EnvironmentSpaces spaces;
  Hierarchy tree;
  Transition controlled;  ///< N(next | state, action) of the root's states, a path an action
  Provenance provenance;  ///< with its `settings` training goes on
  /// Of a model that is not yet what training was to make of it; see `resume` of the training.
  std::optional<TrainingState> unfinished{};

  /// Throws `Error` unless spaces, hierarchy and transition fit together.
  void validate() const;
};

}  // namespace rgm
