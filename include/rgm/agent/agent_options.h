#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "rgm/env/environment.h"
#include "rgm/structure/sequence_structure.h"

namespace rgm {

/// What an agent plans by.
enum class PlanningMethod : std::uint8_t {
  kValue,      ///< value on the learnt graph, by dynamic programming
  kInduction,  ///< inductive inference: the shortest way to the nearest intended state; value
               ///< decides among equals
};

/// How an agent finds the action that leads where it wants to go.
enum class ActionSelection : std::uint8_t {
  kLearnt,  ///< by the counts of what the actions did in this state
  /// By the consequences of action (the stream "action") that the wanted state predicts, whatever
  /// the state: the action that most probably brings them about is taken. Where the present is
  /// inferred, what follows its most probable state is wanted.
  kExplicit,
};

/// Of which play an agent learns.
enum class Experience : std::uint8_t {
  kAll,
  /// What leads to a reward without a cost: of random play the episodes before rewards, and then as
  /// many more pieces as it takes until every intended state leads to another; of own play what
  /// lies between costs.
  kRewarded,
};

/// What an agent makes of a present that was never seen before, when it is no longer curious.
enum class UnseenStates : std::uint8_t {
  kInfer,  ///< the known state that it is most like, by inference
  /// It is taken apart into things, each of which has kinds of change of its own; what follows is
  /// predicted from them, and planned on. So are states that are known, where more is foreseen than
  /// was ever lived through, and wherever actions are not always obeyed.
  kForesee,
};

/// What an agent is curious about.
enum class Curiosity : std::uint8_t {
  kNovelty,  ///< actions that were never tried in a state; the hope fades with the frames seen
  /// What trying an action again would tell of what it does (`Explorer`): for worlds of chance, of
  /// rewards that are numbers, and of episodes that end. It learns with every frame, and needs
  /// generalised states of one frame: what is seen now is all that counts.
  /// `structure.time_scale` must be 1; of the options below `learning`, `discount`, `cost_weight`,
  /// `novelty` (there a share of the greatest reward seen), `information` and `precision` have a
  /// say.
  kInformation,
};

/// How an agent learns and acts. The defaults are best of what was measured on Pong and Breakout;
/// Arcade, which is larger, wants a novelty of 3 that fades in 42,000 frames, and a discount of
/// 0.95.
struct AgentOptions {
  SequenceStructureOptions structure{.max_levels = 2};
  std::size_t structure_frames = 1000;  ///< of random play, from which the groups are found
  /// Leave pixels out of the model that depend on nothing (`noise_modalities`); in own play they
  /// are looked for every 1,024 frames.
  bool ignore_noise = true;
  std::size_t random_frames = 2000;          ///< of random play before the agent acts by itself
  std::size_t game_frames = kFramesPerGame;  ///< it learns from its own play every so many frames
  Experience experience = Experience::kAll;
  PlanningMethod planning = PlanningMethod::kValue;
  ActionSelection selection = ActionSelection::kLearnt;
  bool basin = false;    ///< plan within the basin of attraction of the intended states alone
  bool learning = true;  ///< learn from own play
  /// Predictive merge: plan on classes of states that show the same and predict the same so many
  /// frames ahead
  /// (`predictive_classes`), so that what was tried in one is known of all; 0: on the states
  /// themselves.
  std::size_t merge_frames = 0;
  double discount = 0.96;  ///< of the value a frame later
  double cost_weight = 2;  ///< a cost, in units of reward
  /// What an action that was never tried in a state is hoped to gain, in units of reward …
  double novelty = 1;
  /// … which fades to nothing, linearly, until so many frames were seen.
  std::size_t novelty_frames = 10000;
  Curiosity curiosity = Curiosity::kNovelty;
  /// Of `Curiosity::kInformation`: what a nat of information is worth, in units of the range of the
  /// rewards that were seen.
  double information = 0.3;
  /// Precision of actions, per unit of reward (or nat): P(action) ∝ exp(precision · value).
  /// Infinite: the best one.
  double precision = std::numeric_limits<double>::infinity();
  /// Infer also while there is novelty what frames belong to that were never seen before; else they
  /// are new, and it acts at random there. Learns a little faster, and takes several times as long.
  bool infer_while_exploring = false;
  /// What is foreseen is planned on where value is, on states, by learnt actions, of all play.
  UnseenStates unseen = UnseenStates::kForesee;
  /// κ, prior count of a jump to any known state where a frame is recognised by inference.
  double jump_concentration = 1.0 / 16;
};

}  // namespace rgm
