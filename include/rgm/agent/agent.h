#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "rgm/agent/agent_options.h"
#include "rgm/agent/consequences.h"
#include "rgm/agent/decision.h"
#include "rgm/agent/game_model.h"
#include "rgm/agent/hidden_world.h"
#include "rgm/agent/player.h"
#include "rgm/base/random.h"
#include "rgm/env/environment.h"
#include "rgm/inference/sample.h"

namespace rgm {

class FrameMemory;
class PlayLearning;
class Belief;
class Plan;
class Foresight;
class Explorer;

/// Seconds spent on the stages of learning.
struct AgentStages {
  double groups = 0;     ///< grouping of modalities
  double structure = 0;  ///< states, paths and what actions do, of random and own play
  double basin = 0;      ///< growing the basin of attraction
  double planning = 0;   ///< value, backward sets, reduction
};

/// What an agent must be told of a play to live through it again (`Agent::relive`).
struct AgentPast {
  std::vector<std::uint8_t> actions;  ///< all that were taken since the agent was made
  std::vector<double> values;         ///< of the states, with which its last plan began
};

/// Plays a game by a model that it grows from what it sees (method: Friston et al. 2024, arXiv
/// 2407.20292, "From pixels to planning", games).
///
/// First it plays at random, one game or many; then it learns the structure of what it saw, plans
/// on the graph of generalised states, acts, and learns from its own play after every game. What it
/// sees is recognised exactly where it was seen before just so; anything else (parts missing,
/// disturbed, new) by exact inference of the generalised state, given where the last one and the
/// action may have led. Cost of a decision: a look-up of the frames and the arcs of a state; O(size
/// of the model) where it infers.
///
/// Same environment, options and seed: same play.
class Agent final : public Player {
 public:
  /// `Error` if the environment has no streams reward, cost and action, an option is out of range,
  /// or options contradict each other.
  Agent(EnvironmentSpaces spaces, const AgentOptions& options, std::uint64_t seed);
  /// Goes on with a model, without random play. `frames_seen`: of what it was learnt from.
  Agent(GameModel model, const AgentOptions& options, std::uint64_t seed, std::size_t frames_seen);
  ~Agent() override;

  void begin(std::span<const Symbol> first) override;
  std::size_t act() override;
  void observe(std::size_t action, std::span<const Symbol> next) override;

  /// Learns from what was lived through since the last time, and plans anew. Called after every
  /// game by itself.
  void learn();
  /// Reduces the model to what play needs: plans from now on among the states alone that the steady
  /// state of the flow visits (steady-state pruning, within the basin of attraction), and learns no
  /// more. Returns how many states are left.
  std::size_t reduce();

  /// What the symbols of the stream "reward" are worth (`GameModel::set_reward_values`).
  void set_reward_values(std::span<const double> values);

  /// What it has lived through.
  AgentPast past() const;
  /// Of an agent that was made like the one of that past and plays the same game: it does what that
  /// one did and learns what that one learnt, and so comes to be like it bit for bit, but decides
  /// and plans nothing on the way. `Error` unless it is called first.
  void relive(AgentPast past);

  const AgentOptions& options() const { return options_; }
  const GameModel& model() const { return model_; }
  std::size_t frames_seen() const { return frames_seen_; }
  /// The last decision. Cost of a forecast of its consequences.
  Decision why() const;
  /// The generalised states that should follow if nothing random happens: from `state` on, by the
  /// best action known in each, up to the first that is rewarded; at most `steps`.
  std::vector<std::size_t> forecast(std::size_t state, std::size_t steps = kFramesPerGame) const;
  /// The generalised state that the agent takes to be the present one, the most probable; none if
  /// nothing is known.
  std::optional<std::size_t> present() const;
  const AgentStages& stages() const { return stages_; }
  /// Whether what it has learnt from shows that it remembers too little: more levels
  /// (`SequenceStructureOptions::max_levels`) would then tell what comes next. Of the play since it
  /// was made, or since it began to leave out new noise.
  HiddenWorld hidden_world() const;
  /// P(outcome | belief, action) of the frame that should follow an action, [modality][outcome];
  /// empty where nothing is known.
  OutcomeDistributions predict(std::size_t action);

 private:
  void decide_by_exploring();
  bool foresees() const;
  void learn_to_foresee();
  std::optional<std::vector<double>> foreseen_values();
  bool reliving() const { return actions_.size() < past_.actions.size(); }
  bool worth_more(const std::vector<double>& foreseen) const;
  std::size_t act_again(bool foreseen);
  void plan();
  void ignore_new_noise();
  double novelty() const;
  std::vector<double> chances_of(std::size_t wanted) const;

  AgentOptions options_;
  GameModel model_;
  Random random_;
  std::size_t frames_seen_ = 0, random_until_;
  AgentStages stages_;
  bool due_ = false;                        // values are to be computed whatever was planned before
  bool begun_ = false;                      // of an explorer: a game
  std::optional<std::size_t> planned_at_;   // frames seen when values were last computed
  std::unique_ptr<FrameMemory> memory_;     // what was lived through since the last learning
  std::unique_ptr<PlayLearning> learning_;  // what the model learns of it
  std::unique_ptr<Belief> belief_;          // what the present is
  std::unique_ptr<Plan> plan_;              // where to go from it
  std::unique_ptr<Foresight> foresight_;    // what may come that was never seen
  std::unique_ptr<Explorer> explorer_;      // all of these, where curiosity is for information
  std::size_t foresight_frames_ = 0;        // seen when it is to learn again
  std::optional<ConsequencesOfAction> consequences_;  // for explicit action
  Decision decision_;
  std::vector<std::uint8_t> actions_;  // all that were taken
  AgentPast past_;                     // that it lives through again
  std::optional<double>
      hope_;  // novelty of the plan that is due when it has lived through its past
};

}  // namespace rgm
